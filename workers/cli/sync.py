"""`sync` sends accounts through the flow; `why` tells an account's story."""

from collections.abc import Mapping
from dataclasses import asdict

import click

from app.admin import forcing
from app.admin.account import view_account
from app.errors import RecordNotFound
from app.journal import Row
from app.letters import DeadLetter
from workers.cli.acting import by, reason_option
from workers.cli.arguments import AccountId
from workers.cli.at_hand import services_at_hand
from workers.cli.foreground import FLOW_IS_OFF
from workers.output import json_option, print_json, print_table, tell, when

FOLLOW = "Follow one with: closedwon why ID"


@click.command()
@click.argument("accounts", nargs=-1, required=True, metavar="ID…", type=AccountId())
@click.option("--force", is_flag=True, help="Without a Closed Won, and with all its parents.")
@reason_option
@json_option
def sync(accounts: tuple[str, ...], force: bool, reason: str | None, as_json: bool) -> None:
    """Sends Accounts through the flow now."""
    services = services_at_hand()
    opened = forcing.sync(services, accounts, by(reason), force=force)
    if as_json:
        print_json([{"account": account, "name": name} for account, name in opened.items()])
        return
    for account, name in opened.items():
        tell(f"opened {account} {name}")
    click.echo(FOLLOW)
    for what, words in services.pauses.all().items():
        click.echo(FLOW_IS_OFF if what == "flow" else f"They wait; paused: {what}: {words}")


@click.command()
@click.argument("account", metavar="ID", type=AccountId())
@json_option
def why(account: str, as_json: bool) -> None:
    """Tells why an Account is where it is: its state and its story."""
    view = view_account(services_at_hand(), account)
    if view.is_unheard_of:
        raise RecordNotFound(
            f"The ledger has never heard of Account {account}. "
            f"closedwon sync {account} has it looked at."
        )
    if as_json:
        print_json(
            asdict(view.row)
            | {
                "waiting_behind": view.waiting,
                "letter": asdict(view.letter) if view.letter else None,
                "story": [asdict(line) for line in view.story],
                "audit": [asdict(entry) for entry in view.audit],
            }
        )
        return
    _tell(view.row, len(view.waiting), view.letter, view.paused)
    print_table(
        ("when (UTC)", "what", "stage", "why"),
        [(when(line.at), line.what, line.stage or "", line.words) for line in view.story],
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
            tell(f"  {label}: {value}")
