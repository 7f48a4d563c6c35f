"""A long backlog that is opened quickly is the one that the ledger and Celery would make."""

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from redis import Redis

from app.journal import Journal
from app.ledger import Ledger
from app.terms import Nudge, Order
from proof.speed.filling import copied, fill, sent_by_celery
from workers.redis_server import RedisServer
from workers.stage import publish

NUDGE = Nudge("ingest", "001000000000001AAA", "a reason", "c67f0b.7", 0)


@pytest.fixture
def sender(redis_server: RedisServer) -> Iterator[Celery]:
    with Celery(broker=redis_server.url, set_as_current=False) as sender:
        yield sender


def without_chance(message: dict[str, Any]) -> dict[str, Any]:
    """The message without what is random, and its body as what it says."""
    drawn = [message["headers"].pop(name) for name in ("id", "root_id")]
    drawn.append(message["properties"].pop("correlation_id"))
    assert len(set(drawn)) == 1
    assert message["properties"].pop("delivery_tag") not in drawn
    return {**message, "body": json.loads(b64decode(message["body"]))}


def test_a_copied_message_is_what_celery_sends(redis: Redis, sender: Celery) -> None:
    publish([NUDGE], sender)
    real = json.loads(str(redis.lpop("ingest")))

    copy = copied(sent_by_celery(redis, sender), NUDGE)

    assert without_chance(copy) == without_chance(real)
    assert not redis.exists("ingest")


def test_each_row_has_a_message_behind_those_that_were_there(redis: Redis, sender: Celery) -> None:
    Ledger(redis, lambda nudges: publish(nudges, sender)).open([Order(NUDGE.account, "before")])

    fill(redis, 1_200, sender)

    assert Journal(redis).states() == {"queued": 1_201}
    assert redis.llen("ingest") == 1_201
    assert NUDGE.account in b64decode(json.loads(str(redis.lindex("ingest", -1)))["body"]).decode()
