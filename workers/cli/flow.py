"""`flow`: is it running, and the switch."""

import click

from app.admin.ages import ago
from app.admin.report import report, swept_seconds_ago
from app.admin.switch import Switch
from app.admin.warnings import is_late
from app.journal import Journal
from app.services import open_redis
from app.settings import Settings, get_settings
from workers.cli.acting import by, reason_option
from workers.cli.at_hand import ensure_redis, services_at_hand
from workers.cli.flow_status import LEFT_SHOWN, tell
from workers.output import json_option, plural, print_json


@click.group()
def flow() -> None:
    """The flow as a whole: status, on, off."""


@flow.command()
@click.option("--check", is_flag=True, help="Only tell whether the sweeper runs: 0, else 1.")
@json_option
def status(check: bool, as_json: bool) -> None:
    """Shows where everything stands: accounts, letters, channels, gaps, API calls."""
    if check:
        raise SystemExit(_check_sweeper(get_settings(), as_json))
    found = report(services_at_hand(), None if as_json else LEFT_SHOWN)
    if as_json:
        print_json(found)
    else:
        tell(found)


def _check_sweeper(settings: Settings, as_json: bool) -> int:
    ensure_redis(settings)
    with open_redis(settings) as redis:
        swept = swept_seconds_ago(Journal(redis))
    late = is_late(swept, settings)
    if as_json:
        print_json({"swept_seconds_ago": swept, "ok": not late})
    else:
        click.echo(f"The sweeper ran last: {ago(swept)}.")
    return 1 if late else 0


@flow.command()
@reason_option
@json_option
def on(reason: str | None, as_json: bool) -> None:
    """Switches the flow on: what was remembered runs."""
    services = services_at_hand()
    ended = Switch(services.redis, services.ledger).on(by(reason))
    if as_json:
        print_json({"flow": "on", "ended_pauses": ended})
    else:
        click.echo("The flow is on. What was remembered runs within seconds.")


@flow.command()
@click.option("--drop", is_flag=True, help="Also forget the changes that are under way.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@reason_option
@json_option
def off(drop: bool, yes: bool, reason: str | None, as_json: bool) -> None:
    """Switches the flow off: nothing is sent, changes are remembered."""
    services = services_at_hand()
    if drop and not yes:
        click.confirm(
            "The changes that are under way will be FORGOTTEN: those Accounts are not synced until "
            "their next change, or until 'closedwon sync'. Go on?",
            abort=True,
            err=True,
        )
    switch = Switch(services.redis, services.ledger)
    switch.off(by(reason))
    count = switch.drop(by(reason)) if drop else 0
    if as_json:
        print_json({"flow": "off", "forgotten": count})
        return
    click.echo("The flow is off. Nothing is sent; changes are remembered.")
    if drop:
        click.echo(
            f"WARNING: {plural(count, 'account')} forgotten; they are not synced until their next "
            "change, or until 'closedwon sync'."
        )
