"""Texts as NetSuite takes them: on one line, without control characters, cut where too long."""

import re
import unicodedata
from collections.abc import Sequence

from app.legible import visible
from app.models import Scalar

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JOINER = "\u200d"
_SINGULAR = {"criteria": "criterion"}


def plain(value: Scalar) -> str:
    """A Salesforce value as single-line text without control characters, stripped.

    A run of control characters or line breaks becomes one space; half of a surrogate pair, which
    no UTF-8 body can carry, becomes U+FFFD. Whole numbers lose the ".0" that Salesforce's JSON
    gives them; a checkbox reads true or false.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _SURROGATE.sub("\ufffd", _CONTROLS.sub(" ", str(value))).strip()


def typed(text: str) -> str:
    """What somebody typed, on one line: as `plain` makes it, and without invisible characters."""
    return plain(visible(text))


def plain_lines(text: str) -> list[str]:
    """The lines of a multi-line text that are not empty, each as `plain` makes it."""
    return [line for line in map(plain, text.splitlines()) if line]


def choices(value: Scalar) -> list[str]:
    """What is selected in a multi-select picklist, which Salesforce gives as one text."""
    return [choice for choice in map(plain, plain(value).split(";")) if choice]


def cut(text: str, limit: int) -> str:
    """The first `limit` characters at most, without tearing a letter from its accents."""
    if len(text) <= limit:
        return text
    at = limit
    while at and (
        unicodedata.category(text[at]).startswith("M") or _JOINER in (text[at], text[at - 1])
    ):
        at -= 1
    return text[: at or limit].rstrip()


def quoted(text: str) -> str:
    """A value as it may stand in a sentence."""
    return f"'{text}'" if len(text) <= 40 else f"'{cut(text, 39)}…'"


def place(path: Sequence[str | int]) -> str:
    """Where in nested lists and objects something is, as people count: `criterion 1, value 2` for
    ("criteria", 0, "values", 1).
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int) and parts:
            parts[-1] = f"{_SINGULAR.get(parts[-1], parts[-1].removesuffix('s'))} {step + 1}"
        else:
            parts.append(str(step))
    return ", ".join(parts)


def listed(names: list[str]) -> str:
    """Names for a sentence, the first ten in alphabetical order."""
    known = sorted(names)
    return (", ".join(known[:10]) or "none") + (", …" if len(known) > 10 else "")
