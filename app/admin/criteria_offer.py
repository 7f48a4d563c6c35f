"""What criteria can be made of: the org's fields of Opportunity and its stages, as they are now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.answers import text, unexpected
from app.salesforce.answers import SERVICE
from app.salesforce.client import SalesforceClient

_EQUAL, _LISTED = ("=", "!="), ("in", "not in")
_ORDERED = ("<", "<=", ">", ">=")
_TEXTS = ("string", "phone", "url", "email", "textarea", "combobox")
NUMBERS = ("int", "long", "double", "currency", "percent")
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "boolean": _EQUAL,
    "multipicklist": _EQUAL,
    **dict.fromkeys(("id", "reference"), (*_EQUAL, *_LISTED)),
    "picklist": (*_EQUAL, *_LISTED, "like"),
    **dict.fromkeys((*NUMBERS, "date", "datetime"), (*_EQUAL, *_ORDERED, *_LISTED)),
    **dict.fromkeys(_TEXTS, (*_EQUAL, *_ORDERED, *_LISTED, "like")),
}
"""A field's type to what it can be compared with; of other types nothing can (SOQL and SOSL
Reference: Comparison Operators)."""
STAGE = "StageName"
_HIDDEN = ("IsDeleted",)
"""Deleted Opportunities qualify nobody, whatever the criteria say."""
_STAGES = (
    "SELECT ApiName, MasterLabel, IsWon, IsClosed, IsActive FROM OpportunityStage "
    "ORDER BY SortOrder"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A picklist's value, and how Salesforce shows it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class OfferedField:
    """A field that can be compared."""

    name: str
    label: str
    type: str
    operators: tuple[str, ...]
    values: tuple[Choice, ...] | None
    """None: it is no picklist."""
    is_closed: bool
    """Whether no other values are possible."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`name` is what an Opportunity's StageName holds."""

    name: str
    label: str
    is_won: bool
    is_closed: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Fields by label, stages in the org's order."""

    fields: tuple[OfferedField, ...]
    stages: tuple[Stage, ...]


def offer_of(client: SalesforceClient) -> Offer:
    """In two calls.

    Raises:
        SyncError: Salesforce does not answer, refuses, or answers nonsense.
    """
    stages = tuple(_stage(record) for record in client.query(_STAGES))
    described = client.describe("Opportunity")["fields"]
    try:
        fields = [_field(each, stages) for each in described if _is_comparable(each)]
    except (KeyError, TypeError):
        raise unexpected(SERVICE, "a description of Opportunity that cannot be read") from None
    return Offer(tuple(sorted(fields, key=lambda field: field.label.lower())), stages)


def _is_comparable(described: Mapping[str, Any]) -> bool:
    return (
        described["filterable"] is True
        and described["type"] in OPERATORS
        and described["name"] not in _HIDDEN
    )


def _field(described: Mapping[str, Any], stages: tuple[Stage, ...]) -> OfferedField:
    name, kind = str(described["name"]), str(described["type"])
    values = None
    if name == STAGE:
        values = tuple(Choice(stage.name, stage.label) for stage in stages)
    elif kind in ("picklist", "multipicklist"):
        values = tuple(_choice(one) for one in described["picklistValues"] if one["active"])
    return OfferedField(
        name=name,
        label=str(described["label"]),
        type=kind,
        operators=OPERATORS[kind],
        values=values,
        is_closed=name == STAGE or (kind == "picklist" and described["restrictedPicklist"] is True),
    )


def _choice(one: Mapping[str, Any]) -> Choice:
    return Choice(str(one["value"]), str(one["label"] or one["value"]))


def _stage(record: Mapping[str, Any]) -> Stage:
    flags = [record.get(name) for name in ("IsWon", "IsClosed", "IsActive")]
    if not all(isinstance(flag, bool) for flag in flags):
        raise unexpected(SERVICE, "a stage that is neither won nor lost nor open")
    won, closed, active = map(bool, flags)
    what = "a stage"
    name = text(record, "ApiName", SERVICE, what)
    return Stage(name, text(record, "MasterLabel", SERVICE, what), won, closed, active)
