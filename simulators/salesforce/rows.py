"""Answers of plain queries: records as nested JSON, parents and children with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.salesforce.org import Org
from simulators.salesforce.reading import read
from simulators.salesforce.schema import Field, SObject
from simulators.salesforce.scope import Column
from simulators.salesforce.store import Record
from simulators.salesforce.values import to_json

ChildRows = Callable[[Record], list[dict[str, Any]]]


@dataclass
class Shape:
    """What to show of one object: its own fields, and shapes of parents below their names.

    ``parts`` keeps the order of the SELECT: a field, a parent (reference field and shape), or a
    child query under its relationship name.
    """

    sobject: SObject
    parts: dict[str, "Field | tuple[Field, Shape] | ChildRows"] = field(default_factory=dict)

    def add(self, org: Org, column: Column) -> None:
        """Show this column too."""
        shape = self
        for hop in column.hops:
            name = hop.relationship or ""
            known = shape.parts.get(name)
            if not isinstance(known, tuple):
                known = hop, Shape(org.schema.objects[hop.to or ""])
                shape.parts[name] = known
            shape = known[1]
        shape.parts[column.field.name] = column.field

    def render(self, org: Org, record: Record, version: str) -> dict[str, Any]:
        """The record as JSON."""
        shown: dict[str, Any] = {"attributes": attributes(self.sobject, record, version)}
        for name, part in self.parts.items():
            if isinstance(part, Field):
                shown[name] = to_json(read(org.store, self.sobject, record, name))
            elif isinstance(part, tuple):
                hop, shape = part
                parent = org.store.get(hop.to or "", record.get(hop.name) or "")
                shown[name] = None if parent is None else shape.render(org, parent, version)
            else:
                shown[name] = _child_answer(part(record))
        return shown


def attributes(sobject: SObject, record: Record, version: str) -> Mapping[str, str]:
    """What stands first in every record."""
    url = f"/services/data/v{version}/sobjects/{sobject.name}/{record['Id']}"
    return {"type": sobject.name, "url": url}


def _child_answer(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    return {"totalSize": len(rows), "done": True, "records": rows} if rows else None
