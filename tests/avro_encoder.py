"""Avro's binary encoding, written from its specification: what our decoder is tested against."""

import struct
from collections.abc import Mapping
from typing import Any


def encode(schema: Any, value: Any, named: dict[str, Any] | None = None) -> bytes:
    """A value by its schema; `value` of a record is a mapping, absent fields are null."""
    named = {} if named is None else named
    if isinstance(schema, list):
        return _union(schema, value, named)
    if isinstance(schema, str):
        return (
            _primitive(schema, value) if schema in _PLAIN else encode(named[schema], value, named)
        )
    if schema["type"] == "record":
        named[schema["name"]] = schema
        fields = schema["fields"]
        return b"".join(encode(f["type"], value.get(f["name"]), named) for f in fields)
    if schema["type"] == "enum":
        return _long(schema["symbols"].index(value))
    if schema["type"] == "array":
        items = b"".join(encode(schema["items"], item, named) for item in value)
        return (_long(len(value)) + items if value else b"") + b"\0"
    return encode(schema["type"], value, named)


_PLAIN = ("null", "boolean", "int", "long", "double", "string")


def _union(members: list[Any], value: Any, named: dict[str, Any]) -> bytes:
    """Null is the first member; a mapping is the record, anything else the other one."""
    if value is None:
        _remember(members, named)
        return _long(members.index("null"))
    fitting = [m for m in members if m != "null" and _is_record(m, named) == _is_mapping(value)]
    return _long(members.index(fitting[0])) + encode(fitting[0], value, named)


def _remember(members: list[Any], named: dict[str, Any]) -> None:
    named |= {m["name"]: m for m in members if isinstance(m, dict) and m["type"] == "record"}


def _is_record(member: Any, named: dict[str, Any]) -> bool:
    return isinstance(member, dict) or member in named


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _primitive(kind: str, value: Any) -> bytes:
    if kind == "null":
        return b""
    if kind == "boolean":
        return b"\1" if value else b"\0"
    if kind == "double":
        return struct.pack("<d", value)
    if kind == "string":
        text: bytes = value.encode()
        return _long(len(text)) + text
    return _long(value)


def _long(value: int) -> bytes:
    """Zigzag, then seven bits at a time, the lowest first."""
    left = value * 2 if value >= 0 else -value * 2 - 1
    encoded = bytearray()
    while left > 0x7F:
        encoded.append(left & 0x7F | 0x80)
        left >>= 7
    encoded.append(left)
    return bytes(encoded)
