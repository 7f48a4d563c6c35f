"""What is wrong with a value that the flow file itself gives: with one, a rule could never work."""

from datetime import date

from app.flow_kinds import CONVERSIONS, TEXTS, Kind, as_text, is_internal_id, wrong_text
from app.flow_types import Constant
from app.texts import plain

_TYPED: dict[Kind, str] = {
    **dict.fromkeys(TEXTS, "must be a text in quotes, and not empty"),
    "boolean": "must be true or false, without quotes",
    "number": "must be a number, without quotes",
    "date": "must be a date, such as 2026-01-31",
    "reference": 'must be an internal id: at most 18 digits in quotes, such as "1"',
}


def wrong_value(
    kind: Kind, value: Constant, limit: int | None = None, *, keeps_lines: bool = False
) -> str:
    """What is wrong with it, in view of its rule's kind and limit; empty: nothing."""
    if not _is_typed(kind, value):
        return _TYPED[kind]
    if kind not in TEXTS:
        return _wrong_conversion(kind, value)
    text, _ = as_text(kind, value, keeps_lines=keeps_lines)
    if wrong := wrong_text(kind, text):
        return f'does not go with kind = "{kind}": {wrong}'
    if limit is not None and len(text) > limit:
        return f"has {len(text)} characters where limit is {limit}"
    return ""


def _is_typed(kind: Kind, value: Constant) -> bool:
    """Whether the file writes it as it writes values of that kind."""
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind == "date":
        return _is_date(value)
    return is_internal_id(value) if kind == "reference" else plain(value) != ""


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def _wrong_conversion(kind: Kind, value: Constant) -> str:
    try:
        CONVERSIONS[kind](value)
    except ValueError as wrong:
        return f'does not go with kind = "{kind}": {wrong}'
    return ""
