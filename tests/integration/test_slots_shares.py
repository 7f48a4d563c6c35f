"""How processes divide NetSuite's slots in Redis."""

import json

import pytest
from redis import Redis

from app.netsuite.allotment import Allotment, Pace
from app.netsuite.slots import Report
from app.scripts import run_script
from tests.eventually import eventually

SLOTS = "cw:netsuite:slots"
FOR_LONG = Pace(lease=600, creep=600, window=600)


class Process:
    """One of several that share the slots."""

    def __init__(self, redis: Redis, configured: int, pace: Pace = FOR_LONG) -> None:
        self.allotment = Allotment(redis, configured, pace)
        self.held = 0

    def tell(self, demand: int, held: int | None = None) -> int:
        """→ its due. It holds what it is granted, and keeps `held` of it at the next report."""
        kept = self.held if held is None else held
        grant = self.allotment.negotiate(Report(kept, demand, 0, 0))
        self.held = grant.granted
        return grant.share


def settle(processes: list[Process], demands: list[int]) -> list[int]:
    """All report until nothing moves any more, and keep no more than their due → what each has."""
    for _ in range(3):
        for process, demand in zip(processes, demands, strict=True):
            share = process.tell(demand)
            if process.held > share:
                process.tell(demand, held=share)
    return [process.held for process in processes]


@pytest.mark.parametrize(
    ("limit", "demands", "granted"),
    [
        (15, [15], [15]),
        (15, [3], [3]),
        (15, [15, 15, 15], [5, 5, 5]),
        (15, [2, 15, 15], [2, 7, 6]),
        (15, [1, 2, 15], [1, 2, 12]),
        (5, [5, 5], [3, 2]),
        (4, [0, 4], [0, 4]),
        (2, [1, 1], [1, 1]),
    ],
)
def test_slots_are_divided_evenly_as_far_as_they_are_wanted(
    redis: Redis, limit: int, demands: list[int], granted: list[int]
) -> None:
    processes = [Process(redis, limit) for _ in demands]

    divided = settle(processes, demands)

    assert sorted(divided) == sorted(granted)
    assert [have for have, want in zip(divided, demands, strict=True) if have > want] == []


def test_a_newcomer_gets_nothing_until_something_is_given_back(redis: Redis) -> None:
    first, second = Process(redis, 4), Process(redis, 4)
    first.tell(demand=4)

    second.tell(demand=4)
    before = second.held
    share = first.tell(demand=4)
    first.tell(demand=4, held=share)
    second.tell(demand=4)

    assert (before, share, second.held) == (0, 2, 2)


def test_with_more_processes_than_slots_each_has_its_turn(redis: Redis) -> None:
    pace = Pace(lease=600, rotation=0.02)
    processes = [Process(redis, 2, pace) for _ in range(5)]
    served: set[int] = set()

    def turn() -> bool:
        settle(processes, [3] * 5)
        assert sum(process.held for process in processes) <= 2
        served.update(n for n, process in enumerate(processes) if process.held)
        return len(served) == 5

    eventually(turn, "a turn for each")


def test_who_wants_and_holds_nothing_leaves_no_trace(redis: Redis) -> None:
    process = Process(redis, 4)
    process.tell(demand=4)

    process.tell(demand=0, held=0)

    assert redis.exists(SLOTS) == 0


def test_a_dead_processs_slots_are_free_when_its_lease_ends(redis: Redis) -> None:
    dead, living = Process(redis, 4, Pace(lease=0.05)), Process(redis, 4)
    dead.tell(demand=4)

    def taken_over() -> bool:
        living.tell(demand=4)
        return living.held == 4

    eventually(taken_over)

    [left] = living.allotment.state().processes.values()
    assert left.granted == 4
    assert redis.hlen(SLOTS) == 1


def test_what_is_under_way_stays_held_though_the_lease_was_over(redis: Redis) -> None:
    stalled, living = Process(redis, 4), Process(redis, 4)
    stalled.tell(demand=4)
    redis.delete(SLOTS)
    living.tell(demand=4)

    stalled.tell(demand=4, held=3)
    living.tell(demand=4)

    assert (stalled.held, living.held) == (3, 4)
    share = living.tell(demand=4)
    living.tell(demand=4, held=share)
    assert stalled.tell(demand=4) == 2


def test_a_report_that_comes_twice_or_late_changes_nothing(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def overheard(redis: Redis, script: str, argument: str, shared: tuple[str, ...]) -> str:
        sent.append(argument)
        return run_script(redis, script, argument, shared)

    monkeypatch.setattr("app.netsuite.allotment.run_script", overheard)
    process, other = Process(redis, 4), Process(redis, 4)
    process.tell(demand=1)
    process.tell(demand=3)
    other.tell(demand=4)

    answers = [json.loads(run_script(redis, "slots_negotiate", s, ("slots",))) for s in sent[:2]]

    assert [answer["granted"] for answer in answers] == [3, 3]
    assert [one.granted for one in process.allotment.state().processes.values()].count(3) == 1


def test_refusals_lower_what_is_allowed_once_in_a_window(redis: Redis) -> None:
    process = Process(redis, 10)
    process.tell(demand=10)

    for _ in range(5):
        process.allotment.refused(None)

    state = process.allotment.state()
    assert (state.allowed, state.configured, state.refusals) == (7, 10, 5)
    assert state.refused_seconds_ago is not None
    assert state.refused_seconds_ago < 60


def test_it_is_lowered_from_what_was_held_when_netsuite_refused(redis: Redis) -> None:
    process = Process(redis, 10)
    process.tell(demand=3)

    process.allotment.refused(None)

    assert process.allotment.state().allowed == 2
    assert process.tell(demand=10) == 2


def test_one_slot_stays_however_often_it_is_refused(redis: Redis) -> None:
    process = Process(redis, 10, Pace(lease=600, window=0, creep=600))
    process.tell(demand=10)

    for _ in range(20):
        process.allotment.refused(None)

    assert process.allotment.state().allowed == 1


def test_without_refusals_it_creeps_back(redis: Redis) -> None:
    pace = Pace(lease=600, creep=0.02)
    process = Process(redis, 10, pace)
    process.tell(demand=10)
    process.allotment.refused(None)
    seen: list[int] = []

    def creeping() -> bool:
        seen.append(process.allotment.state().allowed)
        return seen[-1] == 10

    eventually(creeping)

    assert seen == sorted(seen)
    assert process.tell(demand=10) == 10


@pytest.mark.parametrize(("steps", "allowed"), [(0, 1), (1, 2), (2, 4), (3, 7), (4, 10), (99, 10)])
def test_the_longer_nothing_is_refused_the_faster_it_creeps_back(
    redis: Redis, steps: int, allowed: int
) -> None:
    process = Process(redis, 10, Pace(creep=600))
    process.allotment.refused(None)
    at = int(redis.hget("cw:netsuite:limit", "refused_at") or 0)

    redis.hset("cw:netsuite:limit", "refused_at", at - steps * 600_000)

    assert process.allotment.state().allowed == allowed


def test_a_wish_to_wait_is_told_to_all(redis: Redis) -> None:
    refused, other = Process(redis, 10), Process(redis, 10)

    refused.allotment.refused(30.0)
    refused.allotment.refused(5.0)

    other.tell(demand=1)
    assert 25 < other.allotment.state().rest_seconds <= 30
    assert other.allotment.is_storm()


def test_a_storm_passes(redis: Redis) -> None:
    process = Process(redis, 10, Pace(lease=600, storm=0.05))
    before = process.allotment.is_storm()

    process.allotment.refused(None)

    def over() -> bool:
        process.tell(demand=1)
        return not process.allotment.is_storm()

    assert not before
    eventually(over)


@pytest.mark.parametrize("configured", [3, 20])
def test_a_setting_that_was_changed_meanwhile_counts(redis: Redis, configured: int) -> None:
    old = Process(redis, 10)
    old.tell(demand=10)
    old.allotment.refused(None)

    state = Process(redis, configured).allotment.state()

    assert state.allowed == min(configured, 7)
