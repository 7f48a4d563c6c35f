"""`flow`: is it running, and the switch."""

import time

import click

from app.models import STAGES
from workers.output import json_option, plural, print_json, print_table
from workers.stage import get_services


@click.group()
def flow() -> None:
    """The flow as a whole: status, on, off."""


@flow.command()
@json_option
def status(as_json: bool) -> None:
    """Shows pauses, rows per state, dead letters per cause, queues, channels."""
    services = get_services()
    journal = services.journal
    paused, channels = services.ledger.paused(), journal.channels()
    queues = {stage: int(str(services.redis.llen(stage))) for stage in STAGES}
    allowed, in_use = services.settings.netsuite_concurrency, services.netsuite.slots_in_use()
    if as_json:
        print_json(
            {
                "flow": "off" if "flow" in paused else "on",
                "paused": paused,
                "states": journal.states(),
                "letters": journal.causes(),
                "queues": queues,
                "channels": channels,
                "netsuite_slots": {"allowed": allowed, "in_use": in_use},
            }
        )
        return
    click.echo(f"The flow is {'off' if 'flow' in paused else 'on'}.")
    for what, words in paused.items():
        click.echo(f"  paused: {what}: {words}")
    print_table(("state", "accounts"), journal.states().items())
    print_table(("dead letters: cause", "count"), journal.causes().items())
    print_table(("queue", "messages"), queues.items())
    print_table(
        ("channel", "state", "cursor (replay id)", "stored"),
        [
            (name, about.get("state", "no listener"), about.get("replay_id", ""), _age(about))
            for name, about in channels.items()
        ],
    )
    click.echo(f"NetSuite slots in use: {in_use} of {allowed}")


def _age(cursor: dict[str, str]) -> str:
    return f"{time.time() - int(cursor['at']) / 1000:.0f} s ago" if "at" in cursor else "never"


@flow.command()
def on() -> None:
    """Switches the flow on: what was remembered runs."""
    services = get_services()
    for what in services.ledger.paused():
        services.ledger.resume(what)
    click.echo("The flow is on. What was remembered runs within seconds.")


@flow.command()
@click.option("--drop", is_flag=True, help="Also forget the changes that are under way.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def off(drop: bool, yes: bool) -> None:
    """Switches the flow off: nothing is sent, changes are remembered."""
    services = get_services()
    if drop and not yes:
        click.confirm(
            "The changes that are under way will be FORGOTTEN: those Accounts are not synced until "
            "their next change, or until 'closedwon sync'. Go on?",
            abort=True,
        )
    services.ledger.pause("flow", "switched off by an admin")
    click.echo("The flow is off. Nothing is sent; changes are remembered.")
    if drop:
        count = services.ledger.forget("forgotten: the flow was switched off with --drop")
        click.echo(f"WARNING: {plural(count, 'account')} forgotten; their changes are not synced.")
