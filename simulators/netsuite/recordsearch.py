"""The ``q`` filter of ``GET /customer``: conditions on fields, joined by AND or OR."""

import re
from collections.abc import Callable

from simulators.netsuite.errors import ApiError, invalid_parameter
from simulators.netsuite.records import Customer
from simulators.netsuite.store import Store

_CONDITION = re.compile(
    r"\s*(?P<field>\w+)\s+(?P<operator>[A-Z_]+)"
    r"(?:\s+(?!(?:AND|OR)\b)(?P<value>\"(?:[^\"\\]|\\.)*\"|\[[^\]]*\]|[\w.+-]+))?\s*"
)
_JOIN = re.compile(r"(AND|OR)\b")
_TEXTS_WORDS = """
    companyName entityId externalId email phone fax url firstName lastName accountNumber
"""
_TEXTS = frozenset(_TEXTS_WORDS.split())
_BARE = frozenset(("EMPTY", "EMPTY_NOT"))
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "IS": lambda text, value: text == value,
    "IS_NOT": lambda text, value: text != value,
    "START_WITH": lambda text, value: text.startswith(value),
    "START_WITH_NOT": lambda text, value: not text.startswith(value),
    "END_WITH": lambda text, value: text.endswith(value),
    "CONTAIN": lambda text, value: value in text,
    "CONTAIN_NOT": lambda text, value: value not in text,
}
_IDS = ("EQUAL", "EQUAL_NOT", "ANY_OF", "ANY_OF_NOT", "GREATER", "LESS")

Condition = Callable[[Customer], bool]


def search(store: Store, text: str | None) -> list[int]:
    """Internal ids, ascending, of the customers the role sees and the filter keeps.

    Raises:
        ApiError: INVALID_PARAMETER on ``q``.
    """
    keeps = _parse(text) if text is not None else lambda customer: True
    return sorted(c.id for c in store.customers.values() if store.visible(c) and keeps(c))


def _parse(text: str) -> Condition:
    """AND binds tighter than OR."""
    alternatives: list[list[Condition]] = [[]]
    position = 0
    while True:
        match = _CONDITION.match(text, position)
        if match is None:
            raise _refusal(text)
        alternatives[-1].append(_condition(match))
        position = match.end()
        if position >= len(text):
            break
        join = _JOIN.match(text, position)
        if join is None:
            raise _refusal(text)
        if join[0] == "OR":
            alternatives.append([])
        position = join.end()
    return lambda customer: any(all(c(customer) for c in group) for group in alternatives)


def _condition(match: re.Match[str]) -> Condition:
    field, operator, value = match["field"], match["operator"], match["value"]
    if field == "id" and operator in _IDS and value is not None:
        return _id_condition(operator, value)
    if field not in _TEXTS:
        raise _refusal(match[0])
    if operator in _BARE and value is None:
        wanted = operator == "EMPTY"
        return lambda customer: (not customer.values.get(field)) is wanted
    compare = _COMPARE.get(operator)
    if compare is None or value is None or value.startswith("["):
        raise _refusal(match[0])
    plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    folded = plain.casefold()
    return lambda customer: compare(str(customer.values.get(field, "")).casefold(), folded)


def _id_condition(operator: str, value: str) -> Condition:
    parts = value.strip('[]"').split(",")
    try:
        numbers = {int(part.strip().strip('"')) for part in parts}
    except ValueError as error:
        raise _refusal(value) from error
    if operator in ("GREATER", "LESS"):
        bound = min(numbers)
        return lambda c: c.id > bound if operator == "GREATER" else c.id < bound
    wanted = not operator.endswith("_NOT")
    return lambda customer: (customer.id in numbers) is wanted


def _refusal(text: str) -> ApiError:
    return invalid_parameter("q", f"Invalid search query. Invalid condition: {text.strip()[:100]}")
