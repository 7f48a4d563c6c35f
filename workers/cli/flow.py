"""`flow`: is it running, and the switch."""

import time
from typing import Any

import click

from app.models import STAGES
from app.services import Services
from workers.output import json_option, plural, print_json, print_table
from workers.stage import get_services

_SWEEPER_IS_LATE_SECONDS = 60.0


@click.group()
def flow() -> None:
    """The flow as a whole: status, on, off."""


@flow.command()
@json_option
def status(as_json: bool) -> None:
    """Shows pauses, rows per state, dead letters per cause, queues, channels."""
    report = _report(get_services())
    if as_json:
        print_json(report)
    else:
        _tell(report)


def _report(services: Services) -> dict[str, Any]:
    """Times are epoch seconds, ages seconds."""
    journal, paused, swept_at = (
        services.journal,
        services.ledger.paused(),
        services.journal.swept_at(),
    )
    return {
        "flow": "off" if "flow" in paused else "on",
        "paused": paused,
        "swept_seconds_ago": None if swept_at is None else round(time.time() - swept_at, 1),
        "states": journal.states(),
        "letters": journal.causes(),
        "queues": {stage: int(str(services.redis.llen(stage))) for stage in STAGES},
        "channels": journal.channels(),
        "netsuite_slots": {
            "allowed": services.settings.netsuite_concurrency,
            "in_use": services.netsuite.slots_in_use(),
        },
    }


def _tell(report: dict[str, Any]) -> None:
    click.echo(f"The flow is {report['flow']}.")
    for what, words in report["paused"].items():
        click.echo(f"  paused: {what}: {words}")
    swept = report["swept_seconds_ago"]
    if swept is None or swept > _SWEEPER_IS_LATE_SECONDS:
        ago = "never" if swept is None else f"{swept:.0f} s ago"
        click.echo(f"WARNING: the sweeper ran last {ago}: does beat run, and a worker?")
    print_table(("state", "accounts"), report["states"].items())
    print_table(("dead letters: cause", "count"), report["letters"].items())
    print_table(("queue", "messages"), report["queues"].items())
    print_table(
        ("channel", "state", "cursor (replay id)", "stored"),
        [
            (name, about.get("state", "no listener"), about.get("replay_id", ""), _age(about))
            for name, about in report["channels"].items()
        ],
    )
    slots = report["netsuite_slots"]
    click.echo(f"NetSuite slots in use: {slots['in_use']} of {slots['allowed']}")


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
