"""From a Salesforce Account to what NetSuite is to hold of it.

`map_customer` gives the desired state of a Customer and, apart from it, what a create sends once:
`isPerson`, the primary subsidiary and currency, rules with `when = "create"`. NetSuite refuses to
change most of that as soon as a transaction has posted, so it may neither cost nor fail an update.
What is sent of either is made in app/netsuite/bodies.py.

In a body three things look alike and are not: None clears the field, an absent key leaves it alone
(a value that did not fit), and a line of a sublist is added or changed, never taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app import models
from app.errors import RecordRejected
from app.flow import Flow
from app.flow_mapping import FieldRule
from app.models import Account, Payload, Scalar
from app.netsuite.address import address_lines
from app.netsuite.bodies import appends_lines, digest, for_create, for_update, without_addresses
from app.netsuite.fitting import fit
from app.netsuite.references import (
    currency_id,
    further_currencies,
    further_subsidiaries,
    subsidiary_id,
)
from app.netsuite.sources import KEEP, Keep, is_always_read, value_of, value_or_none
from app.texts import plain

__all__ = [
    "KEEP",
    "Keep",
    "appends_lines",
    "digest",
    "external_id",
    "for_create",
    "for_update",
    "map_customer",
    "needed_fields",
    "without_addresses",
]


def external_id(account_id: str, flow: Flow) -> str:
    """What ties a Customer to its Account: the prefix and the Account's 18-character id, or the id
    alone where a custom field bears it.

    Raises:
        RecordNotFound: `account_id` is no Account id.
    """
    prefix = "" if flow.matching.id_field else flow.matching.external_id_prefix
    return prefix + models.account_id(account_id)


def needed_fields(flow: Flow) -> tuple[str, ...]:
    """The API names to SELECT besides those of the id, name, parent and addresses, each once.

    CurrencyIsoCode is among them while `currencies` is enabled: an org with a single currency does
    not have the field and refuses the query.
    """
    names = [rule.account for rule in flow.mapping.fields]
    if flow.subsidiaries.enabled:
        names += [flow.subsidiaries.field, flow.subsidiaries.further_field]
    if flow.currencies.enabled:
        names += [flow.currencies.further_field, "CurrencyIsoCode"]
    needed: dict[str, str] = {}
    for name in names:
        if name and not is_always_read(name):
            needed.setdefault(name.lower(), name)
    return tuple(needed.values())


def map_customer(
    account: Account,
    flow: Flow,
    *,
    external_id: str,
    parent: str | Keep | None,
    currencies: Mapping[str, str],
) -> Payload:
    """The Customer that the Account asks for.

    `parent` is the parent Customer's internal id, None for an Account without a parent, KEEP to
    leave NetSuite's alone. `currencies` maps ISO codes to internal ids; it is looked into for a
    create, and for every payload where the flow names further currencies.

    Raises:
        RecordRejected: a value of the desired state does not fit and may not be left out.
    """
    composer = _Composer(account, flow)
    composer.body[flow.matching.id_field or "externalId"] = external_id
    for rule in flow.mapping.fields:
        composer.apply(rule)
    if not isinstance(parent, Keep):
        composer.body["parent"] = None if parent is None else {"id": parent}
    composer.add_addresses()
    composer.add_subsidiaries()
    composer.add_currencies(currencies)
    return composer.payload()


@dataclass(slots=True)
class _Composer:
    """Puts a payload together."""

    account: Account
    flow: Flow
    body: dict[str, object] = field(default_factory=dict)
    once: dict[str, object] = field(default_factory=lambda: {"isPerson": False})
    updates_only: set[str] = field(default_factory=set)
    subsidiaries: tuple[str, ...] = ()
    alterations: list[str] = field(default_factory=list)
    hindrances: list[str] = field(default_factory=list)

    def payload(self) -> Payload:
        return Payload(
            self.body,
            tuple(self.alterations),
            once=self.once,
            updates_only=frozenset(self.updates_only),
            subsidiaries=self.subsidiaries,
            hindrance=" ".join(self.hindrances),
        )

    def apply(self, rule: FieldRule) -> None:
        """Takes over the one value that the rule is about."""
        value: Scalar | Keep = rule.constant
        if rule.account:
            value = value_of(self.account, rule.account)
        if isinstance(value, Keep):
            self.alterations.append(f"{rule.source}: left out, it was not read from Salesforce")
            return
        try:
            fitted = fit(rule, value)
        except RecordRejected as rejected:
            if rule.when != "create":
                raise
            self.hindrances.append(str(rejected))
            return
        self.alterations += fitted.alterations
        if rule.customer == "companyName" and fitted.sent and not fitted.value:
            raise RecordRejected("Name is empty: give the Account a name in Salesforce.")
        if rule.when == "create" and fitted.value is not None:
            self.once[rule.customer] = fitted.value
        elif rule.when != "create" and fitted.sent:
            self.body[rule.customer] = fitted.value
            self.updates_only |= {rule.customer} if rule.when == "update" else set()

    def add_addresses(self) -> None:
        name = self.body.get("companyName") or self.once.get("companyName")
        lines = address_lines(self.account, self.flow.mapping, str(name) if name else None)
        items = [line.item for line in lines if line.item]
        if items:
            self.body["addressBook"] = {"items": items}
        self.alterations += [said for line in lines for said in line.alterations]

    def add_subsidiaries(self) -> None:
        """The primary one and the further ones, where the account has OneWorld."""
        rules = self.flow.subsidiaries
        if not rules.enabled:
            return
        named = value_of(self.account, rules.field) if rules.field else None
        primary = None
        try:
            primary = subsidiary_id(None if isinstance(named, Keep) else named, rules)
        except RecordRejected as unknown:
            if rules.update_primary:
                raise
            self.hindrances.append(str(unknown))
        else:
            updates = rules.update_primary and not isinstance(named, Keep)
            (self.body if updates else self.once)["subsidiary"] = {"id": primary}
        further = value_or_none(self.account, rules.further_field)
        self.subsidiaries = further_subsidiaries(further, rules, primary)

    def add_currencies(self, known: Mapping[str, str]) -> None:
        """The primary one and the further ones, where the account has Multiple Currencies."""
        rules, primary = self.flow.currencies, plain(self.account.currency)
        if not rules.enabled:
            return
        if primary:
            try:
                self.once["currency"] = {"id": currency_id(primary, known)}
            except RecordRejected as unknown:
                self.hindrances.append(str(unknown))
        further = value_or_none(self.account, rules.further_field)
        if ids := further_currencies(further, rules, known, primary):
            self.body["currencyList"] = {"items": [{"currency": {"id": one}} for one in ids]}
