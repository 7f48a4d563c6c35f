"""The currency list of a customer: append only in effect.

NetSuite adds the primary currency itself, and a currency with transactions cannot be removed
(section_N1398493).
"""

from typing import Any

from simulators.netsuite.addressbook import sublist_items
from simulators.netsuite.errors import invalid_field_value, invalid_value, user_error
from simulators.netsuite.fields import Field
from simulators.netsuite.records import Customer
from simulators.netsuite.store import Store
from simulators.netsuite.values import accept_reference

_CURRENCY = Field("currency", "reference", target="currency")


def apply_currency_list(store: Store, customer: Customer, raw: Any, *, replace: bool) -> None:
    """Change the currency list as the body's ``currencyList`` says.

    Raises:
        ApiError: an unknown currency, or one with transactions would be removed.
    """
    items = sublist_items(raw, "currencyList")
    named = []
    for index, item in enumerate(items or []):
        path = f"currencyList.items[{index}]"
        if not isinstance(item, dict) or "currency" not in item:
            raise invalid_value(path)
        place = f"{path}.currency"
        currency = accept_reference(_CURRENCY, item["currency"], place, store.resolve)
        if currency.inactive and currency.id not in customer.currencies:
            raise invalid_field_value(currency.id, place)
        named.append(currency.id)
    kept = [] if replace or items is None else customer.currencies
    customer.currencies = list(dict.fromkeys([*kept, *named]))


def settle_currencies(store: Store, customer: Customer) -> None:
    """Give a primary currency to a customer without one, and keep it in the list.

    Raises:
        ApiError: USER_ERROR when the list lacks a currency that has transactions.
    """
    if not store.settings["multi_currency"]:
        return
    if customer.reference("currency") is None:
        subsidiary = store.tables.find("subsidiary", customer.reference("subsidiary") or 1)
        base = subsidiary.currency if subsidiary else None
        customer.values["currency"] = {"id": str(base or 1)}
    primary = customer.reference("currency")
    if primary is not None and primary not in customer.currencies:
        customer.currencies.insert(0, primary)
    if not set(customer.transactions) <= set(customer.currencies):
        raise user_error(
            "You cannot remove a currency that has transactions for this entity.", "currencyList"
        )
