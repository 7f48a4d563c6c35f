"""`sync` sends accounts through the flow; `why` tells an account's story."""

from collections.abc import Mapping
from dataclasses import asdict

import click

from app.errors import RecordNotFound
from app.journal import DeadLetter, Row
from app.terms import Order
from workers.cli.arguments import AccountId
from workers.cli.at_hand import services_at_hand
from workers.cli.foreground import FLOW_IS_OFF
from workers.output import json_option, print_json, print_table, when

FOLLOW = "Follow one with: closedwon why ID"


@click.command()
@click.argument("accounts", nargs=-1, required=True, metavar="ID…", type=AccountId())
@click.option("--force", is_flag=True, help="Without a Closed Won, and with all its parents.")
@json_option
def sync(accounts: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Sends Accounts through the flow now."""
    services = services_at_hand()
    wanted = list(dict.fromkeys(accounts))
    known = services.accounts.names(wanted)
    if unknown := [account for account in wanted if account not in known]:
        raise RecordNotFound(
            f"Salesforce knows no Account {', '.join(unknown)}, or does not show it to the "
            "integration user. Nothing was opened."
        )
    reason = "forced by an admin" if force else "asked for by an admin"
    if force:
        parents = [parent for account in wanted for parent in services.accounts.ancestors(account)]
        wanted = list(dict.fromkeys([*reversed(parents), *wanted]))
        known |= services.accounts.names(parents)
    services.ledger.open(Order(account, reason, force=force) for account in wanted)
    if as_json:
        print_json([{"account": account, "name": known.get(account)} for account in wanted])
        return
    for account in wanted:
        click.echo(f"opened {account} {known.get(account, '')}")
    click.echo(FOLLOW)
    for what, words in services.pauses.all().items():
        click.echo(FLOW_IS_OFF if what == "flow" else f"They wait; paused: {what}: {words}")


@click.command()
@click.argument("account", metavar="ID", type=AccountId())
@json_option
def why(account: str, as_json: bool) -> None:
    """Tells why an Account is where it is: its state and its story."""
    services = services_at_hand()
    row, story = services.journal.row(account), services.journal.story(account)
    letter = services.journal.letter(account)
    if row.state == "none" and not row.customer and not story:
        raise RecordNotFound(
            f"The ledger has never heard of Account {account}. "
            f"closedwon sync {account} has it looked at."
        )
    waiting = services.journal.waiting_behind(account)
    if as_json:
        print_json(
            asdict(row)
            | {
                "waiting_behind": waiting,
                "letter": asdict(letter) if letter else None,
                "story": [asdict(line) for line in story],
            }
        )
        return
    _tell(row, len(waiting), letter, services.pauses.all())
    print_table(
        ("when (UTC)", "what", "stage", "why"),
        [(when(line.at), line.what, line.stage or "", line.words) for line in story],
    )


def _tell(row: Row, waiting: int, letter: DeadLetter | None, paused: Mapping[str, str]) -> None:
    """Where the account is, and what it lacks."""
    click.echo(f"{row.account}: {row.state}" + (f" at {row.stage}" if row.stage else ""))
    for label, value in (
        ("Customer", row.customer),
        ("waits for its parent", row.waiting_for),
        ("accounts that wait for it", waiting or None),
        ("cause", letter and f"{letter.cause}: {letter.words}"),
        ("service's own words", letter and letter.service_words),
        ("paused", "; ".join(f"{what}: {words}" for what, words in paused.items())),
    ):
        if value:
            click.echo(f"  {label}: {value}")
