"""`closedwon notify test` and the test that the pages offer."""

import json
from pathlib import Path

from redis import Redis

from app.audit import Audit
from app.notifications.history import History
from app.notifications.trial import send_test
from app.terms import By
from tests.integration.commands import Command
from tests.integration.notifications.postroom import OPS, Hook, Letterbox
from tests.integration.notifications.telling import by_mail, settings

ANN = By("ann", "new webhook")


def test_one_goes_out_by_each_way_at_once_however_often_it_is_tried(
    redis: Redis, hook: Hook, box: Letterbox, tmp_path: Path
) -> None:
    given = settings(tmp_path, notify_webhook_url=hook.url, **by_mail(box))

    first, second = (send_test(redis, given, ANN) for _ in range(2))

    assert {way: one.words for way, one in first.items()} == {
        "webhook": "The webhook took the message (HTTP 200).",
        "email": f"The mail server took the message for {OPS}.",
    }
    assert second == first
    assert (len(hook.received), len(box.mails)) == (2, 2)
    assert "ann tries whether messages arrive here." in hook.received[0]["text"]
    assert [one.event for one in History(redis).recent()] == ["test", "test"]


def test_what_fails_is_told_and_the_other_way_goes_on(
    redis: Redis, hook: Hook, box: Letterbox, tmp_path: Path
) -> None:
    hook.status = 404

    happened = send_test(
        redis, settings(tmp_path, notify_webhook_url=hook.url, **by_mail(box)), ANN
    )

    assert not happened["webhook"].arrived
    assert happened["webhook"].words.startswith("The webhook refused the message (HTTP 404)")
    assert happened["email"].arrived
    assert History(redis).failed() == {"webhook": 1}


def test_it_is_audited_without_secrets(redis: Redis, hook: Hook, tmp_path: Path) -> None:
    given = settings(tmp_path, notify_webhook_url=hook.url)

    send_test(redis, given, ANN)

    [entry] = Audit(redis).entries().entries
    assert (entry.who, entry.what, entry.why) == ("ann", "notification test", "new webhook")
    assert entry.after == "webhook: The webhook took the message (HTTP 200)."


def test_the_command_says_what_happened(command: Command, redis: Redis, hook: Hook) -> None:
    done = command.run("notify", "test", NOTIFY_WEBHOOK_URL=hook.url)

    hook.status = 500
    failed = command.run("notify", "test", "--json", NOTIFY_WEBHOOK_URL=hook.url)

    assert (done.returncode, done.stdout) == (
        0,
        "webhook: The webhook took the message (HTTP 200).\n",
    )
    assert failed.returncode == 1
    assert json.loads(failed.stdout) == {
        "webhook": {"words": "The webhook failed (HTTP 500).", "arrived": False}
    }
    assert "T0KEN" not in done.stdout + done.stderr + failed.stdout + failed.stderr


def test_without_anybody_to_be_told_the_command_says_what_to_set(command: Command) -> None:
    done = command.run("notify", "test")

    assert done.returncode == 2
    assert "Nobody is told of anything: set NOTIFY_WEBHOOK_URL, or NOTIFY_EMAIL_TO." in done.stderr
