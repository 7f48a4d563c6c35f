"""How the ledger lies in Redis: its scripts, its stories, and the size of its rows."""

import json

import pytest

from app.models import Payload
from app.netsuite.mapping import digest
from app.terms import Order
from tests.integration.ledger_desk import Desk

A, B = ("001000000000001AAA", "001000000000002AAA")
HEARD = "1795000000./data/OpportunityChangeEvent"
DIGEST = digest(Payload({"companyName": "Acme"}))


def test_a_script_that_redis_forgot_is_loaded_again(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])
    desk.redis.script_flush()

    desk.ledger.open([Order(B, "changed")])

    assert desk.row(B)["state"] == "queued"


def test_stories_are_bounded_and_end(desk: Desk) -> None:
    desk.ledger.open([Order(A, f"change {n}") for n in range(100)])

    story = [json.loads(line) for line in desk.redis.lrange(f"cw:story:{A}", 0, -1)]

    assert [line["words"] for line in story] == [f"change {n}" for n in range(40, 100)]
    assert 0 < desk.redis.ttl(f"cw:story:{A}") <= desk.ledger.timing.story_seconds


@pytest.mark.parametrize(
    "reason", ["changed", "a long reason " * 9, "ein längerer Grund äöü€ " * 5]
)
def test_rows_at_rest_stay_compact(desk: Desk, reason: str) -> None:
    desk.ledger.open([Order(A, reason, heard=HEARD)] * 2)
    held = desk.take(A, "upsert")
    held.seen = 1_795_000_000
    desk.ledger.check(held, DIGEST, parent=None, parent_customer=None, words="the same")
    desk.ledger.synced(held, "1234567", wrote=DIGEST, words="written", write_back=True)
    desk.ledger.written_back(A, "1234567")

    assert desk.redis.object("encoding", f"cw:row:{A}") in ("ziplist", "listpack")
    assert int(desk.redis.memory_usage(f"cw:row:{A}") or 0) in range(1, 256)
    assert set(desk.row(A)) == {"state", "token", "customer", "named", "written", "seen"}
