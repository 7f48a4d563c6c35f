"""The cursor and what a listener believes of it: a Redis that went back in time is found out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from app.ledger import Ledger
from app.passes import Pass, Passes
from app.terms import ORDERS_PER_SCRIPT, Cursor, Nudge, Order, RolledBack, Superseded
from tests.integration.ledger_desk import Desk

CHANNEL = "/data/AccountChangeEvent"
KEY = f"cw:cursor:{CHANNEL}"
A, B = "001000000000001AAA", "001000000000002AAA"
MANY = [Order(f"001{number:012}AAA", "changed") for number in range(2 * ORDERS_PER_SCRIPT + 1)]


def _stored(redis: Redis) -> Mapping[Any, Any]:
    return redis.hgetall(KEY)


def _cursor(replay_id: str, before: Cursor | None = None) -> Cursor:
    return Cursor(CHANNEL, {"replay_id": replay_id}, before.left_mark if before else "")


def test_a_stream_stores_one_cursor_after_the_other(desk: Desk, redis: Redis) -> None:
    first = _cursor("01")
    second = _cursor("02", first)

    desk.ledger.open([Order(A, "changed")], first)
    desk.ledger.open([Order(B, "changed")], second)

    assert redis.hget(KEY, "replay_id") == "02"
    assert redis.hget(KEY, "mark") == second.left_mark


@pytest.mark.parametrize("held", ["an earlier one", "none"])
def test_a_cursor_that_went_back_is_neither_stored_over_nor_are_rows_opened(
    desk: Desk, redis: Redis, held: str
) -> None:
    first = _cursor("01")
    second = _cursor("02", first)
    desk.ledger.open([], first)
    earlier = _stored(redis)
    desk.ledger.open([Order(A, "changed")], second)
    redis.delete(KEY, f"cw:row:{A}")
    if held == "an earlier one":
        redis.hset(KEY, mapping=earlier)

    with pytest.raises(RolledBack):
        desk.ledger.open([Order(B, "changed")], _cursor("03", second))

    assert _stored(redis) == (earlier if held == "an earlier one" else {})
    assert not desk.row(B)


def test_rows_that_are_lost_while_the_place_stood_still_show_too(desk: Desk, redis: Redis) -> None:
    first = _cursor("01")
    held_back = Cursor(CHANNEL, {}, first.left_mark)
    desk.ledger.open([], first)
    earlier = _stored(redis)
    desk.ledger.open([Order(A, "changed")], held_back)
    assert redis.hget(KEY, "replay_id") == "01"
    redis.hset(KEY, mapping=earlier)

    with pytest.raises(RolledBack):
        desk.ledger.open([], _cursor("02", held_back))


def test_a_batch_whose_answer_was_lost_is_done_when_it_is_tried_again(
    desk: Desk, redis: Redis
) -> None:
    cursor = _cursor("01")
    desk.ledger.open([Order(A, "changed")], cursor)

    desk.ledger.open([Order(A, "changed")], cursor)

    assert "again" not in desk.row(A)
    assert redis.hget(KEY, "mark") == cursor.left_mark
    desk.ledger.open([Order(B, "changed")], _cursor("02", cursor))
    assert redis.hget(KEY, "replay_id") == "02"


def test_very_many_orders_are_opened_in_bounded_scripts_the_cursor_with_the_last(
    redis: Redis,
) -> None:
    seen: list[tuple[int, bool]] = []

    def publish(nudges: Sequence[Nudge]) -> None:
        seen.append((len(nudges), bool(redis.hexists(KEY, "replay_id"))))

    Ledger(redis, publish).open(MANY, _cursor("01"))
    Ledger(redis, publish).open([replace(order, account=f"{order.account}B") for order in MANY])

    full = ORDERS_PER_SCRIPT
    assert seen[:3] == [(full, False), (full, False), (1, True)]
    assert [count for count, _ in seen[3:]] == [full, full, 1]
    assert redis.hget("cw:states", "queued") == str(2 * len(MANY))


def test_a_loss_between_two_batches_of_one_step_shows(redis: Redis) -> None:
    first = _cursor("01")
    calls: list[int] = []

    def publish(nudges: Sequence[Nudge]) -> None:
        calls.append(len(nudges))
        if len(calls) == 2:
            redis.hset(KEY, "mark", first.left_mark)

    ledger = Ledger(redis, publish)
    ledger.open([], first)

    with pytest.raises(RolledBack):
        ledger.open(MANY, _cursor("02", first))

    assert redis.hget(KEY, "replay_id") == "01"


def test_many_orders_that_are_tried_again_half_way_are_finished(redis: Redis) -> None:
    cursor, calls = _cursor("01"), []

    def publish(nudges: Sequence[Nudge]) -> None:
        calls.append(len(nudges))
        if len(calls) == 2:
            raise ConnectionError("the broker is gone")

    ledger = Ledger(redis, publish)
    with pytest.raises(ConnectionError):
        ledger.open(MANY, cursor)

    ledger.open(MANY, cursor)

    assert _stored(redis)["replay_id"] == "01"
    assert calls == [ORDERS_PER_SCRIPT, ORDERS_PER_SCRIPT, 1], "no batch was opened twice"


@pytest.mark.parametrize("stored", [None, "somebody:1:else"])
def test_who_does_not_hold_the_lock_any_more_stores_nothing(
    desk: Desk, redis: Redis, stored: str | None
) -> None:
    redis.set("cw:listening", "host:1:ours")
    first = replace(_cursor("01"), holder="host:1:ours")
    desk.ledger.open([], first)
    if stored:
        redis.set("cw:listening", stored)
    else:
        redis.delete("cw:listening")
    before, asks = _stored(redis), {"resync:Account": Pass("resync:Account", "x", ()).stored()}

    with pytest.raises(Superseded):
        desk.ledger.open(
            [Order(A, "changed")],
            replace(_cursor("02", first), holder="host:1:ours", asks=asks),
        )

    assert _stored(redis) == before
    assert not desk.row(A)
    assert not Passes(redis).all()


def test_a_step_whose_answer_was_lost_is_done_even_if_the_lock_is_lost_meanwhile(
    desk: Desk, redis: Redis
) -> None:
    redis.set("cw:listening", "host:1:ours")
    cursor = replace(_cursor("01"), holder="host:1:ours")
    desk.ledger.open([Order(A, "changed")], cursor)
    redis.delete("cw:listening")

    desk.ledger.open([Order(A, "changed")], cursor)

    assert "again" not in desk.row(A)


def test_what_the_reconciler_is_asked_for_is_stored_with_the_last_batch(redis: Redis) -> None:
    asked = Pass("resync:Account", "an overflow", ("linked",))
    seen: list[int] = []

    def publish(nudges: Sequence[Nudge]) -> None:
        seen.append(len(Passes(redis).all()))

    Ledger(redis, publish).open(MANY, replace(_cursor("01"), asks={asked.name: asked.stored()}))

    assert seen == [0, 0, 1]
    assert Passes(redis).get(asked.name) == asked
