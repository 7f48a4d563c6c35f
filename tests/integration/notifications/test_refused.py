"""Messages that are refused for good: each waits for its hour, and the others go out."""

import logging

import pytest
from redis import Redis

from app.errors import ServiceUnavailable
from app.notifications.history import History
from app.notifications.trial import send_test
from app.notifications.watch import Watch
from app.pauses import Pauses
from app.settings import Settings
from tests.integration.ledger_desk import ANN, Desk
from tests.integration.notifications.postroom import Hook, Letterbox
from tests.integration.notifications.telling import an_hour_later, die

ACCOUNT = "001000000000001AAA"
DOWN = ServiceUnavailable("NetSuite is down.", service="netsuite", service_words="Acme Ltd.")
pytestmark = pytest.mark.usefixtures("calm_redis")


@pytest.mark.parametrize("status", [400, 404, 413])
def test_what_a_webhook_refuses_keeps_nothing_else_back(
    redis: Redis,
    desk: Desk,
    hook: Hook,
    by_hook: Settings,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    caplog.set_level(logging.WARNING)
    die(desk, ACCOUNT)
    Pauses(redis).service_down(DOWN, 15.0)
    hook.statuses = {"service_down": status}

    within_the_hour = [Watch(redis, by_hook).look() for _ in range(3)]
    asked = len(hook.paths)
    hook.statuses = {}
    an_hour_later(redis)
    later = Watch(redis, by_hook).look()

    why = f"The webhook refused the message (HTTP {status}): is NOTIFY_WEBHOOK_URL right?"
    assert (within_the_hour, asked, later) == ([1, 0, 0], 2, 1)
    assert [one["event"] for one in hook.received] == ["dead_letters", "service_down"]
    assert not redis.exists("cw:notify:rest:webhook")
    logged = [one.message for one in caplog.records if one.name == "app.notifications.claims"]
    assert logged == [
        f"A message by webhook is tried again in an hour (service_down:netsuite): {why}"
    ]
    told = [(one.event, one.to, one.refused) for one in History(redis).recent()]
    assert told == [
        ("service_down", ["webhook"], {}),
        ("dead_letters", ["webhook"], {}),
        ("service_down", [], {"webhook": why}),
    ]
    assert History(redis).failed() == {"webhook": 1}


def test_what_a_mail_server_refuses_keeps_nothing_else_back(
    redis: Redis, desk: Desk, hook: Hook, box: Letterbox, both: Settings
) -> None:
    die(desk, ACCOUNT)
    Pauses(redis).service_down(DOWN, 15.0)
    box.unwanted = "NetSuite is down"

    sent = [Watch(redis, both).look() for _ in range(2)]

    assert (sent, len(hook.received), len(box.mails)) == ([3, 0], 2, 1)
    assert box.mails[0]["Subject"] == "closedwon: 1 dead letter: RecordRejected"
    assert not redis.exists("cw:notify:rest:email")
    [refused] = [one for one in History(redis).recent() if one.refused]
    assert (refused.event, refused.to) == ("service_down", ["webhook"])
    assert refused.refused == {"email": "The mail server refuses the message (550)."}


@pytest.mark.parametrize("status", [404, 500])
def test_once_a_test_arrives_nothing_is_kept_back_any_more(
    redis: Redis, hook: Hook, by_hook: Settings, status: int
) -> None:
    Pauses(redis).service_down(DOWN, 15.0)
    hook.status = status
    Watch(redis, by_hook).look()

    failed = send_test(redis, by_hook, ANN)["webhook"].arrived
    kept_back = Watch(redis, by_hook).look()
    hook.status = 200
    arrived = send_test(redis, by_hook, ANN)["webhook"].arrived
    sent = [Watch(redis, by_hook).look() for _ in range(2)]

    assert (failed, kept_back) == (False, 0)
    assert (arrived, sent) == (True, [1, 0])


def test_a_test_makes_nothing_that_was_told_be_told_again(
    redis: Redis, hook: Hook, by_hook: Settings
) -> None:
    Pauses(redis).service_down(DOWN, 15.0)
    hook.status = 400
    Watch(redis, by_hook).look()
    hook.status = 200
    an_hour_later(redis)
    Watch(redis, by_hook).look()

    send_test(redis, by_hook, ANN)
    sent = Watch(redis, by_hook).look()

    assert sent == 0
    assert [one["event"] for one in hook.received] == ["service_down", "test"]
