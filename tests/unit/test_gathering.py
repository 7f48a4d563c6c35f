"""Calls of many threads, gathered into one fetch: who rides in which."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from app.gathering import Gathering
from tests.unit.gathering_station import OTHERS, Source, Station, values


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
