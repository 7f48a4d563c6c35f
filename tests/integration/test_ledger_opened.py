"""Since when an account is under way."""

import pytest
from redis import Redis

from app.terms import Letter, Order
from tests.integration.ledger_desk import ANN, HOUR, Desk

A, B = "001000000000001AAA", "001000000000002AAA"
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.")
LONG_AGO = 1000.0
MOVING, WAITING = "cw:opened", "cw:opened:waiting"


def since(redis: Redis, account: str = A) -> tuple[float | None, float | None]:
    """As one that moves, and as one that waits for a parent."""
    moving, waiting = (redis.zscore(key, account) for key in (MOVING, WAITING))
    return moving, waiting


def set_out_long_ago(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])
    desk.redis.zadd(MOVING, {A: LONG_AGO}, xx=True)


def test_it_is_since_it_left_rest_whatever_its_run_meets(desk: Desk) -> None:
    set_out_long_ago(desk)

    desk.ledger.open([Order(A, "changed again")])
    desk.ledger.retry(desk.take(A, "hierarchy"), HOUR, counter="attempts", letter=REFUSED)
    retrying = since(desk.redis)
    desk.ledger.wait(desk.take(A, "hierarchy"), B, late=False)
    waiting = since(desk.redis)
    desk.finish(B, "18")

    assert (retrying, waiting) == ((LONG_AGO, None), (None, LONG_AGO))
    assert since(desk.redis) == (LONG_AGO, None)


@pytest.mark.parametrize("ends", ["synced", "dead"])
def test_an_account_that_runs_once_more_at_once_has_not_rested(desk: Desk, ends: str) -> None:
    set_out_long_ago(desk)
    held = desk.take(A, "upsert")
    desk.ledger.open([Order(A, "changed again")])

    if ends == "synced":
        desk.ledger.synced(held, "17", wrote="digest", words="written")
    else:
        desk.ledger.dead(held, REFUSED)

    assert since(desk.redis) == (LONG_AGO, None)


def test_who_rests_is_not_under_way_and_begins_anew(desk: Desk) -> None:
    set_out_long_ago(desk)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    resting = since(desk.redis)

    desk.ledger.requeue([A], ANN)

    moving, _ = since(desk.redis)
    assert resting == (None, None)
    assert moving is not None
    assert moving > LONG_AGO


def test_what_is_forgotten_or_discarded_is_not_under_way(desk: Desk) -> None:
    desk.wait_for_parent(B, A)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    desk.ledger.discard(A, ANN)
    discarded = desk.redis.zcard(MOVING), desk.redis.zcard(WAITING)
    set_out_long_ago(desk)
    desk.pauses.begin("flow", "off")

    desk.ledger.forget("dropped", ANN)

    assert discarded == (0, 0)
    assert since(desk.redis) == (None, None)


def test_what_was_under_way_before_it_was_noted_is_noted_after_its_rest(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])
    desk.redis.delete(MOVING)

    desk.ledger.wait(desk.take(A, "hierarchy"), B, late=False)
    desk.finish(B, "18")
    unknown = since(desk.redis)
    desk.finish(A, "17")
    desk.ledger.open([Order(A, "changed")])

    assert unknown == (None, None)
    assert since(desk.redis)[0] is not None
