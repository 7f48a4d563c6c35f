"""Messages that do not go out: each way fails by itself, and is tried again."""

import logging
from pathlib import Path

import pytest
from redis import Redis

from app.errors import ServiceUnavailable
from app.notifications.claims import Claims
from app.notifications.history import History
from app.notifications.message import Message
from app.notifications.watch import Watch
from app.notifications.ways import WayName
from app.pauses import Pauses
from app.settings import Settings
from tests.integration.ledger_desk import Desk
from tests.integration.notifications.postroom import OPS, USER, Hook, Letterbox, letterbox
from tests.integration.notifications.telling import an_hour_later, by_mail, die, settings

ACCOUNTS = [f"00100000000000{n}AAA" for n in range(1, 3)]
DOWN = ServiceUnavailable("NetSuite is down.", service="netsuite", service_words="Acme Ltd.")
pytestmark = pytest.mark.usefixtures("calm_redis")


def test_a_mail_server_that_is_down_makes_the_webhook_repeat_nothing(
    redis: Redis, desk: Desk, hook: Hook, box: Letterbox, both: Settings
) -> None:
    watch = Watch(redis, both)
    die(desk, ACCOUNTS[0])
    box.is_full = True

    first = watch.look()
    resting = watch.look()
    box.is_full = False
    redis.delete("cw:notify:rest:email")
    later = watch.look()

    assert (first, resting, later) == (1, 0, 1)
    assert (len(hook.received), len(box.mails)) == (1, 1)
    assert box.mails[0]["To"] == OPS


def test_a_failure_is_logged_once_and_the_rest_grows(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    die(desk, ACCOUNTS[0])
    hook.status = 503

    rests = []
    for _ in range(7):
        Watch(redis, by_hook).look()
        rests.append(int(str(redis.ttl("cw:notify:rest:webhook"))))
        redis.delete("cw:notify:rest:webhook")

    assert [round(rest, -1) for rest in rests] == [30, 60, 120, 240, 480, 900, 900]
    assert [record.message for record in caplog.records] == [
        "A message by webhook did not go out, and is tried again: The webhook failed (HTTP 503)."
    ]
    assert History(redis).failed() == {"webhook": 7}


def test_what_is_wrong_is_seen_while_nothing_can_be_sent(
    redis: Redis, hook: Hook, by_hook: Settings
) -> None:
    redis.set("cw:notify:rest:webhook", 1)
    redis.delete("cw:swept")

    sent = Watch(redis, by_hook).look()

    assert sent == 0
    assert redis.exists("cw:notify:seen:sweeper")


@pytest.mark.parametrize("status", [302, 408, 429, 500])
def test_a_webhook_in_trouble_rests(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings, status: int
) -> None:
    die(desk, ACCOUNTS[0])
    Pauses(redis).service_down(DOWN, 15.0)
    hook.status = status

    sent = [Watch(redis, by_hook).look() for _ in range(2)]

    assert (sent, len(hook.paths)) == ([0, 0], 1)
    assert redis.exists("cw:notify:rest:webhook")
    assert History(redis).recent() == []


def test_mail_rests_whose_login_is_refused(redis: Redis, desk: Desk, tmp_path: Path) -> None:
    die(desk, ACCOUNTS[0])
    Pauses(redis).service_down(DOWN, 15.0)

    with letterbox("starttls", tmp_path, login=True) as box, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        login = {"notify_smtp_user": USER, "notify_smtp_password": "hush-hush"}
        Watch(redis, settings(tmp_path, **by_mail(box, "starttls", **login))).look()

    assert set(box.logins) == {USER}
    assert redis.exists("cw:notify:rest:email")
    assert History(redis).failed() == {"email": 1}


def test_what_always_fails_comes_last(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    die(desk, ACCOUNTS[0])
    Pauses(redis).service_down(DOWN, 15.0)
    hook.statuses = {"service_down": 500}

    sent = []
    for _ in range(2):
        sent.append(Watch(redis, by_hook).look())
        redis.delete("cw:notify:rest:webhook")

    assert sent == [0, 1]
    assert [one["event"] for one in hook.received] == ["dead_letters"]


def test_a_mail_that_was_taken_is_not_sent_again(
    redis: Redis, desk: Desk, box: Letterbox, tmp_path: Path
) -> None:
    die(desk, ACCOUNTS[0])
    box.farewell = "250 OK"
    given = settings(tmp_path, **by_mail(box))

    sent = [Watch(redis, given).look() for _ in range(2)]

    assert (sent, len(box.mails)) == ([1, 0], 1)
    assert History(redis).failed() == {}


class Ending:
    """A way on which the process ends in the middle of sending."""

    name: WayName = "webhook"

    def send(self, message: Message) -> str:
        raise KeyboardInterrupt


def test_who_ended_in_the_middle_of_sending_hides_it_for_minutes_not_for_an_hour(
    redis: Redis, hook: Hook, by_hook: Settings
) -> None:
    Pauses(redis).service_down(DOWN, 15.0)

    with pytest.raises(KeyboardInterrupt):
        Claims(redis, Ending()).tell(Message("service_down", "netsuite", "Down", "", 0.0))
    left = int(str(redis.ttl("cw:notified:webhook:service_down:netsuite")))
    an_hour_later(redis)
    sent = Watch(redis, by_hook).look()

    assert 0 < left <= 120
    assert sent == 1
