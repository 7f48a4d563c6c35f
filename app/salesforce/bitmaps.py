"""The bitmaps of a change event's header: which fields of the schema they name.

`['0x400000', '4-0x01']`: each hex number is big-endian, its bit i stands for the schema's field i
(position 0 is the header itself). With a position in front, the bits stand for the fields of the
record nested at that position. The entry without a position may be missing altogether, or be zero
(facts: Bitmaps; real events have `['6-0x0180']` alone). Positions differ between orgs and
versions, so a bit beyond the schema means the wrong schema: an error, never a guess.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_ENTRY = re.compile(r"(?:([0-9]{1,5})-)?0x([0-9A-Fa-f]+)", re.ASCII)


class FieldPositions:
    """The names of an Avro record's fields by position, and of the records nested in it."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """`schema`: the JSON object of a change event's Avro schema.

        Raises:
            ValueError: it is no record schema.
        """
        if not isinstance(schema, Mapping) or not _is_record(schema):
            raise ValueError("the schema is no Avro record")
        records: dict[str, Mapping[str, Any]] = {}
        self._name = str(schema.get("name"))
        self._fields = [str(field["name"]) for field in schema["fields"]]
        self._nested = [_nested(field["type"], records) for field in schema["fields"]]

    def names(self, bitmaps: Iterable[str]) -> tuple[str, ...]:
        """Fields as `Phone`, nested ones as `BillingAddress.Street`, in the bitmaps' order.

        Raises:
            ValueError: an entry is no bitmap, or names a position that the schema does not have.
        """
        return tuple(name for entry in bitmaps for name in self._named(entry))

    def _named(self, entry: str) -> Iterator[str]:
        found = _ENTRY.fullmatch(entry)
        if found is None:
            raise ValueError(f"{entry[:40]!r} is no bitmap")
        position, bits = found[1], int(found[2], 16)
        if position is None:
            yield from _set(bits, self._fields, self._name)
            return
        at = int(position)
        nested = self._nested[at] if at < len(self._nested) else None
        if nested is None:
            raise ValueError(f"position {at} of {self._name} is no nested record")
        parent = self._fields[at]
        yield from (f"{parent}.{name}" for name in _set(bits, nested, parent))


def _set(bits: int, names: list[str], record: str) -> list[str]:
    if bits.bit_length() > len(names):
        beyond = bits.bit_length() - 1
        raise ValueError(f"bit {beyond} is beyond the {len(names)} fields of {record}")
    return [name for position, name in enumerate(names) if bits >> position & 1]


def _nested(kind: Any, records: dict[str, Mapping[str, Any]]) -> list[str] | None:
    """Field names of the record in a field's type; a later use may give the record's name only."""
    for member in kind if isinstance(kind, list) else [kind]:
        if isinstance(member, Mapping) and _is_record(member):
            records[_short(member["name"])] = member
            return [str(field["name"]) for field in member["fields"]]
        if isinstance(member, str) and _short(member) in records:
            return [str(field["name"]) for field in records[_short(member)]["fields"]]
    return None


def _is_record(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "record" and isinstance(schema.get("fields"), list)


def _short(name: object) -> str:
    """A record's name without its namespace.

    Raises:
        ValueError: it has none.
    """
    if not isinstance(name, str):
        raise ValueError("a record of the schema has no name")
    return name.rpartition(".")[2]
