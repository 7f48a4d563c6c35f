"""`audit` tells who did what, when and why."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from app.audit import ENTRY_ID, KINDS, AuditEntry, What
from workers.cli.arguments import AccountId, Place
from workers.cli.at_hand import services_at_hand
from workers.cli.paging import GO_ON, tell_place
from workers.output import json_option, print_json, print_table, when


@click.command()
@click.option("--account", type=AccountId(), help="Only what was done to this Account.")
@click.option(
    "--what", multiple=True, type=click.Choice(KINDS), help="Only this kind; may be given again."
)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--after", type=Place(ENTRY_ID), help=GO_ON)
@json_option
def audit(
    account: str | None, what: tuple[What, ...], limit: int, after: str | None, as_json: bool
) -> None:
    """Lists what people did, newest first."""
    trail = services_at_hand().audit
    page = trail.entries(account=account, what=what, after=after, limit=limit)
    if as_json:
        print_json([asdict(entry) for entry in page.entries])
    else:
        _show_table(page.entries)
    tell_place(page.next, as_json=as_json)


def _show_table(entries: Sequence[AuditEntry]) -> None:
    print_table(
        ("when (UTC)", "who", "what", "account", "before → after", "why"),
        [
            (
                when(entry.at),
                entry.who,
                entry.what,
                entry.account,
                " → ".join(filter(None, (entry.before, entry.after))),
                entry.why,
            )
            for entry in entries
        ],
    )
