"""Avro schemas of change events, made from the org's fields, and payloads encoded with them."""

import base64
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import fastavro

from simulators.salesforce.schema import Field, SObject

CHANGE_TYPES = (
    "CREATE",
    "UPDATE",
    "DELETE",
    "UNDELETE",
    "GAP_CREATE",
    "GAP_UPDATE",
    "GAP_DELETE",
    "GAP_UNDELETE",
    "GAP_OVERFLOW",
    "SNAPSHOT",
)
# Avro type and "doc" by field type; the doc alone tells a date from a datetime, both are longs.
_TYPES = {
    "string": ("string", "Data:Text"),
    "picklist": ("string", "Data:DynamicEnum"),
    "phone": ("string", "Data:Phone"),
    "url": ("string", "Data:Url"),
    "email": ("string", "Data:Email"),
    "textarea": ("string", "Data:StringPlusClob"),
    "reference": ("string", "ForeignKey:EntityId"),
    "currency": ("double", "Data:Currency"),
    "double": ("double", "Data:Double"),
    "percent": ("double", "Data:Percent"),
    "int": ("int", "Data:Integer"),
    "boolean": ("boolean", "Data:Boolean"),
    "date": ("long", "Data:DateOnly"),
    "datetime": ("long", "Data:DateTime"),
}
_ADDRESS = (
    ("Street", "string"),
    ("City", "string"),
    ("State", "string"),
    ("PostalCode", "string"),
    ("Country", "string"),
    ("StateCode", "string"),
    ("CountryCode", "string"),
    ("Latitude", "double"),
    ("Longitude", "double"),
    ("GeocodeAccuracy", "string"),
)
_PERSON_NAME = ("Salutation", "FirstName", "LastName", "MiddleName", "InformalName", "Suffix")


def event_schema(sobject: SObject) -> dict[str, Any]:
    """The record schema ``com.sforce.eventbus.<Object>ChangeEvent`` for the object's fields now."""
    fields: list[dict[str, Any]] = [_header()]
    address_known = False
    for field in sobject.fields.values():
        if field.event:
            fields.append(_field(sobject, field, address_known=address_known))
            address_known = address_known or field.type == "address"
    return {
        "type": "record",
        "name": f"{sobject.name}ChangeEvent",
        "namespace": "com.sforce.eventbus",
        "fields": fields,
    }


@dataclass(frozen=True)
class EventSchema:
    """A schema as GetSchema returns it, and parsed for encoding."""

    id: str
    json: str
    definition: Mapping[str, Any]
    _parsed: Any

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> "EventSchema":
        """From the record's definition; the id is a digest of its text."""
        text = json.dumps(definition, separators=(",", ":"))
        digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
        schema_id = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return cls(schema_id, text, definition, fastavro.parse_schema(json.loads(text)))

    def encode(self, event: Mapping[str, Any]) -> bytes:
        """Raw Avro without container or schema id.

        Raises:
            ValueError: the event does not fit the schema.
        """
        buffer = BytesIO()
        try:
            fastavro.schemaless_writer(buffer, self._parsed, dict(event), strict_allow_default=True)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise ValueError(f"does not fit {self.definition['name']}: {error}") from error
        return buffer.getvalue()


class SchemaRegistry:
    """Every schema that ever was, by its opaque id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, EventSchema] = {}
        self._current: dict[str, tuple[SObject, EventSchema]] = {}

    def current(self, sobject: SObject) -> EventSchema:
        """The schema for the object as it is now; known by id from then on."""
        with self._lock:
            known = self._current.get(sobject.name)
            if known is not None and known[0] is sobject:
                return known[1]
            made = EventSchema.of(event_schema(sobject))
            made = self._by_id.setdefault(made.id, made)
            self._current[sobject.name] = (sobject, made)
            return made

    def find(self, schema_id: str) -> EventSchema | None:
        """By id."""
        with self._lock:
            return self._by_id.get(schema_id)


def _optional(name: str, kind: Any) -> dict[str, Any]:
    return {"name": name, "type": ["null", kind], "default": None}


def _header() -> dict[str, Any]:
    texts = {"type": "array", "items": "string"}
    kinds: dict[str, Any] = {
        "entityName": "string",
        "recordIds": texts,
        "changeType": {"type": "enum", "name": "ChangeType", "symbols": list(CHANGE_TYPES)},
        "changeOrigin": "string",
        "transactionKey": "string",
        "sequenceNumber": "int",
        "commitTimestamp": "long",
        "commitNumber": "long",
        "commitUser": "string",
        "nulledFields": texts,
        "diffFields": texts,
        "changedFields": texts,
    }
    fields = [{"name": name, "type": kind} for name, kind in kinds.items()]
    record = {"type": "record", "name": "ChangeEventHeader", "fields": fields}
    return {"name": "ChangeEventHeader", "type": record, "doc": "Data:ComplexValueType"}


def _field(sobject: SObject, field: Field, *, address_known: bool) -> dict[str, Any]:
    if field.type == "address":
        parts = [_optional(name, kind) for name, kind in _ADDRESS]
        record = {"type": "record", "name": "Address", "fields": parts}
        kind: Any = "Address" if address_known else record
        return {**_optional(field.name, kind), "doc": "Data:Address"}
    if sobject.name == "Account" and field.name == "Name":
        parts = [_optional(name, "string") for name in _PERSON_NAME]
        person = {"type": "record", "name": "Switchable_PersonName", "fields": parts}
        union = ["null", "string", person]
        return {"name": "Name", "type": union, "doc": "Data:Switchable_PersonName", "default": None}
    kind, doc = _TYPES[field.type]
    if field.custom:
        digest = hashlib.md5(field.name.encode(), usedforsecurity=False).hexdigest()
        doc = f"{doc}:00N{digest[:12]}"
    return {**_optional(field.name, kind), "doc": doc}
