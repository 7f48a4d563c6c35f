"""What a Customer holds beside what an Account asks for: field by field, and only what is ours.

A payload's `once` and `updates_only` are no part of what is to stand in NetSuite at any time, and
what it does not name belongs to finance. SuiteQL gives every value as text, in a spelling of its
own: a null is missing, a checkbox is T or F, a reference is an internal id, numbers and phones have
other forms (facts: SuiteQL). What only looks different is no difference.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from app.models import Payload
from app.netsuite.names import folded

ADDRESS_PARTS = ("addr1", "addr2", "addr3", "city", "state", "zip", "country", "addressee")
"""Of an address line: the names of the record API and of SuiteQL are the same."""
SUBSIDIARIES = "subsidiaries"
_SUBLISTS = frozenset(("addressBook", "currencyList"))
_PHONES = frozenset(("phone", "altphone", "fax", "homephone", "mobilephone"))
_NOT_DIALLED = re.compile(r"[\s().\-/\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class Standing:
    """What NetSuite holds of one Customer, as queries gave it."""

    customer: str
    compared: frozenset[str] = frozenset()
    """SuiteQL columns that were read."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Of those, the ones that are not null, and no checkbox that is off."""
    lines: tuple[Mapping[str, str], ...] | None = None
    """Address lines, oldest first: `label` and ADDRESS_PARTS. None: not read."""
    subsidiaries: frozenset[str] | None = None
    """Internal ids of all that it belongs to. None: not read."""
    primary: str | None = None
    """The primary one, as far as it was read."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value, for people; None is an empty one."""

    field: str
    """Name in the record API; of an address `addressBook[label].part`."""
    ours: str | None
    theirs: str | None


def differences(payload: Payload, found: Standing) -> list[Difference]:
    """Where NetSuite does not hold what the payload asks for, in the payload's order. What was not
    read is not compared.
    """
    return [
        *_of_fields(payload, found),
        *_of_lines(payload.body.get("addressBook"), found),
        *_of_subsidiaries(payload, found),
    ]


def column_of(field: str) -> str:
    """The SuiteQL column of a field of the record API: its name in lower case."""
    return field.lower()


def shown(value: object) -> str | None:
    """A value of a payload as text: of a reference its id, of a sublist how many lines it has."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        if isinstance(items := value.get("items"), list):
            return f"{len(items)} lines"
        return shown(value.get("id", value.get("externalId")))
    return str(value)


def held(field: str, like: object, found: Standing) -> str | None:
    """What NetSuite holds in a field, as text, in the form of our value `like`."""
    if field == "subsidiary" and found.primary:
        return found.primary
    theirs = found.fields.get(column_of(field))
    return _shown_like(like, theirs)


def is_compared(field: str, payload: Payload, found: Standing) -> bool:
    """Whether a field of the payload's body was read, and is to stand in NetSuite at any time."""
    if field in _SUBLISTS or field in payload.updates_only:
        return False
    if field == "subsidiary" and found.primary:
        return True
    return column_of(field) in found.compared


def line_of(label: str, found: Standing) -> Mapping[str, str] | None:
    """The address line that an update would change: of several with the label the oldest."""
    ours = folded(label)
    return next((one for one in found.lines or () if folded(one.get("label", "")) == ours), None)


def address_items(payload: Payload) -> list[tuple[str, dict[str, object]]]:
    """The payload's address lines, each with its label."""
    return _items(payload.body.get("addressBook"))


def _of_fields(payload: Payload, found: Standing) -> Iterator[Difference]:
    for name, ours in payload.body.items():
        if not is_compared(name, payload, found):
            continue
        theirs = held(name, ours, found)
        if not same(ours, theirs, column_of(name)):
            yield Difference(name, shown(ours), theirs)


def _of_lines(book: object, found: Standing) -> Iterator[Difference]:
    """Which of them is the default is said once, when a line is new: finance may choose another."""
    if found.lines is None:
        return
    for label, parts in _items(book):
        line = line_of(label, found)
        if line is None:
            yield Difference(f"addressBook[{label}]", _one_line(parts), None)
            continue
        for part, ours in parts.items():
            theirs = line.get(column_of(part))
            if part in ADDRESS_PARTS and not same(ours, theirs, part):
                yield Difference(f"addressBook[{label}].{part}", shown(ours), theirs)


def _of_subsidiaries(payload: Payload, found: Standing) -> Iterator[Difference]:
    """None is ever taken away, so that one more than ours is no difference."""
    if found.subsidiaries is None:
        return
    missing = [one for one in payload.subsidiaries if one not in found.subsidiaries]
    if missing:
        there = sorted(found.subsidiaries, key=lambda one: (len(one), one))
        yield Difference(SUBSIDIARIES, ", ".join(missing), ", ".join(there) or None)


def same(ours: object, theirs: str | None, column: str) -> bool:
    """Whether a value of a payload and one of a query are the same. Spaces at the ends of a text
    are not kept by NetSuite, and its account may have another format for phones.
    """
    text = (theirs or "").strip()
    if ours is None or ours == "":
        return not text
    if isinstance(ours, bool):
        return (text.lower() in ("t", "true")) is ours
    if isinstance(ours, int | float):
        return _number(text) == Decimal(str(ours))
    if isinstance(ours, dict):
        return text == (shown(ours) or "")
    given = str(ours).strip()
    if column in _PHONES:
        return _NOT_DIALLED.sub("", given) == _NOT_DIALLED.sub("", text)
    return given == text


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _shown_like(like: object, theirs: str | None) -> str | None:
    if isinstance(like, bool):
        return "true" if theirs == "T" else "false"
    return theirs


def _one_line(parts: Mapping[str, object]) -> str:
    said = (shown(parts.get(part)) for part in ADDRESS_PARTS if part != "addressee")
    return ", ".join(text for text in said if text)


def _items(book: object) -> list[tuple[str, dict[str, object]]]:
    items = book.get("items") if isinstance(book, dict) else None
    return [(str(item["label"]), item["addressBookAddress"]) for item in items or []]
