"""Calls of many threads, gathered into one fetch: who rides in which, and who gets which error."""

import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial

import pytest

from app.errors import RecordRejected, ServiceUnavailable
from app.gathering import Gathering
from app.transport import run_of, seconds_left
from tests.eventually import eventually
from tests.threads import waiting_in

OTHERS = [f"key {number}" for number in range(30)]


class Killed(BaseException):
    """What ends a thread whatever it does."""


@dataclass
class Source:
    """Hangs at each fetch until it is told to answer; notes what each was asked for."""

    asked: list[list[str]] = field(default_factory=list)
    fails: list[BaseException] = field(default_factory=list)
    """What the next fetches raise."""
    most_at_a_time: int = 0
    _under_way: int = 0
    _answers: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def fetch(self, keys: Sequence[str]) -> Mapping[str, str | Exception]:
        self.asked.append(list(keys))
        self._under_way += 1
        self.most_at_a_time = max(self.most_at_a_time, self._under_way)
        try:
            if not self._answers.acquire(timeout=seconds_left(20)):
                raise ServiceUnavailable("It took too long.")
        finally:
            self._under_way -= 1
        if self.fails:
            raise self.fails.pop(0)
        found: dict[str, str | Exception] = {key: f"value of {key}" for key in keys}
        return found | {key: RecordRejected(key) for key in keys if key.startswith("bad")}

    def answer(self, times: int = 1) -> None:
        self._answers.release(times)


@dataclass
class Station:
    """Threads that call a gathering."""

    source: Source
    gathering: Gathering[str, str]
    pool: ThreadPoolExecutor

    def get(self, key: str, seconds: float = 20.0) -> "Future[str]":
        """Begins a call, in a run of so many seconds."""
        return self.pool.submit(self._get, key, seconds)

    def line_up(self, *keys: str, seconds: float = 20.0) -> list["Future[str]"]:
        """Begins calls, each once the one before it waits."""
        calls = []
        for key in keys:
            more = waiting_in(Gathering.get) + 1
            calls.append(self.get(key, seconds))
            eventually(partial(self._wait, more), f"{key} waits")
        return calls

    def hang(self, key: str = "first") -> "Future[str]":
        """A call whose fetch has begun, and hangs."""
        fetches = len(self.source.asked)
        call = self.get(key)
        eventually(lambda: len(self.source.asked) > fetches, "the fetch has begun")
        return call

    def _wait(self, threads: int) -> bool:
        return waiting_in(Gathering.get) >= threads

    def _get(self, key: str, seconds: float) -> str:
        with run_of(seconds):
            return self.gathering.get(key)


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.answer(1000)


@pytest.fixture
def station(source: Source) -> Iterator[Station]:
    with ThreadPoolExecutor(50) as pool:
        yield Station(source, Gathering(source.fetch, "nothing", most=100), pool)


def values(calls: Sequence["Future[str]"]) -> list[str]:
    return [call.result(20) for call in calls]


def test_who_comes_while_a_fetch_is_in_flight_rides_in_the_next(
    source: Source, station: Station
) -> None:
    first = station.hang()
    others = station.line_up(*OTHERS)

    source.answer(2)

    assert first.result(20) == "value of first"
    assert values(others) == [f"value of {key}" for key in OTHERS]
    assert source.asked == [["first"], OTHERS]
    assert source.most_at_a_time == 1


def test_who_asks_while_its_key_is_fetched_gets_a_newer_value(
    source: Source, station: Station
) -> None:
    first = station.hang("key")
    second = station.line_up("key")

    source.answer(2)

    assert values([first, *second]) == ["value of key"] * 2
    assert source.asked == [["key"], ["key"]]


def test_a_key_that_several_ask_for_is_fetched_once(source: Source, station: Station) -> None:
    first = station.hang()
    others = station.line_up("a", "b", "a", "a")

    source.answer(2)

    assert values([first, *others])[1:] == ["value of a", "value of b", "value of a", "value of a"]
    assert source.asked[1] == ["a", "b"]


def test_a_fetch_takes_so_many_keys_and_the_rest_ride_in_the_next(
    source: Source, station: Station
) -> None:
    station.gathering = Gathering(source.fetch, "nothing", most=12)
    first = station.hang()
    others = station.line_up(*OTHERS)

    source.answer(4)

    assert values([first, *others])[1:] == [f"value of {key}" for key in OTHERS]
    assert source.asked[1:] == [OTHERS[:12], OTHERS[12:24], OTHERS[24:]]


def test_a_leader_waits_for_others_until_enough_are_there(source: Source, station: Station) -> None:
    station.gathering = Gathering(source.fetch, "nothing", most=100, window=lambda: 60.0, enough=5)
    calls = station.line_up("a", "b", "c", "d")
    assert source.asked == []

    calls.append(station.get("e"))
    source.answer()

    assert values(calls) == [f"value of {key}" for key in "abcde"]
    assert source.asked == [["a", "b", "c", "d", "e"]]


def test_a_leader_goes_alone_when_nobody_comes_in_time(source: Source, station: Station) -> None:
    station.gathering = Gathering(source.fetch, "nothing", most=100, window=lambda: 0.01, enough=5)
    source.answer()

    value = station.get("a").result(20)

    assert value == "value of a"


def test_a_key_that_a_fetch_leaves_out_has_the_value_that_was_agreed(
    station: Station,
) -> None:
    gathering = Gathering[str, str](lambda keys: {}, "nothing", most=10)

    value = gathering.get("a")

    assert value == "nothing"


def test_an_error_of_one_key_is_raised_to_its_rider_alone(source: Source, station: Station) -> None:
    first = station.hang()
    good, bad, twin = station.line_up("good", "bad", "bad")

    source.answer(2)

    assert first.result(20)
    assert good.result(20) == "value of good"
    assert [type(call.exception(20)) for call in (bad, twin)] == [RecordRejected] * 2


def test_a_fetch_that_fails_fails_all_aboard_and_the_next_is_fetched_anew(
    source: Source, station: Station
) -> None:
    first = station.hang()
    others = station.line_up(*OTHERS)
    source.fails = [ServiceUnavailable("down"), ServiceUnavailable("still down")]

    source.answer(2)

    errors = {str(call.exception(20)) for call in others}
    source.answer()
    assert str(first.exception(20)) == "down"
    assert errors == {"still down"}
    assert station.get("later").result(20) == "value of later"


def test_an_error_that_many_raise_keeps_its_origin_and_does_not_grow_with_each(
    source: Source, station: Station
) -> None:
    first = station.hang()
    others = station.line_up(*OTHERS)
    failure = ServiceUnavailable("down")
    source.fails = [ServiceUnavailable("first"), failure]

    source.answer(2)
    wait([first, *others], 20)

    steps = [step.name for step in traceback.extract_tb(failure.__traceback__)]
    assert steps[-2:] == ["_lead", "fetch"]
    assert steps.count("get") < len(OTHERS) / 2


def test_a_leader_whose_time_is_used_up_fails_alone(source: Source, station: Station) -> None:
    first = station.hang()
    leader = station.line_up("leader", seconds=1.0)
    others = station.line_up(*OTHERS)

    source.answer()
    assert isinstance(leader[0].exception(20), ServiceUnavailable)
    source.answer()

    assert values([first, *others])[1:] == [f"value of {key}" for key in OTHERS]


def test_who_has_no_time_left_to_wait_leaves_and_is_not_fetched(
    source: Source, station: Station
) -> None:
    first = station.hang()
    hasty = station.line_up("hasty", seconds=0.2)
    patient = station.line_up("patient")

    assert isinstance(hasty[0].exception(20), ServiceUnavailable)
    source.answer(2)

    assert values([first, *patient]) == ["value of first", "value of patient"]
    assert source.asked == [["first"], ["patient"]]


def test_who_left_a_fetch_that_failed_is_not_waited_for(source: Source, station: Station) -> None:
    first = station.hang()
    both = station.line_up("leader", seconds=0.6) + station.line_up("hasty", seconds=0.3)

    source.answer()
    assert {type(call.exception(20)) for call in both} == {ServiceUnavailable}
    source.answer()

    assert first.result(20) == "value of first"
    assert station.get("later").result(20) == "value of later"


def test_a_leader_waits_for_others_no_longer_than_its_run_lasts(
    source: Source, station: Station
) -> None:
    station.gathering = Gathering(source.fetch, "nothing", most=100, window=lambda: 60.0, enough=5)

    failure = station.get("a", seconds=0.1).exception(20)

    assert isinstance(failure, ServiceUnavailable)


def test_who_joined_a_leader_without_time_goes_with_others(
    source: Source, station: Station
) -> None:
    station.gathering = Gathering(source.fetch, "nothing", most=100, window=lambda: 60.0, enough=3)
    leader = station.line_up("leader", seconds=0.4)
    others = station.line_up("a")

    assert isinstance(leader[0].exception(20), ServiceUnavailable)
    others += station.line_up("b")
    others.append(station.get("c"))
    source.answer(2)

    assert values(others) == ["value of a", "value of b", "value of c"]
    assert source.asked[-1] == ["a", "b", "c"]


@pytest.mark.parametrize("end", [Killed, KeyboardInterrupt, SystemExit])
def test_a_leader_that_is_killed_leaves_nobody_behind(
    source: Source, station: Station, end: type[BaseException]
) -> None:
    first = station.hang()
    others = station.line_up(*OTHERS)
    source.fails = [Killed(), end()]

    source.answer(3)

    assert isinstance(first.exception(20), Killed)
    assert isinstance(others[0].exception(20), end)
    assert values(others[1:]) == [f"value of {key}" for key in OTHERS[1:]]
    assert source.asked == [["first"], OTHERS, OTHERS[1:]]


def test_many_threads_get_each_their_own_while_one_fetch_runs_at_a_time() -> None:
    lock, sizes = threading.Lock(), []

    def fetch(keys: Sequence[int]) -> Mapping[int, int | Exception]:
        assert lock.acquire(blocking=False), "another fetch is under way"
        sizes.append(len(keys))
        lock.release()
        return {key: -key for key in keys if key % 7}

    gathering = Gathering[int, int](fetch, 0, most=9)

    def calls(begin: int) -> bool:
        return all(gathering.get(n) == (-n if n % 7 else 0) for n in range(begin, begin + 50))

    with ThreadPoolExecutor(80) as pool:
        right = list(pool.map(calls, range(0, 800, 10)))

    assert all(right)
    assert max(sizes) <= 9
