"""From a Salesforce Account to the record API's customer body.

`map_customer` gives the desired state of a Customer; `for_create` and `for_update` make of it what
is sent. Three things look alike and are not: None clears the field, an absent key leaves it alone
(a value that did not fit), and what is chosen once, on create (`isPerson`, `subsidiary`,
`currency`), is no part of the desired state: NetSuite refuses to change it as soon as a transaction
has posted, so it may neither cost nor fail an update.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import Enum
from operator import attrgetter
from typing import Final

from app import models
from app.errors import RecordRejected
from app.flow import FieldRule, Flow
from app.models import Account, AddressLine, Payload, Scalar
from app.netsuite.address import address_lines
from app.netsuite.references import currency_id, subsidiary_id
from app.netsuite.values import fit, plain


class Keep(Enum):
    """The type of `KEEP`: what stands in NetSuite is to stay."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP

_DEFAULTS = ("defaultBilling", "defaultShipping")
_ATTRIBUTES = {
    "id": "id",
    "name": "name",
    "isdeleted": "is_deleted",
    "parentid": "parent_id",
    "currencyisocode": "currency",
    **{
        f"{which}{part.replace('_', '')}": f"{which}.{part}"
        for which in ("billing", "shipping")
        for part in ("street", "city", "state", "postal_code", "country")
    },
}
"""Where an Account holds what is not among its `fields`: API name in lower case to attribute."""


def external_id(account_id: str, flow: Flow) -> str:
    """The Customer's external id: the prefix and the Account's 18-character id.

    Raises:
        RecordNotFound: `account_id` is no Account id.
    """
    return flow.matching.external_id_prefix + models.account_id(account_id)


def needed_fields(flow: Flow) -> tuple[str, ...]:
    """The API names to SELECT besides those of the id, name, parent and addresses, each once.

    CurrencyIsoCode is among them while `currencies` is enabled: an org with a single currency does
    not have the field and refuses the query.
    """
    names = [rule.account for rule in flow.mapping.fields]
    if flow.subsidiaries.enabled and flow.subsidiaries.field:
        names.append(flow.subsidiaries.field)
    if flow.currencies.enabled:
        names.append("CurrencyIsoCode")
    needed: dict[str, str] = {}
    for name in names:
        if name.lower() == "currencyisocode" or name.lower() not in _ATTRIBUTES:
            needed.setdefault(name.lower(), name)
    return tuple(needed.values())


def map_customer(
    account: Account,
    flow: Flow,
    *,
    external_id: str,
    parent: str | Keep | None,
) -> Payload:
    """The Customer that the Account asks for.

    `parent` is the parent Customer's internal id, None for an Account without a parent, KEEP to
    leave NetSuite's alone.

    Raises:
        RecordRejected: a value does not fit and may not be left out.
    """
    body: dict[str, object] = {"externalId": external_id}
    alterations: list[str] = []
    for rule in flow.mapping.fields:
        alterations += _map_field(body, account, rule)
    if not isinstance(parent, Keep):
        body["parent"] = None if parent is None else {"id": parent}
    name = body.get("companyName")
    lines = address_lines(account, flow.mapping, name if isinstance(name, str) else None)
    items = [line.item for line in lines if line.item]
    if items:
        body["addressBook"] = {"items": items}
    alterations += [said for line in lines for said in line.alterations]
    return Payload(body, tuple(alterations))


def for_create(
    payload: Payload, account: Account, flow: Flow, currencies: Mapping[str, str]
) -> dict[str, object]:
    """The body of a create: with what is chosen once, and without what is empty.

    `currencies` maps ISO codes to internal ids.

    Raises:
        RecordRejected: the name was left out, and no Customer can be without; or the Account names
            a subsidiary or a currency that is not known.
    """
    if not payload.body.get("companyName"):
        raise RecordRejected(
            "Name was left out because it does not fit, and a new Customer has to have one: "
            "shorten it in Salesforce."
        )
    body = {key: _filled(value) for key, value in payload.body.items() if value is not None}
    body["isPerson"] = False
    if flow.subsidiaries.enabled:
        named = _value(account, flow.subsidiaries.field) if flow.subsidiaries.field else None
        chosen = subsidiary_id(None if isinstance(named, Keep) else named, flow.subsidiaries)
        body["subsidiary"] = {"id": chosen}
    if flow.currencies.enabled and plain(account.currency):
        body["currency"] = {"id": currency_id(plain(account.currency), currencies)}
    return body


def for_update(payload: Payload, lines: Sequence[AddressLine]) -> dict[str, object]:
    """The body of an update: None clears.

    `lines` is the Customer's address book. NetSuite appends an address line that comes without its
    id, each time it is sent; so ours get the id of the line that bears their label, of several the
    oldest. Which address is the default is said once, with a new line: finance may choose another.
    """
    body = dict(payload.body)
    if "addressBook" in body:
        ids = {
            line.label: line.id
            for line in sorted(lines, key=lambda line: (len(line.id), line.id), reverse=True)
        }
        body["addressBook"] = {
            "items": [
                {"id": ids[label]} | {k: v for k, v in item.items() if k not in _DEFAULTS}
                if label in ids
                else _filled(item)
                for label, item in _items(body["addressBook"])
            ]
        }
    return body


def digest(payload: Payload) -> str:
    """A hash of the desired body in 16 hexadecimal digits; the order of keys does not count."""
    canonical = json.dumps(payload.body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _map_field(body: dict[str, object], account: Account, rule: FieldRule) -> tuple[str, ...]:
    value = _value(account, rule.account)
    if isinstance(value, Keep):
        return (f"{rule.account}: left out, it was not read from Salesforce",)
    fitted = fit(rule, value)
    if fitted.sent:
        if rule.customer == "companyName" and not fitted.text:
            raise RecordRejected("Name is empty: give the Account a name in Salesforce.")
        body[rule.customer] = fitted.text
    return fitted.alterations


def _value(account: Account, name: str) -> Scalar | Keep:
    """An Account's value by API name, in which case does not count; KEEP when it was not read."""
    folded = name.lower()
    for field, value in account.fields.items():
        if field.lower() == folded:
            return value
    if folded not in _ATTRIBUTES:
        return KEEP
    held: Scalar = attrgetter(_ATTRIBUTES[folded])(account)
    return held


def _items(book: object) -> list[tuple[str, dict[str, object]]]:
    """The lines of an `addressBook` that `map_customer` made, each with its label."""
    items = book["items"] if isinstance(book, dict) else []
    return [(str(item["label"]), item) for item in items]


def _filled(value: object) -> object:
    """The value without what is None anywhere in it."""
    if isinstance(value, dict):
        return {key: _filled(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return value
