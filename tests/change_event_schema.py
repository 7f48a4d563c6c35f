"""Schemas as GetSchema returns them: a header, then any fields."""

from collections.abc import Mapping
from typing import Any

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
ADDRESS = {
    "type": "record",
    "name": "Address",
    "fields": [
        {"name": "Street", "type": ["null", "string"], "default": None},
        {"name": "Latitude", "type": ["null", "double"], "default": None},
    ],
}
_TEXTS = {"type": "array", "items": "string"}
_HEADER = {
    "entityName": "string",
    "recordIds": _TEXTS,
    "changeType": {"type": "enum", "name": "ChangeType", "symbols": list(CHANGE_TYPES)},
    "changeOrigin": "string",
    "transactionKey": "string",
    "sequenceNumber": "int",
    "commitTimestamp": "long",
    "commitNumber": "long",
    "commitUser": "string",
    "nulledFields": _TEXTS,
    "diffFields": _TEXTS,
    "changedFields": _TEXTS,
}


def change_event_schema(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields`: name to Avro type, in the schema's order."""
    header = [{"name": name, "type": kind} for name, kind in _HEADER.items()]
    record = {"type": "record", "name": "ChangeEventHeader", "fields": header}
    return {
        "type": "record",
        "name": "AccountChangeEvent",
        "namespace": "com.sforce.eventbus",
        "fields": [
            {"name": "ChangeEventHeader", "type": record},
            *({"name": name, "type": ["null", kind]} for name, kind in fields.items()),
        ],
    }


def header(**changes: Any) -> dict[str, Any]:
    """A ChangeEventHeader's values; `changes` by their names on the wire."""
    return {
        "entityName": "Account",
        "recordIds": ["001Dp00000JJkkHIAT"],
        "changeType": "UPDATE",
        "changeOrigin": "",
        "transactionKey": "0003adb-6942",
        "sequenceNumber": 1,
        "commitTimestamp": 1_770_000_000_000,
        "commitNumber": 2**53 + 1,
        "commitUser": "005Dp000000PpjsIAC",
        "nulledFields": [],
        "diffFields": [],
        "changedFields": [],
    } | changes
