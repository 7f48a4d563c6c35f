"""From a Salesforce address to a line of a Customer's address book."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app import flow_mapping
from app.models import Account, Address
from app.netsuite.countries import country_code
from app.texts import cut, plain, plain_lines, quoted

STREET_LIMIT = 150
ADDRESSEE_LIMIT = 83
"""Characters; both from a customer import template of NetSuite's."""
CITY_LIMIT, STATE_LIMIT, ZIP_LIMIT = 50, 50, 36
"""Characters. No published source was found: these are what integrations assume. Salesforce stops
at 40, 80 and 20 itself, so that only a state's name can ever be too long."""

Which = Literal["Billing", "Shipping"]


@dataclass(frozen=True, slots=True)
class Line:
    """An `addressBook` item, or none, and what was altered to make it."""

    item: dict[str, object] | None
    alterations: tuple[str, ...] = ()


def address_lines(
    account: Account, mapping: flow_mapping.Mapping, addressee: str | None
) -> list[Line]:
    """Billing, then shipping, as far as the flow maps them."""
    wanted: tuple[tuple[bool, Which, Address, str], ...] = (
        (mapping.billing_address, "Billing", account.billing, mapping.billing_label),
        (mapping.shipping_address, "Shipping", account.shipping, mapping.shipping_label),
    )
    return [
        address_line(which, address, label=label, addressee=addressee, countries=mapping.countries)
        for enabled, which, address, label in wanted
        if enabled
    ]


def address_line(
    which: Which,
    address: Address,
    *,
    label: str,
    addressee: str | None,
    countries: Mapping[str, str],
) -> Line:
    """The address book's line for one of the Account's two addresses.

    A part that is empty in Salesforce is None, so that an update clears it; a part that does not
    fit is absent, and so is a country that is not given: NetSuite puts in its own default, which
    nothing can be said against. An address whose country or street NetSuite cannot take is left
    out as a whole, because half an address on an invoice is worse than the last good one. An empty
    address makes no line and removes none.

    The addressee is the company's name: it is the first line that NetSuite prints, and keeping it
    with the line lets a renamed company's invoices follow.
    """
    given = (address.city, address.state, address.postal_code, address.country)
    street = plain_lines(address.street or "")
    if not street and not any(map(plain, given)):
        return Line(None)

    country = plain(address.country)
    code = country_code(country, countries)
    if country and code is None:
        return _left_out(
            which,
            f"{quoted(country)} is no country that is known; correct it in Salesforce or add it to "
            "mapping.countries in the flow file",
        )
    lines = split_street(street)
    if lines is None:
        return _left_out(which, f"its street does not fit 3 lines of {STREET_LIMIT} characters")
    alterations: list[str] = []
    if [line for line in lines if line] != street:
        alterations.append(f"{which}Street: set anew to fit 3 lines")
    parts: dict[str, object] = dict(zip(("addr1", "addr2", "addr3"), lines, strict=True))
    for key, name, value, limit in (
        ("city", "City", address.city, CITY_LIMIT),
        ("state", "State", address.state, STATE_LIMIT),
        ("zip", "PostalCode", address.postal_code, ZIP_LIMIT),
    ):
        text = plain(value)
        if len(text) <= limit:
            parts[key] = text or None
        else:
            alterations.append(f"{which}{name}: left out, longer than {limit} characters")
    if code:
        parts["country"] = {"id": code}
    if addressee and len(addressee) <= ADDRESSEE_LIMIT:
        parts["addressee"] = addressee
    elif addressee:
        alterations.append(
            f"{which} address: addressee left out, longer than {ADDRESSEE_LIMIT} characters"
        )
    return Line(
        {"label": label, f"default{which}": True, "addressBookAddress": parts}, tuple(alterations)
    )


def split_street(lines: list[str]) -> tuple[str | None, str | None, str | None] | None:
    """A street of any number of lines as addr1, addr2 and addr3; None when it cannot fit.

    In this order: lines as they are, too long ones wrapped on to the next; from the third on joined
    with commas; all of it set anew.
    """
    wrapped = [piece for line in lines for piece in _wrapped(line)]
    if len(wrapped) <= 3:
        return _three(wrapped)
    joined = [*lines[:2], ", ".join(lines[2:])]
    if all(len(line) <= STREET_LIMIT for line in joined):
        return _three(joined)
    anew = _wrapped(", ".join(lines))
    return _three(anew) if len(anew) <= 3 else None


def _three(lines: list[str]) -> tuple[str | None, str | None, str | None]:
    first, second, third = (*lines, None, None, None)[:3]
    return first or None, second or None, third or None


def _wrapped(line: str) -> list[str]:
    """The line in pieces that fit, broken at spaces where there are any."""
    pieces = []
    while len(line) > STREET_LIMIT:
        space = line.rfind(" ", 1, STREET_LIMIT + 1)
        head = line[:space] if space > 0 else cut(line, STREET_LIMIT)
        pieces.append(head.rstrip())
        line = line[len(head) :].lstrip()
    return [*pieces, line]


def _left_out(which: Which, why: str) -> Line:
    return Line(None, (f"{which} address: left out, {why}",))
