"""The straight line through what was measured."""

import pytest

from proof.faults.growth import growth


def test_a_line_that_rises_by_one_a_minute_rises_by_sixty_an_hour() -> None:
    minutes = [float(minute) for minute in range(1, 61)]

    found = growth(minutes, [100 + minute for minute in minutes])

    assert found is not None
    assert found.per_hour == pytest.approx(60)
    assert found.share == pytest.approx(60 / 135)


def test_what_grows_while_it_gets_warm_is_no_growth() -> None:
    minutes = [float(minute) for minute in range(1, 61)]

    found = growth(minutes, [min(minute, 10) for minute in minutes])

    assert found is not None
    assert (found.mean, found.per_hour) == (10, 0)


def test_a_short_run_is_warm_after_a_third() -> None:
    found = growth([1, 2, 3, 4, 5, 6], [900, 7, 7, None, 7, 7])

    assert found is not None
    assert (found.mean, found.per_hour) == (7, 0)


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [None, None, None, None]])
def test_of_too_little_nothing_is_said(values: list[float | None]) -> None:
    minutes = [float(minute) for minute in range(1, len(values) + 1)]

    found = growth(minutes, values)

    assert found is None
