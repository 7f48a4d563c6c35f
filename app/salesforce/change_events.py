"""Change events: from Avro bytes to what the sync wants to know of them. An event is a hint that
records may have changed; its body is decoded, to see that the schema fits, and then dropped.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple

import fastavro
from fastavro.schema import SchemaParseException

from app.errors import PermanentError
from app.salesforce.avro_shape import Shape
from app.salesforce.bitmaps import FieldPositions

CHANGES_UNLISTED = "GAP_OVERFLOW"
"""More than 100,000 changes in one transaction: the event stands for any record of its entity."""
_NO_RECORD = "000000000000000AAA"
_UNREADABLE = (EOFError, LookupError, TypeError, ValueError, OverflowError, RecursionError)
"""What bad bytes and texts make fastavro and json raise: they have no error of their own."""


class MalformedEvent(PermanentError):
    """The event cannot be read: Salesforce or the way from it altered it, or it is a new kind."""


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """A ChangeEventHeader. Field names are `Phone` or, nested, `BillingAddress.Street`."""

    entity: str
    record_ids: tuple[str, ...]
    change_type: str
    """CREATE, UPDATE, DELETE, UNDELETE, the same with GAP_ in front, GAP_OVERFLOW, SNAPSHOT."""
    changed_fields: tuple[str, ...]
    """Empty unless the change is an UPDATE."""
    nulled_fields: tuple[str, ...]
    diff_fields: tuple[str, ...]
    """Long texts whose body is a diff rather than the value."""
    commit_ms: int
    """When it was committed: ms since the epoch, always whole seconds."""
    change_origin: str
    """Empty for many automated changes."""
    commit_user: str
    transaction_key: str

    @property
    def touched_fields(self) -> tuple[str, ...]:
        """Every field that the event names, once."""
        named = (*self.changed_fields, *self.nulled_fields, *self.diff_fields)
        return tuple(dict.fromkeys(named))

    @property
    def unlisted(self) -> bool:
        """Whether the event stands for records that it does not name (facts: recordIds)."""
        return (
            self.change_type == CHANGES_UNLISTED
            or not self.record_ids
            or any("*" in record or record == _NO_RECORD for record in self.record_ids)
        )


class _Known(NamedTuple):
    parsed: Any
    shape: Shape
    positions: FieldPositions


class ChangeEventDecoder:
    """Decodes with the schema of each event's own id; a schema never changes, so it is kept."""

    def __init__(self, fetch_schema: Callable[[str], str]) -> None:
        """`fetch_schema`: schema id to its JSON text."""
        self._fetch_schema = fetch_schema
        self._known: dict[str, _Known] = {}

    def decode(self, schema_id: str, payload: bytes) -> ChangeEvent:
        """
        Raises:
            MalformedEvent: the payload is not what its schema says, to the last byte and bit.
            SyncError: the schema cannot be fetched, for the reason that `fetch_schema` gives.
        """
        schema = self._schema(schema_id)
        try:
            schema.shape.ensure(payload)
            return _event(_header(schema.parsed, payload), schema.positions)
        except _UNREADABLE as cause:
            raise MalformedEvent(
                f"A change event does not fit its schema {schema_id[:40]!r}: "
                f"{type(cause).__name__} {cause}"[:300],
                service="salesforce",
            ) from None

    def _schema(self, schema_id: str) -> _Known:
        known = self._known.get(schema_id)
        if known is None:
            text = self._fetch_schema(schema_id)
            known = self._known[schema_id] = _parsed(schema_id, text)
        return known


def _parsed(schema_id: str, text: str) -> _Known:
    try:
        definition = json.loads(text)
        parsed = fastavro.parse_schema(definition)
        return _Known(parsed, Shape(parsed), FieldPositions(definition))
    except (*_UNREADABLE, SchemaParseException) as cause:
        raise MalformedEvent(
            f"The schema {schema_id[:40]!r} of a change event cannot be read: {cause}"[:300],
            service="salesforce",
        ) from None


def _header(schema: Any, payload: bytes) -> Mapping[str, Any]:
    record = fastavro.schemaless_reader(BytesIO(payload), schema, None)
    if not isinstance(record, dict) or not isinstance(record.get("ChangeEventHeader"), dict):
        raise TypeError("it has no ChangeEventHeader")
    header: dict[str, Any] = record["ChangeEventHeader"]
    return header


def _event(header: Mapping[str, Any], positions: FieldPositions) -> ChangeEvent:
    return ChangeEvent(
        entity=_text(header, "entityName"),
        record_ids=_texts(header, "recordIds"),
        change_type=_text(header, "changeType"),
        changed_fields=positions.names(_texts(header, "changedFields")),
        nulled_fields=positions.names(_texts(header, "nulledFields")),
        diff_fields=positions.names(_texts(header, "diffFields")),
        commit_ms=int(header["commitTimestamp"]),
        change_origin=_text(header, "changeOrigin"),
        commit_user=_text(header, "commitUser"),
        transaction_key=_text(header, "transactionKey"),
    )


def _text(header: Mapping[str, Any], name: str) -> str:
    value = header[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _texts(header: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = header[name]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{name} is no list of texts")
    return tuple(values)
