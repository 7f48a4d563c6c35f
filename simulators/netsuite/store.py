"""The account's records: one lock, every change whole, SuiteQL's tables written with it."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from simulators.netsuite.errors import nonexistent, user_error
from simulators.netsuite.mirror import Mirror
from simulators.netsuite.records import Customer, OtherEntity, Relationship
from simulators.netsuite.reference import Reference, ReferenceTables

EXISTS = "This entity already exists."


class Store:
    """All state of the account. Callers hold ``lock`` over reading, deciding and writing."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.lock = threading.RLock()
        self.settings = settings
        self.mirror = Mirror(settings)
        self.clear()

    def clear(self) -> None:
        """An account as new: reference tables seeded, no entities."""
        with self.lock:
            self.tables = ReferenceTables()
            self.customers: dict[int, Customer] = {}
            self.relationships: dict[int, Relationship] = {}
            self.others: dict[int, OtherEntity] = {}
            self._members: dict[int, dict[int, int]] = {}
            self._external_ids: dict[str, int] = {}
            self._entity_ids: dict[str, int] = {}
            self._children: dict[int, set[int]] = {}
            self._entity_numbers = count(1001)
            self._line_numbers = count(501)
            self.mirror.clear()
            for table, rows in self.tables.rows.items():
                for row in rows.values():
                    self.mirror.put_reference(table, row)

    def next_id(self) -> int:
        """An internal id no entity or relationship has had."""
        return next(self._entity_numbers)

    def next_line_id(self) -> int:
        """An internal id for an address line or an address."""
        return next(self._line_numbers)

    # Customers

    def find(self, key: str) -> Customer:
        """The customer of an URL's ``{id}`` or ``eid:{externalId}``, if the role sees it.

        Raises:
            ApiError: 404 NONEXISTENT_ID.
        """
        if key.startswith("eid:"):
            number = self._external_ids.get(key[4:])
        else:
            number = int(key) if key.isascii() and key.isdecimal() else None
        customer = self.customers.get(number) if number is not None else None
        if customer is None or not self.visible(customer):
            raise nonexistent()
        return customer

    def owner(self, external_id: str) -> int | None:
        """The entity, of whatever type, that has this external id."""
        return self._external_ids.get(external_id)

    def put_customer(self, customer: Customer) -> None:
        """Create or replace.

        Raises:
            ApiError: USER_ERROR when another entity has its external id or its entityId.
        """
        external_id, entity_id = customer.external_id, customer.values["entityId"].casefold()
        if external_id and self._external_ids.get(external_id, customer.id) != customer.id:
            raise user_error(EXISTS)
        if self._entity_ids.get(entity_id, customer.id) != customer.id:
            raise user_error(EXISTS)
        before = self.customers.get(customer.id)
        self._forget_keys(customer.id)
        if external_id:
            self._external_ids[external_id] = customer.id
        self._entity_ids[entity_id] = customer.id
        parent = customer.reference("parent")
        if parent is not None:
            self._children.setdefault(parent, set()).add(customer.id)
        self.customers[customer.id] = customer
        self.mirror.put_customer(customer, self.top_level_parent(customer))
        if before is not None and before.reference("parent") != parent:
            self._mirror_descendants(customer)

    def remove_customer(self, customer: Customer) -> None:
        """Delete it with its relationships."""
        for relationship_id in list(self._members.get(customer.id, {}).values()):
            self.remove_relationship(self.relationships[relationship_id])
        self._forget_keys(customer.id)
        del self.customers[customer.id]
        self.mirror.remove_customer(customer.id)

    def remove_parent(self, customer: Customer) -> None:
        """Take a customer out of its hierarchy."""
        values = {k: v for k, v in customer.values.items() if k != "parent"}
        self.put_customer(replace(customer, values=values))

    def children(self, customer_id: int) -> set[int]:
        """The customers whose parent it is."""
        return self._children.get(customer_id, set())

    def ancestors(self, customer: Customer) -> Iterator[int]:
        """Ids from the parent upwards; ends when it would repeat."""
        seen: set[int] = set()
        number = customer.reference("parent")
        while number is not None and number not in seen:
            seen.add(number)
            yield number
            above = self.customers.get(number)
            number = above.reference("parent") if above else None

    def top_level_parent(self, customer: Customer) -> int:
        """The uppermost customer of its hierarchy, itself if it has no parent."""
        return [customer.id, *self.ancestors(customer)][-1]

    def visible(self, customer: Customer) -> bool:
        """Whether the integration's role sees it."""
        seen = self.settings["visible_subsidiaries"]
        if seen is None or not self.settings["one_world"]:
            return True
        return not self.subsidiaries(customer.id).isdisjoint(seen)

    def _mirror_descendants(self, customer: Customer) -> None:
        """Write the rows below one that moved: their top level parent is another now."""
        for number in sorted(self.children(customer.id)):
            child = self.customers[number]
            self.mirror.put_customer(child, self.top_level_parent(child))
            self._mirror_descendants(child)

    def _forget_keys(self, number: int) -> None:
        known = self.customers.get(number)
        if known is None:
            return
        if known.external_id:
            self._external_ids.pop(known.external_id, None)
        self._entity_ids.pop(known.values["entityId"].casefold(), None)
        parent = known.reference("parent")
        if parent is not None:
            self._children.get(parent, set()).discard(number)

    # Subsidiary relationships

    def subsidiaries(self, entity: int) -> set[int]:
        """The ids of all subsidiaries a customer belongs to."""
        return set(self._members.get(entity, {}))

    def relationship(self, entity: int, subsidiary: int) -> Relationship | None:
        """The relationship of the two, if there is one."""
        number = self._members.get(entity, {}).get(subsidiary)
        return self.relationships[number] if number is not None else None

    def put_relationship(self, relationship: Relationship) -> None:
        """Create or replace."""
        self.relationships[relationship.id] = relationship
        members = self._members.setdefault(relationship.entity, {})
        members[relationship.subsidiary] = relationship.id
        self.mirror.put_relationship(relationship)

    def remove_relationship(self, relationship: Relationship) -> None:
        """Delete it."""
        del self.relationships[relationship.id]
        self._members.get(relationship.entity, {}).pop(relationship.subsidiary, None)
        self.mirror.remove_relationship(relationship.id)

    def set_primary(self, customer: Customer) -> None:
        """Make the customer's subsidiary its primary one (OneWorld only)."""
        subsidiary = customer.reference("subsidiary")
        if subsidiary is None:
            return
        for number in list(self._members.get(customer.id, {}).values()):
            old = self.relationships[number]
            if old.primary and old.subsidiary != subsidiary:
                self.remove_relationship(old)
        known = self.relationship(customer.id, subsidiary)
        if known is None or not known.primary:
            number = known.id if known else self.next_id()
            self.put_relationship(Relationship(number, customer.id, subsidiary, primary=True))

    # Other entities and lookup tables

    def put_other(self, other: OtherEntity) -> None:
        """Plant an entity of another type.

        Raises:
            ApiError: USER_ERROR when an entity has its external id or its entityId.
        """
        entity_id = (other.entity_id or f"{other.type} {other.id}").casefold()
        taken = other.external_id in self._external_ids or entity_id in self._entity_ids
        if taken:
            raise user_error(EXISTS)
        if other.external_id:
            self._external_ids[other.external_id] = other.id
        self._entity_ids[entity_id] = other.id
        self.others[other.id] = other
        self.mirror.put_other(other)

    def resolve(self, table: str, key: int | None, external_id: str | None) -> Reference | None:
        """The record a reference means; what the role does not see does not exist for it."""
        found = self.resolve_all(table, key, external_id)
        if found is None or not self.settings["one_world"]:
            return found
        seen = self.settings["visible_subsidiaries"]
        if table == "subsidiary" and seen is not None and found.id not in seen:
            return None
        if table == "customer" and not self.visible(self.customers[found.id]):
            return None
        return found

    def resolve_all(self, table: str, key: int | None, external_id: str | None) -> Reference | None:
        """The record a reference means, for a role without restrictions."""
        if table == "customer":
            number = self._external_ids.get(external_id or "") if key is None else key
            customer = self.customers.get(number) if number is not None else None
            if customer is None:
                return None
            inactive = bool(customer.values.get("isInactive"))
            return Reference(customer.id, customer.name, inactive=inactive)
        if key is None:
            return self.tables.by_external_id(table, external_id or "")
        return self.tables.find(table, key)

    def add_reference(self, table: str, row: Reference) -> None:
        """Plant a record of a lookup table."""
        self.tables.add(table, row)
        self.mirror.put_reference(table, row)
