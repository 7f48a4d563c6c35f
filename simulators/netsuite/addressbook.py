"""The address book of a customer: a sublist keyed by the line's internal id.

Without ``replace`` a line with a known id is changed and every other one is added, also by a PUT
that repeats an earlier one; with it the lines that are not named go (section_1545295601).
"""

from collections.abc import Mapping
from typing import Any

from simulators.netsuite.countries import COUNTRIES
from simulators.netsuite.errors import invalid_value
from simulators.netsuite.records import Address, Customer, now
from simulators.netsuite.store import Store
from simulators.netsuite.values import (
    accept_enum,
    accept_phone,
    accept_text,
    check_external_id,
)

_LENGTHS = {
    "addr1": 150,
    "addr2": 150,
    "addr3": 150,
    "city": 50,
    "state": 50,
    "zip": 36,
    "addressee": 83,
    "attention": 83,
    "addrText": 999,
    "addrPhone": 50,
    "externalId": 255,
}
_FLAGS = {
    "defaultBilling": "default_billing",
    "defaultShipping": "default_shipping",
    "isResidential": "residential",
}
_LABEL_LENGTH = 50


def apply_address_book(store: Store, customer: Customer, raw: Any, *, replace: bool) -> None:
    """Change the address book as the body's ``addressBook`` says.

    Raises:
        ApiError: a line or an address has a wrong value.
    """
    items = sublist_items(raw, "addressBook")
    if items is None:
        customer.addresses = []
        return
    known = {address.id: address for address in customer.addresses}
    touched = []
    for index, item in enumerate(items):
        path = f"addressBook.items[{index}]"
        if not isinstance(item, dict):
            raise invalid_value(path)
        line = known.get(_line_key(item, path) or 0)
        if line is None:
            line = Address(id=store.next_line_id(), key=store.next_line_id())
            customer.addresses.append(line)
        _change(store, customer, line, item, path)
        touched.append(line)
    if replace:
        customer.addresses = [a for a in customer.addresses if a in touched]


def sublist_items(raw: Any, name: str) -> list[Any] | None:
    """The lines of a sublist's value; None when it says to empty the list."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise invalid_value(name)
    items = raw.get("items", [])
    if items is not None and not isinstance(items, list):
        raise invalid_value(f"{name}.items")
    return items


def _line_key(item: Mapping[str, Any], path: str) -> int | None:
    for name in ("id", "internalId"):
        key = item.get(name)
        if key is None:
            continue
        if isinstance(key, bool) or not str(key).isdecimal():
            raise invalid_value(f"{path}.{name}")
        return int(key)
    return None


def _change(
    store: Store, customer: Customer, line: Address, item: dict[str, Any], path: str
) -> None:
    if "label" in item:
        label = item["label"]
        line.label = accept_text(label, f"{path}.label", _LABEL_LENGTH) if label else None
    for name, attribute in _FLAGS.items():
        if item.get(name) is None:
            continue
        if type(item[name]) is not bool:
            raise invalid_value(f"{path}.{name}")
        setattr(line, attribute, item[name])
    for attribute in ("default_billing", "default_shipping"):
        if getattr(line, attribute):
            for other in customer.addresses:
                if other is not line:
                    setattr(other, attribute, False)
    _change_address(store, customer, line, item, f"{path}.addressBookAddress")
    line.label = line.label or str(line.values.get("addr1", ""))[:_LABEL_LENGTH] or None
    line.modified = now()


def _change_address(
    store: Store, customer: Customer, line: Address, item: dict[str, Any], path: str
) -> None:
    given = item.get("addressBookAddress", {})
    if not isinstance(given, dict):
        raise invalid_value(path)
    phone_length = store.settings["phone_max_length"]
    for name, raw in given.items():
        place = f"{path}.{name}"
        if raw is None:
            line.values.pop(name, None)
        elif name == "country":
            line.values[name] = accept_enum(raw, place, COUNTRIES)["id"]
        elif name == "override":
            if type(raw) is not bool:
                raise invalid_value(place)
            line.values[name] = raw
        elif name in _LENGTHS:
            text = accept_text(raw, place, _LENGTHS[name])
            _check_text(name, text, place, phone_length)
            line.values[name] = text
            if not text:
                del line.values[name]
    if "country" not in line.values:
        line.values["country"] = _home_country(store, customer)


def _check_text(name: str, text: str, path: str, phone_length: int) -> None:
    if text and name == "addrPhone":
        accept_phone(text, path, phone_length)
    if text and name == "externalId":
        check_external_id(text, path)


def _home_country(store: Store, customer: Customer) -> str:
    """The country of an address that names none: the subsidiary's."""
    subsidiary = store.tables.find("subsidiary", customer.reference("subsidiary") or 1)
    return (subsidiary.country if subsidiary else None) or "US"
