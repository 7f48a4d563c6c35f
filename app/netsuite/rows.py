"""The rows of SuiteQL's answers: what must be in them.

Raises (every reader): ServiceUnavailable, whose words say what was missing or malformed.
"""

from collections.abc import Mapping, Sequence

from app.answers import text, unexpected

Row = Mapping[str, str]

_SERVICE = "NetSuite"
_MOST_DIGITS = 18


def is_internal_id(given: str) -> bool:
    """Digits alone, as many as a 64-bit number has."""
    return given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS


def internal_id(row: Row, name: str) -> str:
    """An id that is digits."""
    found = text(row, name, _SERVICE, "a query with a row")
    if not is_internal_id(found):
        raise unexpected(_SERVICE, f"a query with a row whose {name} is no internal id")
    return found


def page_behind(page: Sequence[Row], key: str, last: str) -> str:
    """The key behind which the next page begins. `last`: the one behind which this page was to
    begin; rows that come again would be asked for without end.
    """
    keys = [int(internal_id(row, key)) for row in page]
    if keys[0] <= int(last) or sorted(set(keys)) != keys:
        raise unexpected(_SERVICE, f"a query with rows that are not in the order of their {key}")
    return str(keys[-1])
