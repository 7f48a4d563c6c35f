"""What begins by itself, and when."""

import pytest
from redis import Redis

from app.passes import Pass, Passes
from app.reconciliation.schedule import Schedule, tick_seconds


def begin(redis: Redis, *, full_hours: float = 24) -> dict[str, Pass]:
    """A tick → the passes there are then."""
    Schedule(redis, 15, full_hours).begin_due()
    return {found.name: found for found in Passes(redis).all()}


def pass_time(redis: Redis, name: str, seconds: float) -> None:
    redis.hset("cw:begun", name, float(str(redis.hget("cw:begun", name))) - seconds)


def test_the_first_tick_begins_a_sweep_and_no_full_comparison(redis: Redis) -> None:
    begun = begin(redis)

    assert begun.keys() == {"sweep"}
    assert begun["sweep"].steps == ("modified:Account", "modified:Opportunity")
    assert begun["sweep"].ready
    assert not begun["sweep"].patient


@pytest.mark.parametrize(("seconds", "due"), [(0, False), (800, False), (899, True), (901, True)])
def test_a_sweep_is_due_when_its_minutes_are_over(redis: Redis, seconds: float, due: bool) -> None:
    begin(redis)
    Passes(redis).drop("sweep")
    pass_time(redis, "sweep", seconds)

    begun = begin(redis)

    assert ("sweep" in begun) is due


def test_a_sweep_that_is_not_over_is_not_begun_anew(redis: Redis) -> None:
    asked = begin(redis)["sweep"].asked
    pass_time(redis, "sweep", 1000)

    begun = begin(redis)
    Passes(redis).drop("sweep")
    next_one = begin(redis)["sweep"]

    assert begun["sweep"].asked == asked
    assert next_one.asked != asked


def test_a_full_comparison_is_due_when_its_hours_are_over(redis: Redis) -> None:
    begin(redis)
    pass_time(redis, "full", 24 * 3600)

    begun = begin(redis)["full"]

    assert begun.steps == ("qualifying", "linked")
    assert begun.patient


def test_without_hours_there_is_no_full_comparison(redis: Redis) -> None:
    begin(redis)
    pass_time(redis, "full", 1e9)

    begun = begin(redis, full_hours=0)

    assert "full" not in begun


@pytest.mark.parametrize(("minutes", "seconds"), [(0.05, 3), (1, 60), (15, 60), (1440, 60)])
def test_ticks_come_every_minute_or_as_often_as_a_sweep(minutes: float, seconds: float) -> None:
    assert tick_seconds(minutes) == pytest.approx(seconds)
