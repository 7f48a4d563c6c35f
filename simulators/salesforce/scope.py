"""Names in a query: from paths to fields, through as many parents as they name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulators.salesforce.errors import ApiError
from simulators.salesforce.org import Org
from simulators.salesforce.reading import read
from simulators.salesforce.schema import Field, SObject
from simulators.salesforce.soql import located
from simulators.salesforce.store import Record
from simulators.salesforce.syntax import Path

DEEPEST = 5
_ADVICE = (
    "If you are attempting to use a custom {kind}, be sure to append the '__{suffix}' after the "
    "{noun} name. Please reference your WSDL or the describe call for the appropriate names."
)


@dataclass(frozen=True)
class Column:
    """A field as seen from a query's object: ``hops`` are the reference fields on the way."""

    hops: tuple[Field, ...]
    sobject: SObject
    field: Field

    def reader(self, org: Org) -> Callable[[Record], Any]:
        """What gives the value for a record of the query's object; null if a parent is missing."""
        store, sobject, name, hops = org.store, self.sobject, self.field.name, self.hops

        def value(record: Record) -> Any:
            current: Record | None = record
            for hop in hops:
                target = current.get(hop.name) if current is not None else None
                current = store.get(hop.to or "", target) if target is not None else None
            return None if current is None else read(store, sobject, current, name)

        return value


@dataclass(frozen=True)
class Scope:
    """The object of a query and its alias; resolves paths within."""

    org: Org
    sobject: SObject
    alias: str | None
    text: str

    def column(self, path: Path) -> Column:
        """The field a path means.

        Raises:
            ApiError: INVALID_FIELD, or MALFORMED_QUERY if it climbs too far.
        """
        hops = self.climb(path, path.names[:-1])
        sobject = self.sobject if not hops else self._target(hops[-1])
        field = sobject.field(path.names[-1])
        if field is None:
            advice = _ADVICE.format(kind="field", suffix="c", noun="custom field")
            raise located(
                self.text,
                path.start,
                f"No such column '{path.names[-1]}' on entity '{sobject.name}'. {advice}",
                "INVALID_FIELD",
            )
        return Column(hops, sobject, field)

    def climb(self, path: Path, names: tuple[str, ...]) -> tuple[Field, ...]:
        """The reference fields behind relationship names; an alias or the object's name is none.

        Raises:
            ApiError: as ``column``.
        """
        own = {self.sobject.name.lower(), (self.alias or "").lower()}
        if names and names[0].lower() in own and self.sobject.parent(names[0]) is None:
            names = names[1:]
        if len(names) > DEEPEST:
            message = f"{path}: a path may climb at most {DEEPEST} parents"
            raise located(self.text, path.start, message)
        hops: list[Field] = []
        sobject = self.sobject
        for name in names:
            hop = sobject.parent(name)
            if hop is None:
                raise self._unknown_relationship(name, path)
            hops.append(hop)
            sobject = self._target(hop)
        return tuple(hops)

    def _target(self, hop: Field) -> SObject:
        return self.org.schema.objects[hop.to or ""]

    def _unknown_relationship(self, name: str, path: Path) -> ApiError:
        advice = _ADVICE.format(kind="relationship", suffix="r", noun="custom relationship")
        message = f"Didn't understand relationship '{name}' in field path. {advice}"
        return located(self.text, path.start, message, "INVALID_FIELD")


def unsupported_type(text: str, path: Path) -> ApiError:
    """There is no such object."""
    advice = _ADVICE.format(kind="object", suffix="c", noun="entity")
    message = f"sObject type '{path}' is not supported. {advice}"
    return located(text, path.start, message, "INVALID_TYPE")
