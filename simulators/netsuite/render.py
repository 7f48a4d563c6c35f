"""Records as REST shows them: references with links, sublists as links unless expanded."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from simulators.netsuite.fields import Field, customer_fields
from simulators.netsuite.records import Address, Customer, Relationship
from simulators.netsuite.store import Store

RECORDS = "/services/rest/record/v1"


class Renderer:
    """Builds JSON for one request; ``base`` is scheme and host, for links."""

    def __init__(self, store: Store, base: str, *, simple_enums: bool = False) -> None:
        self._store = store
        self._root = base + RECORDS
        self._simple_enums = simple_enums

    def customer(
        self, customer: Customer, *, expand: bool, only: frozenset[str] | None = None
    ) -> dict[str, Any]:
        """The whole record, or the named fields of it."""
        url = f"{self._root}/customer/{customer.id}"
        answer: dict[str, Any] = {"links": self_link(url)}
        for name, field in customer_fields(self._store.settings).items():
            if only is not None and name not in only:
                continue
            if field.kind == "sublist":
                answer[name] = self._sublist(customer, name, url, expand=expand)
            else:
                value = self._value(customer, field)
                if value is not None:
                    answer[name] = value
        return answer

    def sublist(self, customer: Customer, name: str) -> dict[str, Any]:
        """A sublist by itself: links to its lines."""
        url = f"{self._root}/customer/{customer.id}"
        whole = self._sublist(customer, name, url, expand=True)
        whole["items"] = [{"links": item["links"]} for item in whole["items"]]
        return whole

    def line(self, customer: Customer, address: Address) -> dict[str, Any]:
        """An address book line; its address is a link."""
        url = f"{self._root}/customer/{customer.id}/addressBook/{address.id}"
        whole = self._line(address, url)
        whole["addressBookAddress"] = {"links": self_link(f"{url}/addressBookAddress")}
        return whole

    def address(self, customer: Customer, address: Address) -> dict[str, Any]:
        """The address of a line."""
        url = f"{self._root}/customer/{customer.id}/addressBook/{address.id}"
        found: dict[str, Any] = self._line(address, url)["addressBookAddress"]
        return found

    def relationship(self, relationship: Relationship) -> dict[str, Any]:
        """A customer-subsidiary relationship."""
        customer = self._store.customers[relationship.entity]
        subsidiary = self._reference("subsidiary", relationship.subsidiary)
        answer = {
            "links": self_link(f"{self._root}/customerSubsidiaryRelationship/{relationship.id}"),
            "id": str(relationship.id),
            "entity": self._reference("customer", relationship.entity),
            "subsidiary": subsidiary,
            "isPrimarySub": relationship.primary,
            "name": subsidiary.get("refName", ""),
            "balance": 0.0,
            "unbilledOrders": 0.0,
            "lastModifiedDate": _moment(relationship.modified),
            **relationship.values,
        }
        currency = customer.reference("currency")
        if currency is not None and self._store.settings["multi_currency"]:
            answer["primaryCurrency"] = self._reference("currency", currency)
        return answer

    def _value(self, customer: Customer, field: Field) -> Any:
        computed = self._computed(customer, field.name)
        if computed is not None:
            return computed
        value = customer.values.get(field.name)
        if value is None or field.kind not in ("reference", "enum"):
            return value
        if field.kind == "reference":
            return self._reference(field.target or "", int(value["id"]))
        return self._enum(value["id"])

    def _computed(self, customer: Customer, name: str) -> Any:
        if name == "id":
            return str(customer.id)
        if name in ("dateCreated", "lastModifiedDate"):
            return _moment(customer.created if name == "dateCreated" else customer.modified)
        if name == "searchStage":
            return customer.stage
        if name == "balance":
            return 0.0
        if name == "topLevelParent":
            return self._reference("customer", self._store.top_level_parent(customer))
        if name in ("defaultAddress", "defaultShippingAddress"):
            flag = "default_billing" if name == "defaultAddress" else "default_shipping"
            return next((a.text for a in customer.addresses if getattr(a, flag)), None)
        return None

    def _reference(self, table: str, number: int) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "links": self_link(f"{self._root}/{table}/{number}"),
            "id": str(number),
        }
        if table == "customer":
            customer = self._store.customers.get(number)
            name = f"{customer.values['entityId']} {customer.name}" if customer else None
        else:
            row = self._store.tables.find(table, number)
            name = row.name if row else None
        if name is not None:
            answer["refName"] = name
        return answer

    def _enum(self, chosen: str) -> Any:
        return chosen if self._simple_enums else {"id": chosen, "refName": chosen}

    def _sublist(self, customer: Customer, name: str, url: str, *, expand: bool) -> dict[str, Any]:
        place = f"{url}/{name}"
        if not expand:
            return {"links": self_link(place)}
        if name == "addressBook":
            items = [self._line(a, f"{place}/{a.id}") for a in customer.addresses]
        else:
            items = [self._currency(number, place) for number in customer.currencies]
        return collection(items, place)

    def _line(self, address: Address, url: str) -> dict[str, Any]:
        values: Mapping[str, Any] = address.values
        inner = {k: self._enum(v) if k == "country" else v for k, v in values.items()}
        line = {
            "links": self_link(url),
            "addressBookAddress": {
                "links": self_link(f"{url}/addressBookAddress"),
                "addrText": address.text,
                "lastModifiedDate": _moment(address.modified),
                "override": False,
                **inner,
            },
            "addressBookAddress_text": address.text,
            "addressId": str(address.id),
            "defaultBilling": address.default_billing,
            "defaultShipping": address.default_shipping,
            "id": address.id,
            "internalId": address.id,
            "isResidential": address.residential,
        }
        return line if address.label is None else {**line, "label": address.label}

    def _currency(self, number: int, place: str) -> dict[str, Any]:
        row = self._store.tables.find("currency", number)
        answer: dict[str, Any] = {
            "links": self_link(f"{place}/{number}"),
            "currency": self._reference("currency", number),
            "balance": 0.0,
            "depositBalance": 0.0,
            "overdueBalance": 0.0,
            "unbilledOrders": 0.0,
        }
        return answer if row is None else {**answer, "refName": row.name}


def self_link(url: str) -> list[dict[str, str]]:
    """The ``links`` of a resource."""
    return [{"rel": "self", "href": url}]


def collection(items: Iterable[Mapping[str, Any]], url: str) -> dict[str, Any]:
    """A whole collection on one page."""
    listed = list(items)
    return {
        "links": self_link(url),
        "count": len(listed),
        "hasMore": False,
        "items": listed,
        "offset": 0,
        "totalResults": len(listed),
    }


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
