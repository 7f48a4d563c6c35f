"""Avro's binary decoding, written from its specification and strict to the last bit: what the
product's reading of events is held against.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import Any


def decode(schema: Any, payload: bytes) -> Any:
    """The value of a whole payload; of a union its member's, of a record a dict.

    Raises:
        ValueError: the payload is not what the schema says.
    """
    reader = _Reader(payload, schema)
    value = reader.value(schema)
    if reader.at != len(payload):
        raise ValueError("bytes are left over")
    return value


class _Reader:
    def __init__(self, payload: bytes, schema: Any) -> None:
        self._payload, self.at = payload, 0
        self._named: dict[str, Any] = dict(_named(schema))

    def value(self, schema: Any) -> Any:
        if isinstance(schema, list):
            return self.value(schema[self._index(len(schema))])
        if isinstance(schema, str):
            return self._primitive(schema)
        read = getattr(self, f"_{schema['type']}", None)
        return read(schema) if read else self._primitive(schema["type"])

    def _record(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {field["name"]: self.value(field["type"]) for field in schema["fields"]}

    def _enum(self, schema: Mapping[str, Any]) -> str:
        return str(schema["symbols"][self._index(len(schema["symbols"]))])

    def _array(self, schema: Mapping[str, Any]) -> list[Any]:
        items: list[Any] = []
        while count := self._long():
            ends = None
            if count < 0:
                size = self._long()
                count, ends = -count, self.at + size
            for _ in range(count):
                items.append(self.value(schema["items"]))
            if ends is not None and ends != self.at:
                raise ValueError("a block has another size")
        return items

    def _primitive(self, kind: str) -> Any:
        if kind == "null":
            return None
        if kind == "boolean":
            return self._boolean()
        if kind in ("int", "long"):
            return self._long(31 if kind == "int" else 63)
        if kind == "double":
            return struct.unpack("<d", self._taken(8))[0]
        if kind == "string":
            return self._taken(self._long()).decode()
        return self.value(self._named[kind])

    def _boolean(self) -> bool:
        byte = self._taken(1)[0]
        return byte == 1 if byte < 2 else bool(self._refuse("a boolean is none"))

    def _index(self, size: int) -> int:
        index = self._long(31)
        return index if 0 <= index < size else self._refuse("no such index")

    def _long(self, bits: int = 63) -> int:
        read = shift = 0
        while True:
            byte = self._taken(1)[0]
            read |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        value = (read >> 1) ^ -(read & 1)
        return value if -(1 << bits) <= value < 1 << bits else self._refuse("too large a number")

    def _taken(self, size: int) -> bytes:
        if not 0 <= size <= len(self._payload) - self.at:
            self._refuse("the payload ends too soon")
        self.at += size
        return self._payload[self.at - size : self.at]

    def _refuse(self, words: str) -> Any:
        raise ValueError(words)


def _named(schema: Any) -> Iterator[tuple[str, Any]]:
    """The types that have names, wherever in the schema they are."""
    if isinstance(schema, list):
        for member in schema:
            yield from _named(member)
    elif isinstance(schema, dict):
        if "name" in schema:
            yield schema["name"], schema
        for field in schema.get("fields", ()):
            yield from _named(field["type"])
        yield from _named(schema.get("items"))
