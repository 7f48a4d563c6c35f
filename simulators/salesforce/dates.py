"""SOQL's date literals: each names a span of days, counted in UTC."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

Span = tuple[date, date]  # first day, day after the last

_COUNTED = re.compile(r"(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S")
_AGO = re.compile(r"N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO")
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_NAMED = re.compile(r"(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)")
_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}


def span_of(name: str, count: int | None, today: date) -> Span | None:
    """The days that a date literal means on this day; None if there is no such literal."""
    if name in _DAYS and count is None:
        start = today + timedelta(days=_DAYS[name])
        return start, start + timedelta(days=1)
    if name in ("LAST_90_DAYS", "NEXT_90_DAYS") and count is None:
        name, count = f"{name[:4]}_N_DAYS", 90
    if (named := _NAMED.fullmatch(name)) and count is None:
        return _unit(named[2], today, {"LAST": -1, "THIS": 0, "NEXT": 1}[named[1]], 1)
    if (ago := _AGO.fullmatch(name)) and count is not None:
        return _unit(ago[1], today, -count, 1)
    if (counted := _COUNTED.fullmatch(name)) and count is not None:
        return _counted(counted[1], counted[2], count, today)
    return None


def as_datetimes(span: Span) -> tuple[datetime, datetime]:
    """The same span for a datetime field."""
    first, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in span)
    return first, end


def _counted(direction: str, unit: str, count: int, today: date) -> Span:
    if unit == "DAY" and direction == "LAST":
        # the only one that includes the present unit: it begins n days ago and runs to this day
        return today - timedelta(days=count), today + timedelta(days=1)
    if direction == "LAST":
        return _unit(unit, today, -count, count)
    return _unit(unit, today, 1, count)


def _unit(unit: str, today: date, shift: int, length: int) -> Span:
    """``length`` units, the first of them ``shift`` units from the present one."""
    if unit == "DAY":
        start = today + timedelta(days=shift)
        return start, start + timedelta(days=length)
    if unit == "WEEK":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        start = sunday + timedelta(weeks=shift)
        return start, start + timedelta(weeks=length)
    months = _MONTHS[unit]
    present = (today.year * 12 + today.month - 1) // months * months
    first = present + shift * months
    return _month(first), _month(first + length * months)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


Compare = Callable[[date, Span], bool]
COMPARE: Mapping[str, Compare] = {
    "=": lambda value, span: span[0] <= value < span[1],
    "!=": lambda value, span: not span[0] <= value < span[1],
    "<": lambda value, span: value < span[0],
    "<=": lambda value, span: value < span[1],
    ">": lambda value, span: value >= span[1],
    ">=": lambda value, span: value >= span[0],
}
