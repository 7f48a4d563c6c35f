"""From an Account to a Customer: name, phone and addresses, as little as anybody would sync."""

from functools import cache
from typing import Any, TypeAlias

import pycountry

Account: TypeAlias = dict[str, Any]
"""A row of SOQL."""
Customer: TypeAlias = dict[str, Any]
"""A row of SuiteQL: id, companyname and, where it has one, externalid."""

_PARTS = ("Street", "City", "State", "PostalCode", "Country")
_KINDS = ("Billing", "Shipping")
FIELDS = ("Id", "Name", "Phone", *(f"{kind}{part}" for kind in _KINDS for part in _PARTS))
_LONGEST_NAME = 83
_PRIMARY_SUBSIDIARY = {"id": "1"}


def external_id(account: str) -> str:
    """As closedwon has it, so that both find each other's Customers."""
    return f"SF-{account}"


def name_of(account: Account) -> str:
    """As it stands in NetSuite."""
    return str(account["Name"])[:_LONGEST_NAME]


def new_customer(account: Account) -> dict[str, object]:
    """The body of a create."""
    return {
        "externalId": external_id(account["Id"]),
        "isPerson": False,
        "subsidiary": _PRIMARY_SUBSIDIARY,
        **changed_customer(account),
    }


def changed_customer(account: Account) -> dict[str, object]:
    """The body of an update."""
    lines = [line for kind in _KINDS if (line := _line(account, kind))]
    return {
        "companyName": name_of(account),
        "phone": account["Phone"],
        **({"addressBook": {"items": lines}} if lines else {}),
    }


def _line(account: Account, kind: str) -> dict[str, object] | None:
    """A line of the address book; None: no part of the address is known."""
    street, city, state, postal_code, country = (account[f"{kind}{part}"] for part in _PARTS)
    address = {
        "addr1": street,
        "city": city,
        "state": state,
        "zip": postal_code,
        "country": _country(country) if country else None,
    }
    given = {part: value for part, value in address.items() if value}
    if not given:
        return None
    return {"label": kind, f"default{kind}": True, "addressBookAddress": given}


@cache
def _country(name: str) -> dict[str, str] | None:
    """NetSuite's reference to it; None: nobody knows the country."""
    try:
        return {"id": pycountry.countries.lookup(name).alpha_2}
    except LookupError:
        return None
