"""A gathered fetch that fails, a run whose time is over, a leader that is killed: who gets which
error, and who goes on.
"""

import traceback
from concurrent.futures import wait

import pytest

from app.errors import RecordRejected, ServiceUnavailable
from app.gathering import Gathering
from tests.unit.gathering_station import OTHERS, Source, Station, values


class Killed(BaseException):
    """What ends a thread whatever it does."""


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
