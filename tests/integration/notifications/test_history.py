"""What was told lately, and how often."""

import pytest
from redis import Redis

from app.notifications.history import History, note_sent
from app.notifications.message import Message
from app.notifications.watch import Watch
from app.notifications.ways import WAYS
from app.settings import Settings
from tests.integration.ledger_desk import Desk
from tests.integration.notifications.postroom import Hook
from tests.integration.notifications.telling import LOCKED, die

ACCOUNTS = [f"00100000000000{n}AAA" for n in range(1, 3)]
pytestmark = pytest.mark.usefixtures("calm_redis")


def test_what_went_out_both_ways_is_remembered_as_one(
    redis: Redis, desk: Desk, hook: Hook, both: Settings
) -> None:
    die(desk, ACCOUNTS[0])
    die(desk, ACCOUNTS[1], LOCKED)

    Watch(redis, both).look()

    recent = History(redis).recent()
    assert [one.to for one in recent] == 2 * [["email", "webhook"]]
    assert recent[0].words.startswith("1 dead letter: RecordRejected. The oldest died 0 s ago")
    assert History(redis).sent() == {"webhook": 2, "email": 2}


def test_the_last_fifty_messages_are_remembered(redis: Redis) -> None:
    for n in range(60):
        with redis.pipeline() as pipeline:
            for way in WAYS:
                note_sent(pipeline, way, Message("lag", "", f"Message {n}", "", float(n)))
            pipeline.execute()

    recent = History(redis).recent()

    assert [one.words for one in recent] == [f"Message {n}." for n in range(59, 9, -1)]
