"""The shape of an Avro payload: whether it is, to the last byte, what its schema says.

fastavro takes what it is given on trust: an index of -1 is Python's last member of a union or an
enum, so that a damaged event is decoded as another kind; a block of a billion nulls is made. So
each payload is walked first, after Avro's specification (Binary Encoding), and nothing is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_Step = Callable[[bytes, int], int]
"""A payload, and where a value begins in it, to where the next one does."""

_LONGEST_NUMBER = 10
"""Bytes of a 64-bit number, seven bits in each."""
_SIZES = {"null": 0, "float": 4, "double": 8}


class Shape:
    """Of one schema."""

    def __init__(self, parsed: Any) -> None:
        """`parsed`: what fastavro.parse_schema gave, in which each name is a full one.

        Raises:
            LookupError, TypeError, ValueError: it is no schema.
        """
        self._named: dict[str, _Step] = {}
        self._step = self._of(parsed)

    def ensure(self, payload: bytes) -> None:
        """
        Raises:
            LookupError, ValueError: the payload has another shape.
            RecursionError: its records are nested too deeply.
        """
        end = self._step(payload, 0)
        if end != len(payload):
            raise ValueError(f"{len(payload) - end} of {len(payload)} bytes are left over")

    def _of(self, schema: Any) -> _Step:
        if isinstance(schema, str):
            return _PRIMITIVES.get(schema) or self._by_name(schema)
        if isinstance(schema, list):
            return _union([self._of(member) for member in schema])
        kind = schema["type"]
        if kind == "record":
            return self._record(schema)
        if kind == "array":
            return _blocks([self._of(schema["items"])])
        if kind == "map":
            return _blocks([_text, self._of(schema["values"])])
        if kind in ("enum", "fixed"):
            step = _enum(schema) if kind == "enum" else _bytes_of(schema["size"])
            self._named[schema["name"]] = step
            return step
        return self._of(kind)

    def _record(self, schema: Mapping[str, Any]) -> _Step:
        fields: list[_Step] = []

        def walk(payload: bytes, at: int) -> int:
            for field in fields:
                at = field(payload, at)
            return at

        self._named[schema["name"]] = walk  # before its fields: one may be of this very type
        fields += [self._of(field["type"]) for field in schema["fields"]]
        return walk

    def _by_name(self, name: str) -> _Step:
        return self._named[name]


def _number(payload: bytes, at: int, bits: int = 64) -> tuple[int, int]:
    """A zigzag number, and what follows it."""
    read = shift = 0
    for end in range(at, at + _LONGEST_NUMBER):
        byte = payload[end]
        read |= (byte & 0x7F) << shift
        if byte < 0x80:
            if read >> bits:
                raise ValueError(f"a number has more than {bits} bits")
            return (read >> 1) ^ -(read & 1), end + 1
        shift += 7
    raise ValueError("a number does not end")


def _index(payload: bytes, at: int, size: int, what: str) -> tuple[int, int]:
    index, at = _number(payload, at, 32)
    if not 0 <= index < size:
        raise ValueError(f"{what} has no member {index}")
    return index, at


def _union(members: Sequence[_Step]) -> _Step:
    def walk(payload: bytes, at: int) -> int:
        index, at = _index(payload, at, len(members), "a union")
        return members[index](payload, at)

    return walk


def _enum(schema: Mapping[str, Any]) -> _Step:
    size = len(schema["symbols"])
    return lambda payload, at: _index(payload, at, size, "an enum")[1]


def _blocks(parts: Sequence[_Step]) -> _Step:
    """An array's or a map's. A negative count says that the block's size in bytes follows."""

    def walk(payload: bytes, at: int) -> int:
        while True:
            count, at = _number(payload, at)
            if not count:
                return at
            ends = None
            if count < 0:
                size, at = _number(payload, at)
                count, ends = -count, at + size
            if count > len(payload):
                raise ValueError("a block has more items than the payload has bytes")
            for _ in range(count):
                for part in parts:
                    at = part(payload, at)
            if ends not in (None, at):
                raise ValueError("a block has another size than it says")

    return walk


def _text(payload: bytes, at: int) -> int:
    size, at = _number(payload, at)
    return _beyond(payload, at, size)


def _bytes_of(size: object) -> _Step:
    if not isinstance(size, int) or size < 0:
        raise ValueError("a fixed type has no size")
    return lambda payload, at: _beyond(payload, at, size)


def _beyond(payload: bytes, at: int, size: int) -> int:
    if not 0 <= size <= len(payload) - at:
        raise ValueError(f"a value of {size} bytes does not fit into the payload")
    return at + size


def _boolean(payload: bytes, at: int) -> int:
    if payload[at] > 1:
        raise ValueError("a boolean is neither true nor false")
    return at + 1


_PRIMITIVES: dict[str, _Step] = {
    "boolean": _boolean,
    "int": lambda payload, at: _number(payload, at, 32)[1],
    "long": lambda payload, at: _number(payload, at)[1],
    "bytes": _text,
    "string": _text,
    **{name: _bytes_of(size) for name, size in _SIZES.items()},
}
