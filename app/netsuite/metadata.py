"""The fields that this account's Customers have, and whether the flow file fits them.

NetSuite's metadata catalog has every field that the account and our role know, custom ones
included, as a JSON schema (Oracle help, section_1545129726). It gives no lengths.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from app.errors import ServiceUnavailable
from app.flow import Flow
from app.flow_kinds import TEXTS, Kind
from app.flow_mapping import FieldRule
from app.netsuite.client import NetSuiteClient

_CATALOG = "/services/rest/record/v1/metadata-catalog"
_JSON_SCHEMA = "application/schema+json"

Shape: TypeAlias = Literal[
    "text", "boolean", "number", "date", "reference", "choice", "list", "unknown"
]

_TAKEN_AS: dict[Shape, frozenset[Kind]] = {
    "text": TEXTS,
    "boolean": frozenset(("boolean",)),
    "number": frozenset(("number",)),
    "date": frozenset(("date",)),
    "reference": frozenset(("reference",)),
    "choice": frozenset(),
    "list": frozenset(),
}
"""The kinds that a rule may have for a field; a shape that is not here takes any."""

_READ_ONLY = frozenset(
    (
        *("id", "links", "refName", "altName", "balance", "overdueBalance", "depositBalance"),
        *("unbilledOrders", "daysOverdue", "dateCreated", "lastModifiedDate", "topLevelParent"),
    )
)
"""What NetSuite sets itself; the catalog does not always say so."""


@dataclass(frozen=True, slots=True)
class CustomerField:
    """One property of the schema."""

    shape: Shape
    read_only: bool = False


Schema: TypeAlias = Mapping[str, CustomerField]


def customer_schema(client: NetSuiteClient) -> Schema:
    """The account's Customer fields by name, in one request.

    Raises:
        ServiceUnavailable: the answer is no schema.
        SyncError: what the client raises.
    """
    return customer_schema_of(client.read(f"{_CATALOG}/customer", _JSON_SCHEMA))


def customer_schema_of(described: Mapping[str, Any]) -> Schema:
    """The same of an answer that was read.

    Raises:
        ServiceUnavailable: it is no schema of Customers.
    """
    properties = described.get("properties")
    if not isinstance(properties, dict) or "companyName" not in properties:
        raise ServiceUnavailable(
            "NetSuite's metadata catalog does not describe Customers.", service="netsuite"
        )
    return {
        name: CustomerField(_shape(given), given.get("readOnly") is True or name in _READ_ONLY)
        for name, given in properties.items()
        if isinstance(given, dict)
    }


def look_for_relationships(client: NetSuiteClient) -> None:
    """Whether the account has customerSubsidiaryRelationship: the record type comes with the
    feature Multi-Subsidiary Customer.

    Raises:
        PermanentError: it has not, or our role sees it not.
        SyncError: what the client raises.
    """
    client.read(f"{_CATALOG}/customersubsidiaryrelationship", _JSON_SCHEMA)


def problems(flow: Flow, schema: Schema) -> list[str]:
    """One sentence for each thing in the flow file that the account's Customers do not take."""
    found = [
        f"mapping.fields.{place}.{wrong}"
        for place, rule in enumerate(flow.mapping.fields)
        if (wrong := _wrong_rule(rule, schema))
    ]
    return [*found, *_wrong_id_field(flow.matching.id_field, schema), *_missing(flow, schema)]


def _wrong_rule(rule: FieldRule, schema: Schema) -> str:
    field = schema.get(rule.customer)
    if field is None:
        return f"customer: {_unknown(rule.customer, schema)}"
    if field.read_only:
        return f"customer: {rule.customer} is set by NetSuite itself: no rule can write it"
    kinds = _TAKEN_AS.get(field.shape)
    if kinds is None or rule.kind in kinds:
        return ""
    if not kinds:
        return f"customer: {rule.customer} is a {field.shape} in NetSuite, which no rule can write"
    fitting = " or ".join(f'"{kind}"' for kind in sorted(kinds))
    return f"kind: {rule.customer} is a {field.shape} in NetSuite: kind must be {fitting}"


def _wrong_id_field(name: str, schema: Schema) -> Iterator[str]:
    field = schema.get(name)
    if name and field is None:
        yield f"matching.id_field: {_unknown(name, schema)}"
    elif field and (field.shape not in ("text", "unknown") or field.read_only):
        yield f"matching.id_field: {name} must be a free-form text that can be written"


def _missing(flow: Flow, schema: Schema) -> Iterator[str]:
    """Fields that the sync itself writes, and that only come with a feature."""
    for table, enabled, name in (
        ("subsidiaries", flow.subsidiaries.enabled, "subsidiary"),
        ("currencies", flow.currencies.enabled, "currency"),
    ):
        if enabled and name not in schema:
            yield (
                f"{table}.enabled: this NetSuite account's Customers have no {name}: "
                "set it to false, or let the role see the feature"
            )


def _unknown(name: str, schema: Schema) -> str:
    spelled = {known.lower(): known for known in schema}
    near = difflib.get_close_matches(name.lower(), spelled, n=1)
    meant = f"; did you mean {spelled[near[0]]}?" if near else ": does the role see it?"
    return f"NetSuite's Customers have no field {name}{meant}"


def _shape(described: Mapping[str, Any]) -> Shape:
    """References come as links to another record's schema, sublists as objects with `items`,
    choices from a closed list as objects with an `id`.
    """
    if "$ref" in described:
        return "reference"
    kind, inner = described.get("type"), described.get("properties")
    if kind == "object" and isinstance(inner, dict):
        if "items" in inner:
            return "list"
        return "choice" if _is_choice(inner) else "reference"
    if kind == "string":
        return "date" if described.get("format") == "date" else "text"
    shapes: dict[str, Shape] = {"boolean": "boolean", "integer": "number", "number": "number"}
    return shapes.get(kind, "unknown") if isinstance(kind, str) else "unknown"


def _is_choice(inner: Mapping[str, Any]) -> bool:
    """Whether the ids are words: a rule sends digits alone."""
    given = inner.get("id")
    ids = given.get("enum") if isinstance(given, dict) else None
    return isinstance(ids, list) and not any(str(one).isdigit() for one in ids)
