"""How long changes take: what rows remember of the first one not served, and how it is counted."""

from collections.abc import Callable

import pytest
from redis import Redis

from app.lag import Lags
from app.terms import Held, Letter, Order
from tests.integration.ledger_desk import ANN, Desk

A, B = "001000000000001AAA", "001000000000002AAA"
CHANNEL = "/data/AccountChangeEvent"
FIRST, SECOND, THIRD = (f"179500000{n}.{CHANNEL}" for n in range(3))
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.")


def hear(desk: Desk, *heard: str | None) -> None:
    desk.ledger.open(Order(A, "Account UPDATE", heard=one) for one in heard)


def heard(desk: Desk) -> tuple[str | None, str | None]:
    """What no run has served yet, and what came while one was under way."""
    row = desk.row(A)
    return row.get("heard"), row.get("next_heard")


def counted(redis: Redis, channel: str = CHANNEL) -> dict[str, str]:
    """Bucket to count, of all minutes."""
    found: dict[str, str] = {}
    for key in redis.scan_iter(f"cw:lag:{channel}:*"):
        found |= {str(name): str(value) for name, value in redis.hgetall(key).items()}
        assert 0 < redis.ttl(key) <= 7200
    return found


def write(desk: Desk, held: Held) -> str:
    return desk.ledger.synced(held, "17", wrote="digest", words="written")


def test_the_first_change_that_is_not_served_counts(desk: Desk) -> None:
    hear(desk, FIRST, SECOND, THIRD)

    before = heard(desk)
    desk.take(A, "qualification")

    assert before == (FIRST, SECOND)
    assert heard(desk) == (FIRST, None)


def test_a_change_while_an_unheard_of_run_is_under_way_is_served_by_it(desk: Desk) -> None:
    hear(desk, None, SECOND)

    before = heard(desk)
    desk.take(A, "qualification")

    assert before == (None, SECOND)
    assert heard(desk) == (SECOND, None)


def test_what_came_after_the_account_was_read_is_left_to_the_next_run(desk: Desk) -> None:
    hear(desk, FIRST)
    held = desk.take(A, "upsert")
    hear(desk, SECOND, THIRD)

    write(desk, held)

    assert heard(desk) == (SECOND, None)
    assert desk.row(A)["state"] == "queued"
    assert sum(map(int, counted(desk.redis).values())) == 1


def test_a_letter_leaves_a_later_change_to_the_next_run(desk: Desk) -> None:
    hear(desk, FIRST)
    held = desk.take(A, "upsert")
    hear(desk, SECOND)

    desk.ledger.dead(held, REFUSED)

    assert heard(desk) == (SECOND, None)
    assert counted(desk.redis) == {}


ON_THE_WAY: dict[str, Callable[[Desk, Held], object]] = {
    "a retry": lambda desk, held: desk.ledger.retry(held, 0, counter="attempts", letter=REFUSED),
    "a lost worker": lambda desk, held: desk.lapse(A),
    "a wait": lambda desk, held: desk.ledger.wait(held, B, late=False),
    "the next stage": lambda desk, held: desk.ledger.advance(held, "upsert"),
    "another order": lambda desk, held: hear(desk, None),
}


@pytest.mark.parametrize("what", ON_THE_WAY)
def test_until_it_is_written_the_change_is_remembered(desk: Desk, what: str) -> None:
    hear(desk, FIRST)
    held = desk.take(A, "hierarchy")

    ON_THE_WAY[what](desk, held)

    assert heard(desk) == (FIRST, None)


@pytest.mark.parametrize(("first", "kept"), [(FIRST, FIRST), (None, SECOND)])
def test_a_change_while_it_waits_does_not_displace_the_first(
    desk: Desk, first: str | None, kept: str
) -> None:
    hear(desk, first)
    desk.ledger.wait(desk.take(A, "hierarchy"), B, late=False)

    hear(desk, SECOND)

    assert heard(desk) == (kept, None)


def test_a_change_that_keeps_it_from_waiting_is_served_by_the_fresh_run(desk: Desk) -> None:
    hear(desk, FIRST)
    held = desk.take(A, "hierarchy")
    hear(desk, SECOND)

    verdict, _ = desk.ledger.wait(held, B, late=False)
    desk.take(A, "qualification")

    assert verdict == "afresh"
    assert heard(desk) == (FIRST, None)


ENDS: dict[str, Callable[[Desk, Held], object]] = {
    "synced": write,
    "skipped": lambda desk, held: desk.ledger.skipped(held, "not won"),
    "dead": lambda desk, held: desk.ledger.dead(held, REFUSED),
    "unchanged": lambda desk, held: desk.ledger.check(
        held, "digest", parent=None, parent_customer=None, words="as it was"
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_at_rest_nothing_is_remembered_and_only_a_write_counts(desk: Desk, how: str) -> None:
    desk.sync(A, "17")
    hear(desk, FIRST)

    ENDS[how](desk, desk.take(A, "upsert"))

    assert heard(desk) == (None, None)
    assert bool(counted(desk.redis)) == (how == "synced")


def test_what_nobody_heard_of_is_not_counted(desk: Desk) -> None:
    desk.sync(A, "17")

    assert list(desk.redis.scan_iter("cw:lag:*")) == []


def test_a_forgotten_row_forgets_what_it_heard(desk: Desk) -> None:
    hear(desk, FIRST, SECOND)
    desk.pauses.begin("flow", "switched off")

    desk.ledger.forget("flow off --drop", ANN)

    assert heard(desk) == (None, None)


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(957, 144), (1, None), (-60, 0)], ids=["minutes", "about 1 s", "ahead"]
)
def test_a_write_is_counted_once_in_its_bucket(
    desk: Desk, seconds: int, bucket: int | None
) -> None:
    committed = int(str(desk.redis.time()[0])) - seconds
    hear(desk, f"{committed}.{CHANNEL}")

    write(desk, desk.take(A, "upsert"))

    [(found, count)] = counted(desk.redis).items()
    assert count == "1"
    assert int(found) == bucket if bucket is not None else int(found) >= 72  # 1.1^72 is 955 ms


def test_a_write_that_is_disowned_is_not_counted(desk: Desk) -> None:
    hear(desk, FIRST)
    held = desk.take(A, "upsert")
    desk.lapse(A)

    verdict = write(desk, held)

    assert (verdict, counted(desk.redis)) == ("fenced", {})


def test_percentiles_of_the_last_hour_are_told_by_channel(desk: Desk) -> None:
    minute = int(str(desk.redis.time()[0])) // 60
    for at, bucket, count in ((minute, 50, 90), (minute - 30, 80, 9), (minute - 59, 100, 1)):
        desk.redis.hset(f"cw:lag:{CHANNEL}:{at}", str(bucket), count)
    desk.redis.hset(f"cw:lag:{CHANNEL}:{minute - 61}", "200", 1000)

    lag = Lags(desk.redis).of_last_hour(CHANNEL)

    assert lag
    assert lag.count == 100
    assert [round(seconds, 3) for seconds in (lag.p50, lag.p95, lag.p99)] == [0.123, 2.148, 2.148]
    assert Lags(desk.redis).of_last_hour("/data/ChangeEvents") is None


def test_a_channel_with_a_long_name_is_counted_and_keeps_rows_compact(desk: Desk) -> None:
    channel = f"/data/{'A' * 80}__chn"
    committed = int(str(desk.redis.time()[0])) - 957
    desk.ledger.open([Order(A, "Account UPDATE", heard=f"{committed}.{channel}")] * 2)

    encoding = desk.redis.object("encoding", f"cw:row:{A}")
    write(desk, desk.take(A, "upsert"))

    assert encoding in ("ziplist", "listpack")
    lag = Lags(desk.redis).of_last_hour(channel)
    assert lag
    assert 913 < lag.p50 < 1005


def test_what_is_counted_of_all_time_only_grows(desk: Desk) -> None:
    total = f"cw:lag:total:{CHANNEL}"
    for change in (FIRST, SECOND):
        hear(desk, change)
        write(desk, desk.take(A, "upsert"))

    counts = desk.redis.hgetall(total)

    assert sum(int(str(count)) for count in counts.values()) == 2
    assert set(counts) == set(counted(desk.redis))
    assert desk.redis.ttl(total) == -1
