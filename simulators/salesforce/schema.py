"""The org's objects and fields: the shipped tables, plus what the settings add or take away."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from simulators.salesforce.errors import ApiError
from simulators.settings import Settings

_LENGTHS = {"id": 18, "reference": 18, "string": 255, "picklist": 255, "url": 255, "email": 80}
TEXT_TYPES = frozenset({"string", "picklist", "phone", "url", "textarea", "email"})
NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})
CUSTOM_TYPES = TEXT_TYPES | NUMBER_TYPES | {"boolean", "date", "datetime", "reference"}


@dataclass(frozen=True)
class Field:
    """One field, as describe shows it, with what the simulator needs besides.

    Attributes:
        to: the object a reference points at (None: an object the simulator does not have).
        relationship: the name that leads to the parent in SOQL paths.
        children: the name of the child relationship at the parent.
        cascade: whether this record is deleted with its parent.
        compound: the address field that shows this one as a component.
        event: whether change events have it as a field of their own.
        readonly: neither createable nor updateable.
        createonly: createable, not updateable.
        multi_currency: exists only in orgs with several currencies.
        after: the field it follows in the order of fields (else it is the last).
    """

    name: str
    type: str
    length: int = 0
    nillable: bool = True
    to: str | None = None
    relationship: str | None = None
    children: str | None = None
    cascade: bool = False
    compound: str | None = None
    event: bool = True
    readonly: bool = False
    createonly: bool = False
    multi_currency: bool = False
    after: str | None = None

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Field":
        """A field from its JSON form; the length is filled in by type."""
        length = data.get("length", _LENGTHS.get(data["type"], 0))
        return cls(**{**data, "length": length})

    @property
    def custom(self) -> bool:
        """Whether an admin has made it."""
        return self.name.endswith("__c")

    @property
    def component(self) -> str | None:
        """The name within its compound field: ``Street`` of ``BillingStreet``."""
        if self.compound is None:
            return None
        return self.name.removeprefix(self.compound.removesuffix("Address"))


@dataclass(frozen=True, eq=False)
class SObject:
    """One object with its fields in order; equal only to itself, as the schema is rebuilt."""

    name: str
    prefix: str
    label: str
    plural: str
    fields: Mapping[str, Field]

    def field(self, name: str) -> Field | None:
        """By name, whatever its capitals."""
        return self.fields.get(name) or _folded(self).get(name.lower())

    def parent(self, relationship: str) -> Field | None:
        """The reference field with this relationship name."""
        wanted = relationship.lower()
        return next((f for f in self.fields.values() if _is(f.relationship, wanted)), None)

    def components(self, compound: str) -> list[Field]:
        """The fields that an address field shows."""
        return [f for f in self.fields.values() if f.compound == compound]


def _is(name: str | None, lowered: str) -> bool:
    return name is not None and name.lower() == lowered


def _folded(sobject: SObject) -> dict[str, Field]:
    return {name.lower(): field for name, field in sobject.fields.items()}


@cache
def _shipped() -> Mapping[str, Any]:
    file = resources.files("simulators.salesforce") / "objects.json"
    loaded: Mapping[str, Any] = json.loads(file.read_text())
    return loaded


class Schema:
    """Objects by name, following the settings ``custom_fields`` and ``multi_currency``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._built_from: tuple[Any, bool] | None = None
        self._objects: dict[str, SObject] = {}

    @property
    def objects(self) -> Mapping[str, SObject]:
        """All objects as they are now."""
        custom, multi = self._settings["custom_fields"], self._settings["multi_currency"]
        built = self._built_from
        if built is None or built[0] is not custom or built[1] != multi:
            self._objects = {name: _build(name, custom.get(name, ()), multi) for name in _shipped()}
            self._built_from = (custom, multi)
        return self._objects

    def find(self, name: str) -> SObject | None:
        """By name, whatever its capitals."""
        objects = self.objects
        if name in objects:
            return objects[name]
        return next((o for key, o in objects.items() if key.lower() == name.lower()), None)

    def require(self, name: str) -> SObject:
        """As ``find``.

        Raises:
            ApiError: NOT_FOUND, as for any unknown resource of the REST API.
        """
        found = self.find(name)
        if found is None:
            raise ApiError("NOT_FOUND")
        return found

    def child_relationship(self, parent: SObject, name: str) -> tuple[SObject, Field] | None:
        """The child object and its reference field for ``(SELECT … FROM name)``."""
        for sobject in self.objects.values():
            for field in sobject.fields.values():
                if field.to == parent.name and _is(field.children, name.lower()):
                    return sobject, field
        return None

    def references_to(self, name: str) -> list[tuple[SObject, Field]]:
        """Every reference field that points at the object."""
        return [
            (sobject, field)
            for sobject in self.objects.values()
            for field in sobject.fields.values()
            if field.to == name
        ]


def _build(name: str, custom: Any, multi_currency: bool) -> SObject:
    data = _shipped()[name]
    fields = [Field.parse(field) for field in data["fields"]]
    fields = [f for f in fields if multi_currency or not f.multi_currency]
    for added in (Field.parse(field) for field in custom):
        names = [field.name for field in fields]
        place = names.index(added.after) + 1 if added.after in names else len(fields)
        fields.insert(place, added)
    return SObject(
        name=name,
        prefix=data["prefix"],
        label=data["label"],
        plural=data["plural"],
        fields={field.name: field for field in fields},
    )
