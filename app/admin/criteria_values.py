"""Values to compare with, as people type them, made what SOQL wants of a field's type."""

import re
from collections.abc import Callable
from datetime import date, datetime

from app.admin.criteria_offer import NUMBERS
from app.texts import plain

Value = bool | int | float | datetime | date | str

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)


def value_for(kind: str, given: Value) -> Value:
    """The value for a field of this type (app/admin/criteria_offer.py). Text will do for all.

    Raises:
        ValueError: it is none, in words such as `must be a number`.
    """
    return _READ_AS.get(kind, _text)(given)


def _boolean(given: Value) -> bool:
    found = {"true": True, "false": False}.get(str(given).strip().lower())
    if found is None:
        raise ValueError("must be true or false")
    return found


def _number(given: Value) -> int | float:
    text = str(given).strip()
    if isinstance(given, bool) or not _NUMBER.fullmatch(text):
        raise ValueError("must be a number, such as 1000 or 0.5")
    if "." not in text:
        return int(text)
    number = float(text)
    if "e" in str(number):  # which SOQL does not read
        raise ValueError("must be a number of fewer digits")
    return number


def _whole(given: Value) -> int:
    text = str(given).strip()
    if isinstance(given, bool) or not _WHOLE.fullmatch(text):
        raise ValueError("must be a whole number")
    return int(text)


def _date(given: Value) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    text = str(given).strip()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or str(found) != text:
        raise ValueError("must be a date, such as 2026-01-31")
    return found


def _datetime(given: Value) -> datetime:
    found = given if isinstance(given, datetime) else None
    if isinstance(given, str) and len(given.strip()) > len("2026-01-31"):
        try:
            found = datetime.fromisoformat(given.strip())
        except ValueError:
            found = None
    if found is None or found.tzinfo is None:
        raise ValueError("must be a date and time with an offset, such as 2026-01-31T12:00:00Z")
    return found


def _id(given: Value) -> str:
    text = str(given).strip()
    if not _ID.fullmatch(text):
        raise ValueError("must be a record's id of 15 or 18 characters")
    return text


def _text(given: Value) -> str:
    if not isinstance(given, str) or plain(given) != given.strip():
        raise ValueError("must be a text on one line")
    return given


_READ_AS: dict[str, Callable[[Value], Value]] = {
    **dict.fromkeys(NUMBERS, _number),
    "int": _whole,
    "long": _whole,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "id": _id,
    "reference": _id,
}
