"""`reconcile` compares Salesforce with the ledger now, and opens what was missed."""

from collections.abc import Iterator

import click

from app.passes import Pass
from app.reconciliation.reading import Reading
from app.reconciliation.schedule import FULL_STEPS, SWEEP_STEPS
from app.services import Services
from app.terms import By
from workers.cli.acting import by, reason_option
from workers.cli.at_hand import services_at_hand
from workers.cli.foreground import FLOW_IS_OFF, take_forward
from workers.cli.tally import Tally
from workers.cli.times import Since
from workers.output import json_option, print_json, when


@click.command()
@click.option(
    "--since",
    type=Since(),
    help="ISO date or time (UTC), or 90m, 6h, 3d; else where the last comparison ended.",
)
@click.option("--full", is_flag=True, help="Also compare all Accounts that qualify or are linked.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be opened.")
@reason_option
@json_option
def reconcile(
    since: int | None, full: bool, dry_run: bool, reason: str | None, as_json: bool
) -> None:
    """Reads what changed in Salesforce, and opens what the ledger does not know."""
    services = services_at_hand()
    steps = (*SWEEP_STEPS, *(FULL_STEPS if full else ()))
    wanted = Pass("reconcile", "asked for by an admin", steps, since or 0, patient=full)
    pages = _previewed(services, wanted) if dry_run else _opened(services, wanted, by(reason))
    verb = "would be opened" if dry_run else "opened"
    tally = Tally(services)
    try:
        for reading in pages:
            for order in tally.add(reading):
                if not as_json:
                    click.echo(f"{verb} {order.account}  {order.reason}")
    finally:
        if as_json:
            print_json(tally.as_json() | {"dry_run": dry_run})
        else:
            click.echo(tally.in_words(verb))
    if not (as_json or dry_run) and "flow" in services.pauses.all():
        click.echo(FLOW_IS_OFF)


def _opened(services: Services, wanted: Pass, me: By) -> Iterator[Reading]:
    """Stored only while it is at work: what is left of one that was killed is forgotten."""
    since = f"since {when(wanted.since)} UTC" if wanted.since else "since the last comparison"
    services.audit.tell("reconcile", me, f"{', '.join(wanted.steps)}; {since}")
    services.passes.drop(wanted.name)
    asked = services.passes.ask(wanted)
    try:
        yield from take_forward(services, asked, lambda words: click.echo(words, err=True))
    finally:
        left = services.passes.get(asked.name)
        if left and left.asked == asked.asked:
            services.passes.drop(asked.name)


def _previewed(services: Services, wanted: Pass) -> Iterator[Reading]:
    current, is_over = wanted, False
    while not is_over:
        reading = services.foreground.preview(current)
        yield reading
        current, is_over = reading.after, reading.is_over
