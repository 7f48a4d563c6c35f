"""The bitmaps of a change event's header: which fields of the schema are meant."""

from collections.abc import Iterable, Mapping
from typing import Any


def encode(schema: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Field names (``Name``, ``BillingAddress.Street``) as bitmaps for this Avro record schema.

    The first entry is the top level (left out when no bit of it is set: a captured event has
    ``6-0x0180`` alone), then one ``position-bitmap`` for each compound field.

    Raises:
        ValueError: the schema has no such field.
    """
    positions = _positions(schema)
    top = 0
    nested: dict[int, int] = {}
    for name in names:
        parent, _, component = name.partition(".")
        if parent not in positions:
            raise ValueError(f"the schema of {schema['name']} has no field {parent}")
        position, components = positions[parent]
        if not component:
            top |= 1 << position
        elif component in components:
            nested[position] = nested.get(position, 0) | 1 << components.index(component)
        else:
            raise ValueError(f"{parent} has no component {component}")
    entries = [f"0x{_hex(top)}"] if top else []
    return entries + [f"{position}-0x{_hex(nested[position])}" for position in sorted(nested)]


def _hex(bits: int) -> str:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "big").hex().upper()


def _positions(schema: Mapping[str, Any]) -> dict[str, tuple[int, list[str]]]:
    """Each field's position, and the names of its components in order if it is compound."""
    records: dict[str, list[str]] = {}
    found: dict[str, tuple[int, list[str]]] = {}
    for position, field in enumerate(schema["fields"]):
        branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
        components: list[str] = []
        for branch in branches:
            if isinstance(branch, dict) and branch.get("type") == "record":
                records[branch["name"]] = [part["name"] for part in branch["fields"]]
                branch = branch["name"]
            if isinstance(branch, str):
                components = records.get(branch, components)
        found[field["name"]] = (position, components)
    return found
