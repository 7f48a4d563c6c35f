"""`link` says which Customer is an Account's, where the flow cannot tell (docs/matching.md)."""

from typing import Any

import click

from app.admin.linking import Linking
from workers.cli.acting import by, reason_option
from workers.cli.arguments import AccountId
from workers.cli.at_hand import services_at_hand
from workers.cli.sync import FOLLOW
from workers.output import json_option, print_json, tell


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
@reason_option
@json_option
def link(account: str, customer: str, force: bool, reason: str | None, as_json: bool) -> None:
    """Ties an Account to a Customer, given by its internal id, and syncs it."""
    services = services_at_hand()
    tied = Linking(services).tie(account, customer, by(reason), force=force)
    name = tied.customer.name
    if as_json:
        print_json({"account": account, "customer": customer, "taken_from": tied.taken_from})
        return
    tell(f"Account {account} is tied to Customer {customer}, {name}, and opened.")
    if tied.taken_from:
        click.echo(f"It was taken from Account {tied.taken_from}.")
    click.echo(FOLLOW)
