"""`flow`: is it running, and the switch."""

from typing import Any

import click

from app.journal import ChannelView, Journal
from app.models import STAGES
from app.services import Services, open_redis
from app.settings import Settings, get_settings
from workers.cli.at_hand import ensure_redis, services_at_hand
from workers.output import json_option, plural, print_json, print_table


@click.group()
def flow() -> None:
    """The flow as a whole: status, on, off."""


@flow.command()
@click.option("--check", is_flag=True, help="Only tell whether the sweeper runs: 0, else 1.")
@json_option
def status(check: bool, as_json: bool) -> None:
    """Shows pauses, rows per state, dead letters per cause, queues, channels."""
    if check:
        raise SystemExit(_check_sweeper(get_settings(), as_json))
    report = _report(services_at_hand())
    if as_json:
        print_json(report)
    else:
        _tell(report)


def _check_sweeper(settings: Settings, as_json: bool) -> int:
    ensure_redis(settings)
    with open_redis(settings) as redis:
        swept = _swept_seconds_ago(Journal(redis))
    late = _is_late(swept, settings)
    if as_json:
        print_json({"swept_seconds_ago": swept, "ok": not late})
    else:
        click.echo(f"The sweeper ran last: {_ago(swept)}.")
    return 1 if late else 0


def _report(services: Services) -> dict[str, Any]:
    """Ages are seconds."""
    settings, journal, paused = services.settings, services.journal, services.ledger.paused()
    swept, now = _swept_seconds_ago(journal), journal.now()
    return {
        "flow": "off" if "flow" in paused else "on",
        "paused": paused,
        "swept_seconds_ago": swept,
        "sweeper_is_late": _is_late(swept, settings),
        "states": journal.states(),
        "letters": journal.causes(),
        "queues": {stage: int(str(services.redis.llen(stage))) for stage in STAGES},
        "channels": {
            view.channel: _as_json(view, now)
            for view in journal.channels(settings.salesforce_channels)
        },
        "netsuite_slots": {
            "allowed": settings.netsuite_concurrency,
            "in_use": services.netsuite.slots_in_use(),
        },
    }


def _as_json(view: ChannelView, now: float) -> dict[str, Any]:
    return {
        "state": view.state,
        "heard": view.connected_since is not None,
        "connected_seconds_ago": _age(view.connected_since, now),
        "last_event_seconds_ago": _age(view.last_event_at, now),
        "last_commit_seconds_ago": _age(view.last_commit, now),
        "events": view.events,
        "errors": view.errors,
        "replay_id": view.replay_id,
        "stored_seconds_ago": _age(view.stored_at, now),
    }


def _tell(report: dict[str, Any]) -> None:
    click.echo(f"The flow is {report['flow']}.")
    for what, words in report["paused"].items():
        click.echo(f"  paused: {what}: {words}")
    if report["sweeper_is_late"]:
        ago = _ago(report["swept_seconds_ago"])
        click.echo(f"WARNING: the sweeper ran last: {ago}: does beat run, and a worker?")
    for channel, about in report["channels"].items():
        if not about["heard"]:
            said = about["state"] or "no listener heard"
            click.echo(f"WARNING: nobody hears {channel} ({said}): does `closedwon listen` run?")
    print_table(("state", "accounts"), report["states"].items())
    print_table(("dead letters: cause", "count"), report["letters"].items())
    print_table(("queue", "messages"), report["queues"].items())
    print_table(
        ("channel", "state", "cursor (replay id)", "stored"),
        [
            (
                channel,
                about["state"] or "no listener heard",
                about["replay_id"] or "",
                _ago(about["stored_seconds_ago"]),
            )
            for channel, about in report["channels"].items()
        ],
    )
    slots = report["netsuite_slots"]
    click.echo(f"NetSuite slots in use: {slots['in_use']} of {slots['allowed']}")


def _swept_seconds_ago(journal: Journal) -> float | None:
    return _age(journal.swept_at(), journal.now())


def _is_late(swept: float | None, settings: Settings) -> bool:
    return swept is None or swept > max(60.0, 3 * settings.sweep_seconds)


def _age(at: float | None, now: float) -> float | None:
    """Clocks of several hosts may differ a little: never less than nothing."""
    return None if at is None else round(max(0.0, now - at), 1)


def _ago(age: float | None) -> str:
    return "never" if age is None else f"{age:.0f} s ago"


@flow.command()
@json_option
def on(as_json: bool) -> None:
    """Switches the flow on: what was remembered runs."""
    services = services_at_hand()
    ended = services.ledger.paused()
    for what in ended:
        services.ledger.resume(what)
    if as_json:
        print_json({"flow": "on", "ended_pauses": ended})
    else:
        click.echo("The flow is on. What was remembered runs within seconds.")


@flow.command()
@click.option("--drop", is_flag=True, help="Also forget the changes that are under way.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def off(drop: bool, yes: bool, as_json: bool) -> None:
    """Switches the flow off: nothing is sent, changes are remembered."""
    services = services_at_hand()
    if drop and not yes:
        click.confirm(
            "The changes that are under way will be FORGOTTEN: those Accounts are not synced until "
            "their next change, or until 'closedwon sync'. Go on?",
            abort=True,
            err=True,
        )
    services.ledger.pause("flow", "switched off by an admin")
    words = "forgotten: the flow was switched off with --drop"
    count = services.ledger.forget(words) if drop else 0
    if as_json:
        print_json({"flow": "off", "forgotten": count})
        return
    click.echo("The flow is off. Nothing is sent; changes are remembered.")
    if drop:
        click.echo(f"WARNING: {plural(count, 'account')} forgotten; their changes are not synced.")
