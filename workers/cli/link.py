"""`link` says which Customer is an Account's, where the flow cannot tell (docs/matching.md)."""

from typing import Any

import click

from app.errors import AmbiguousMatch, RecordLocked, RecordNotFound, RecordRejected
from app.links import Links
from app.models import Customer
from app.netsuite.mapping import external_id
from app.services import Services
from workers.cli.arguments import AccountId
from workers.cli.at_hand import services_at_hand
from workers.cli.sync import FOLLOW
from workers.output import json_option, print_json


class CustomerId(click.ParamType[str]):
    """A Customer's internal id."""

    name = "CUSTOMER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit()):
            self.fail(f"{text!r} is no internal id of a Customer: digits only.", param, ctx)
        return text


@click.command()
@click.argument("account", metavar="ACCOUNT", type=AccountId())
@click.argument("customer", metavar="CUSTOMER", type=CustomerId())
@click.option(
    "--force", is_flag=True, help="Take it over from another id, or an Account that is gone."
)
@json_option
def link(account: str, customer: str, force: bool, as_json: bool) -> None:
    """Ties an Account to a Customer, given by its internal id, and syncs it."""
    services = services_at_hand()
    if account not in services.accounts.names([account]):
        raise RecordNotFound(
            f"Salesforce knows no Account {account}, or does not show it to the integration user."
        )
    found = _company(services, customer)
    _ensure_one_of_the_id(services, account, customer)
    holder = _holder(services, account, customer, force)
    _ensure_no_other_id(services, account, found, force)
    words = f"tied to Customer {customer} by an admin"
    verdict = services.ledger.link(account, customer, words, taken_from=holder)
    if verdict == "under_way":
        raise RecordLocked(
            f"Account {account} is under way: wait until it is at rest (closedwon why {account})."
        )
    if verdict == "in_use":
        raise RecordLocked(
            f"Customer {customer} is just being written for another Account: repeat this in a "
            "minute."
        )
    if as_json:
        print_json({"account": account, "customer": customer, "taken_from": holder})
        return
    click.echo(f"Account {account} is tied to Customer {customer}, {found.name}, and opened.")
    if holder:
        click.echo(f"It was taken from Account {holder}.")
    click.echo(FOLLOW)


def _company(services: Services, customer: str) -> Customer:
    found = services.lookups.customer(customer)
    if found is None:
        raise RecordNotFound(
            f"NetSuite shows no Customer {customer}: it is deleted, merged, or in a subsidiary "
            "that is hidden from our role.",
            service="netsuite",
        )
    if found.is_person:
        raise RecordRejected(
            f"Customer {customer} is a person, and an Account is a company: name a company's.",
            service="netsuite",
        )
    return found


def _ensure_one_of_the_id(services: Services, account: str, customer: str) -> None:
    """The write stamps the Customer with the Account's id: no other may bear it."""
    key = external_id(account, services.flow)
    others = [c.id for c in services.lookups.candidates(key, None).by_id if c.id != customer]
    if others:
        raise AmbiguousMatch(
            f"Customer {', '.join(others)} bears this Account's id, {key}: link that one, or clear "
            "its id in NetSuite first.",
            service="netsuite",
        )


def _holder(services: Services, account: str, customer: str, force: bool) -> str | None:
    """The Account from which the Customer is to be taken, if any: Salesforce has it no longer."""
    links = Links(services.redis)
    holders = [a for a, c in links.all().items() if c == customer and a != account]
    if not holders:
        return None
    if len(holders) > 1:
        raise AmbiguousMatch(_in_use(customer, *holders))
    (holder,) = holders
    if not _is_gone(services, holder):
        raise AmbiguousMatch(_in_use(customer, holder))
    held = links.of([holder])[holder]
    if held.is_under_way or held.state == "synced":
        raise RecordLocked(
            f"Customer {customer} is linked to Account {holder}, which is gone from Salesforce: "
            f"let the flow see that first (closedwon sync {holder}), then repeat this."
        )
    if not force:
        raise AmbiguousMatch(
            f"Customer {customer} is linked to Account {holder}, which is gone from Salesforce: "
            "--force takes it over."
        )
    return holder


def _is_gone(services: Services, account: str) -> bool:
    """Deleted or merged, or not shown to the integration user."""
    found = services.accounts.read(account)
    return found is None or found.is_deleted


def _in_use(customer: str, *holders: str) -> str:
    which = " and ".join(holders)
    return (
        f"Customer {customer} is linked to Account {which}: two Accounts would write to it in "
        f"turns. Merge the Accounts in Salesforce, or link {which} to another Customer first."
    )


def _ensure_no_other_id(services: Services, account: str, found: Customer, force: bool) -> None:
    key = external_id(account, services.flow)
    if force or found.external_id in (None, key):
        return
    label = services.flow.matching.id_field or "external id"
    raise AmbiguousMatch(
        f"Customer {found.id} has the {label} {found.external_id}, so it may be another Account's, "
        "or another application's: clear it in NetSuite, or replace it with --force.",
        service="netsuite",
    )
