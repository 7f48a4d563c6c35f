"""What a value of each kind has to look like before NetSuite takes it, and how it is sent.

The flow file's own values are held against it when the file is read, Salesforce's when they are
sent. NetSuite's validation of phone numbers ("should have seven digits or more") and web addresses
("Invalid URL." without a scheme) is known from reports only. It is applied here, where the admin
gets the field's name and the value in one sentence.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Literal, TypeAlias

from app.models import Scalar
from app.texts import plain, plain_lines

Kind: TypeAlias = Literal["text", "phone", "url", "email", "boolean", "number", "date", "reference"]
TEXTS: frozenset[Kind] = frozenset(("text", "phone", "url", "email"))
"""The kinds that are sent as text of limited length."""

LINE_BREAK = " / "
"""What stands for a line break in multi-line text.

Oracle's help asks for a line feed to be sent "escaped as `\\\\n`", which may mean JSON's own escape
(every JSON encoder writes it) or a backslash and an n inside the string. The wrong reading shows a
literal backslash to finance, or is refused; a separator is right under both.
"""

_DIGIT = re.compile("[0-9]")
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII | re.IGNORECASE)
_URL = re.compile(
    rf"https?://(?:{_LABEL}\.)+(?=[^\W\d_]){_LABEL}(?::[0-9]{{1,5}})?"
    r'(?:[/?#][^\s<>"{}|\\^`]*)?',
    re.IGNORECASE,
)
_EMAIL = re.compile(
    rf'[^\s@<>,;:"()\[\]\\]+@(?:{_LABEL}\.)+(?=[^\W\d_]{{2}}){_LABEL}', re.IGNORECASE
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*)?")
_INTERNAL_ID = re.compile(r"[0-9]{1,18}")


def as_text(kind: Kind, value: Scalar, *, keeps_lines: bool = False) -> tuple[str, str]:
    """The whole text that is sent for a value of one of `TEXTS`, and in words what was done to make
    it; no words: nothing.
    """
    text = plain(value)
    if kind == "url" and not _SCHEME.match(text):
        return "https://" + text.removeprefix("//"), "https:// was added"
    if isinstance(value, str) and keeps_lines:
        lines = plain_lines(value)
        if len(lines) > 1:
            return LINE_BREAK.join(lines), f"{len(lines)} lines were joined with '{LINE_BREAK}'"
    return text, ""


def wrong_text(kind: Kind, text: str) -> str:
    """Why a text that is to be sent is none of its kind; empty when it is."""
    if kind == "phone" and len(_DIGIT.findall(text)) < 7:
        return "fewer than seven digits"
    if kind == "url" and not (text.isprintable() and _URL.fullmatch(text)):
        return "no web address"
    if kind == "email" and not (text.isprintable() and _EMAIL.fullmatch(text)):
        return "no email address"
    return ""


def is_internal_id(text: str) -> bool:
    """Whether a text can be NetSuite's own number of a record."""
    return _INTERNAL_ID.fullmatch(text) is not None


def _boolean(value: Scalar) -> object:
    known = {"true": True, "false": False}
    try:
        return known[plain(value).lower()]
    except KeyError:
        raise ValueError("neither true nor false") from None


def _number(value: Scalar) -> object:
    if isinstance(value, str) and _NUMBER.fullmatch(plain(value)):
        value = float(plain(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number")
    if not abs(value) < 1e15:  # NaN neither
        raise ValueError("no number that NetSuite can hold")
    return int(value) if float(value).is_integer() else value


def _date(value: Scalar) -> object:
    """A date and time becomes its day in UTC, as Salesforce gives it."""
    found = _DATE.fullmatch(plain(value))
    try:
        return date.fromisoformat(found[1] if found else "").isoformat()
    except ValueError:
        raise ValueError("no date") from None


def _reference(value: Scalar) -> object:
    if not is_internal_id(plain(value)):
        raise ValueError("no internal id")
    return {"id": plain(value)}


CONVERSIONS: dict[Kind, Callable[[Scalar], object]] = {
    "boolean": _boolean,
    "number": _number,
    "date": _date,
    "reference": _reference,
}
"""For the kinds that are not sent as text: to the JSON value. ValueError says what it is not."""
