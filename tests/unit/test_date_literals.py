"""SOQL's date literals, on a Wednesday."""

from datetime import date

import pytest

from simulators.salesforce.dates import COMPARE, span_of

WEDNESDAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("name", "count", "first", "end"),
    [
        ("TODAY", None, "2026-11-18", "2026-11-19"),
        ("YESTERDAY", None, "2026-11-17", "2026-11-18"),
        ("TOMORROW", None, "2026-11-19", "2026-11-20"),
        ("THIS_WEEK", None, "2026-11-15", "2026-11-22"),
        ("LAST_WEEK", None, "2026-11-08", "2026-11-15"),
        ("NEXT_MONTH", None, "2026-12-01", "2027-01-01"),
        ("LAST_MONTH", None, "2026-10-01", "2026-11-01"),
        ("THIS_QUARTER", None, "2026-10-01", "2027-01-01"),
        ("LAST_YEAR", None, "2025-01-01", "2026-01-01"),
        ("LAST_90_DAYS", None, "2026-08-20", "2026-11-19"),
        ("LAST_N_DAYS", 7, "2026-11-11", "2026-11-19"),
        ("NEXT_N_DAYS", 2, "2026-11-19", "2026-11-21"),
        ("LAST_N_WEEKS", 2, "2026-11-01", "2026-11-15"),
        ("LAST_N_MONTHS", 13, "2025-10-01", "2026-11-01"),
        ("NEXT_N_QUARTERS", 1, "2027-01-01", "2027-04-01"),
        ("N_DAYS_AGO", 3, "2026-11-15", "2026-11-16"),
        ("N_MONTHS_AGO", 11, "2025-12-01", "2026-01-01"),
    ],
)
def test_a_literal_means_a_span_of_days(name: str, count: int, first: str, end: str) -> None:
    span = span_of(name, count, WEDNESDAY)

    assert span == (date.fromisoformat(first), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("name", "count"), [("NONSENSE", None), ("LAST_N_DAYS", None), ("TODAY", 1)]
)
def test_what_is_no_literal_means_nothing(name: str, count: int | None) -> None:
    assert span_of(name, count, WEDNESDAY) is None


def test_a_day_compares_with_a_span() -> None:
    span = (date(2026, 11, 1), date(2026, 12, 1))
    days = {"before": date(2026, 10, 31), "within": date(2026, 11, 30), "after": date(2026, 12, 1)}

    holds = {
        sign: [when for when, day in days.items() if compare(day, span)]
        for sign, compare in COMPARE.items()
    }

    assert holds == {
        "=": ["within"],
        "!=": ["before", "after"],
        "<": ["before"],
        "<=": ["before", "within"],
        ">": ["after"],
        ">=": ["within", "after"],
    }
