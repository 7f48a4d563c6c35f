"""Oracle's functions for SQLite, and dates as SuiteQL shows them.

A date is stored as a BLOB of its ISO text: it sorts right, and results tell it from a text.
"""

import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_ALLOWED_WORDS = """
    upper lower trim ltrim rtrim length substr instr replace nvl nvl2 coalesce concat nullif abs
    round sum count min max avg to_char to_date to_number like
"""
ALLOWED = frozenset(_ALLOWED_WORDS.split())
_ISO = "%Y-%m-%d %H:%M:%S"
_TOKENS = {
    "YYYY": "%Y",
    "MM": "%m",
    "DD": "%d",
    "HH24": "%H",
    "HH": "%I",
    "MI": "%M",
    "SS": "%S",
    "AM": "%p",
    "MON": "%b",
}
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)), re.IGNORECASE)


def date_value(moment: datetime) -> bytes:
    """A moment as the tables hold it."""
    return moment.astimezone(UTC).strftime(_ISO).encode()


def shown_date(value: bytes) -> str:
    """A date column in a result: the account's format M/D/YYYY, no time."""
    moment = datetime.strptime(value.decode(), _ISO)
    return f"{moment.month}/{moment.day}/{moment.year}"


def add_functions(connection: sqlite3.Connection) -> None:
    """Teach a connection what SuiteQL knows and SQLite does not, or does otherwise."""
    functions: list[tuple[str, int, Callable[..., Any]]] = [
        ("upper", 1, _upper),
        ("lower", 1, _lower),
        ("nvl", 2, lambda value, other: other if value is None else value),
        ("nvl2", 3, lambda value, given, missing: missing if value is None else given),
        ("concat", 2, lambda left, right: f"{_text(left)}{_text(right)}"),
        ("to_char", 1, lambda value: None if value is None else _text(value)),
        ("to_char", 2, _to_char),
        ("to_date", 2, _to_date),
        ("to_number", 1, lambda value: None if value is None else float(value)),
    ]
    for name, arity, function in functions:
        connection.create_function(name, arity, function, deterministic=True)


def _upper(value: Any) -> str | None:
    """Upper case over all of Unicode, letter for letter like Oracle's: ß stays."""
    if value is None:
        return None
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in str(value))


def _lower(value: Any) -> str | None:
    return None if value is None else str(value).lower()


def _text(value: Any) -> str:
    if value is None:
        return ""
    return shown_date(value) if isinstance(value, bytes) else str(value)


def _to_char(value: Any, pattern: str) -> str | None:
    if not isinstance(value, bytes):
        return None if value is None else str(value)
    moment = datetime.strptime(value.decode(), _ISO)
    return moment.strftime(_strftime(pattern))


def _to_date(value: Any, pattern: str) -> bytes | None:
    if value is None:
        return None
    moment = datetime.strptime(str(value), _strftime(pattern)).replace(tzinfo=UTC)
    return date_value(moment)


def _strftime(pattern: str) -> str:
    return _TOKEN.sub(lambda match: _TOKENS[match[0].upper()], pattern)
