"""`audit` tells who did what, when and why."""

from dataclasses import asdict

import click

from app.audit import ENTRY_ID, Audit, AuditEntry
from workers.cli.arguments import AccountId, Place, Words
from workers.cli.at_hand import services_at_hand
from workers.output import json_option, print_json, print_table, when


@click.command()
@click.option("--account", type=AccountId(), help="Only what was done to this Account.")
@click.option("--what", type=Words(), help="Only this kind of action, such as requeue.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--after", type=Place(ENTRY_ID), help="Go on there: what a list before said.")
@json_option
def audit(
    account: str | None, what: str | None, limit: int, after: str | None, as_json: bool
) -> None:
    """Lists what people did, newest first."""
    trail = Audit(services_at_hand().redis)
    found: list[AuditEntry] = []
    while True:
        page = trail.entries(account=account, what=what, after=after, limit=limit - len(found))
        found += page.entries
        after = page.next
        if after is None or len(found) >= limit:
            break
    if as_json:
        print_json([asdict(entry) for entry in found])
        return
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
            for entry in found
        ],
    )
    if after:
        click.echo(f"Go on with: --after {after}")
