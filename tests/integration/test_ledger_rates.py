"""What ended in a minute, as the charts have it."""

from collections import Counter

from redis import Redis

from app.terms import Letter
from tests.integration.ledger_desk import ANN, Desk

A, B, C = ("001000000000001AAA", "001000000000002AAA", "001000000000003AAA")
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.")


def rates(redis: Redis) -> dict[str, int]:
    """Of all minutes."""
    found: Counter[str] = Counter()
    for key in redis.scan_iter("cw:rate:*"):
        found.update({str(name): int(str(n)) for name, n in redis.hgetall(key).items()})
        assert 0 < redis.ttl(key) <= 9000
    return dict(found)


def test_what_is_written_is_synced_too_and_what_is_unchanged_is_not_written(desk: Desk) -> None:
    desk.sync(A, "17")
    held = desk.open_and_take(A, "upsert")
    desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="the same")

    assert rates(desk.redis) == {"synced": 2, "written": 1}


def test_every_death_counts_and_so_does_what_is_skipped(desk: Desk) -> None:
    desk.wait_for_parent(B, A)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    desk.ledger.discard(A, ANN)
    desk.ledger.skipped(desk.open_and_take(C, "qualification"), "no Closed Won")

    assert rates(desk.redis) == {"dead": 2, "skipped": 1}


def test_what_was_fenced_does_not_count(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.lapse(A)

    desk.ledger.synced(held, "17", wrote="digest", words="written")

    assert rates(desk.redis) == {}


def test_a_minute_has_a_key_of_its_own(desk: Desk) -> None:
    before = int(str(desk.redis.time()[0])) // 60
    desk.sync(A, "17")
    after = int(str(desk.redis.time()[0])) // 60

    assert set(desk.redis.keys("cw:rate:*")) <= {f"cw:rate:{n}" for n in range(before, after + 1)}
