"""One process's slots: whose turn it is, and when no call may start."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from redis import RedisError
from redis.exceptions import ConnectionError as NoRedis

from app.errors import RateLimited
from app.netsuite.slots import Grant, Report, Slots
from tests.eventually import eventually

FOR_LONG = 60.0


class Office:
    """Slots, and threads that ask for them; how often the negotiator was called."""

    def __init__(self, pool: ThreadPoolExecutor, granted: int, share: int | None = None) -> None:
        self.called = 0
        self.slots = Slots(10, self.call)
        self.order: list[str] = []
        self._pool = pool
        self.grant(granted, share)

    def call(self) -> None:
        self.called += 1

    def grant(
        self, granted: int, share: int | None = None, *, life: float = FOR_LONG, rest: float = 0.0
    ) -> Report:
        """As Redis would answer a report."""
        told, now = self.slots.report(), time.monotonic()
        due = granted if share is None else share
        self.slots.answered(told, Grant(max(granted, told.held), due, now + life, now + rest))
        return told

    def queue(self, name: str, *, ahead: bool = False) -> "Future[None]":
        """A thread that waits for its turn; it is in the line when this returns."""
        before = self.slots.report().waiting
        future = self._pool.submit(self._take, name, ahead)
        eventually(lambda: self.slots.report().waiting > before or future.done())
        return future

    def serve(self, times: int) -> list[str]:
        """So many calls end, one after the other → who had a turn so far."""
        for _ in range(times):
            self._serve_one(len(self.order))
        return self.order

    def _serve_one(self, served: int) -> None:
        self.slots.free()
        eventually(lambda: len(self.order) > served)

    def _take(self, name: str, ahead: bool) -> None:
        self.slots.take(ahead, FOR_LONG)
        self.order.append(name)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(10) as pool:
        yield pool


def taken(slots: Slots) -> bool:
    """Whether a call may start at once."""
    try:
        slots.take(ahead=False, seconds=0.0)
    except RateLimited:
        return False
    return True


def test_look_ups_come_before_writes_and_each_in_turn(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=1)
    office.slots.take(ahead=False, seconds=0.0)
    for name in ("write 1", "write 2"):
        office.queue(name)
    for name in ("look-up 1", "look-up 2"):
        office.queue(name, ahead=True)

    order = office.serve(4)

    assert order == ["look-up 1", "look-up 2", "write 1", "write 2"]


def test_a_slot_goes_from_call_to_call_without_the_negotiator(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=1)
    office.slots.take(ahead=False, seconds=0.0)
    office.queue("next")
    office.grant(1)
    called = office.called

    office.serve(1)

    assert office.called == called


def test_who_waits_in_vain_is_rate_limited_and_out_of_the_line(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=1)
    office.slots.take(ahead=False, seconds=0.0)

    with pytest.raises(RateLimited, match="All 10 NetSuite slots stay taken"):
        office.slots.take(ahead=False, seconds=0.01)

    assert office.slots.report().waiting == 0
    office.slots.free()
    assert taken(office.slots)


def test_more_demand_than_was_told_calls_the_negotiator(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=1)
    office.slots.take(ahead=False, seconds=0.0)

    office.queue("next")
    first = office.called
    told = office.grant(1)
    office.slots.free()
    office.queue("another")

    assert first == 1
    assert told.demand == 2
    assert office.called == first
    office.slots.free()


def test_calls_that_end_above_the_share_give_their_slots_back(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=3)
    for _ in range(3):
        office.slots.take(ahead=False, seconds=0.0)
    waiting = office.queue("next")
    office.grant(3, share=2)
    called = office.called

    office.slots.free()

    assert not waiting.done()
    assert office.called == called + 1
    assert office.slots.report().held == 2
    assert office.serve(1) == ["next"]


def test_idle_slots_above_the_share_go_back_at_once(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=5)

    office.grant(5, share=1)

    assert office.slots.report().held == 1
    assert office.slots.seconds_to_report(soon=0.1, beat=9.0) == 0.1


def test_what_was_needed_since_the_last_report_is_the_demand(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=3)
    for _ in range(3):
        office.slots.take(ahead=False, seconds=0.0)
    for _ in range(3):
        office.slots.free()

    demands = [office.slots.report().demand for _ in range(2)]

    assert demands == [3, 0]


def test_no_call_starts_once_the_lease_is_over(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=2)
    office.slots.take(ahead=False, seconds=0.0)

    office.grant(2, life=0.0)

    assert not taken(office.slots)
    assert office.slots.report().held == 1


def test_no_call_starts_while_netsuite_wishes_none(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=2)

    office.grant(2, rest=30.0)

    assert not taken(office.slots)
    office.grant(2)
    assert taken(office.slots)


def test_who_would_wait_in_vain_for_netsuites_rest_is_told_at_once(
    pool: ThreadPoolExecutor,
) -> None:
    office = Office(pool, granted=1)
    office.slots.take(ahead=False, seconds=0.0)
    waiting = office.queue("for a minute")

    office.grant(1, rest=2 * FOR_LONG)

    with pytest.raises(RateLimited, match="asks to wait") as told:
        waiting.result(10)
    assert FOR_LONG < (told.value.retry_after or 0) <= 2 * FOR_LONG


def test_without_slots_a_silent_redis_is_told_to_all_who_wait(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=0)
    futures = [office.queue("one"), office.queue("two", ahead=True)]

    office.slots.failed(NoRedis("no route"))

    for future in futures:
        with pytest.raises(RedisError, match="nothing is sent") as told:
            future.result(10)
        assert "no route" in str(told.value.__cause__)
    assert office.slots.report().waiting == 0


def test_slots_that_are_held_go_round_while_redis_is_silent(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=1)
    office.slots.take(ahead=False, seconds=0.0)
    office.queue("next")

    office.slots.failed(NoRedis("no route"))

    assert office.serve(1) == ["next"]


def test_when_the_process_is_to_end_nobody_waits_or_begins(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=1)
    office.slots.take(ahead=False, seconds=FOR_LONG)
    waiting = [office.queue("A"), office.queue("B")]

    office.slots.end()

    for one in waiting:
        with pytest.raises(RateLimited, match="is to end") as told:
            one.result(FOR_LONG)
        assert told.value.retry_after == 0
    office.slots.free()
    with pytest.raises(RateLimited, match="is to end"):
        office.slots.take(ahead=True, seconds=FOR_LONG)
    assert office.slots.report().busy == 0


def test_an_idle_process_reports_only_when_asked_to(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=0)

    seconds = office.slots.seconds_to_report(soon=0.1, beat=9.0)

    assert seconds is None


def test_many_threads_never_hold_more_than_was_granted(pool: ThreadPoolExecutor) -> None:
    office = Office(pool, granted=3)
    held = threading.BoundedSemaphore(3)

    def work(_: int) -> bool:
        for n in range(200):
            office.slots.take(ahead=n % 3 == 0, seconds=FOR_LONG)
            if not held.acquire(blocking=False):
                return False
            held.release()
            office.slots.free()
        return True

    kept = list(pool.map(work, range(10)))

    assert all(kept)
    assert office.slots.report().busy == 0
