"""`notify`: who is told when something is wrong."""

from dataclasses import asdict

import click

from app.errors import ConfigurationError
from app.notifications.trial import send_test
from app.services import open_redis
from app.settings import get_settings
from workers.cli.acting import by
from workers.cli.at_hand import ensure_redis
from workers.output import json_option, print_json


@click.group()
def notify() -> None:
    """Messages to people when something is wrong."""


@notify.command()
@json_option
def test(as_json: bool) -> None:
    """Sends a test by each way, and says for each what happened."""
    settings = get_settings()
    if not settings.notifies:
        raise ConfigurationError(
            ["Nobody is told of anything: set NOTIFY_WEBHOOK_URL, or NOTIFY_EMAIL_TO."]
        )
    ensure_redis(settings)
    with open_redis(settings) as redis:
        happened = send_test(redis, settings, by())
    if as_json:
        print_json({way: asdict(outcome) for way, outcome in happened.items()})
    else:
        for way, outcome in happened.items():
            click.echo(f"{way}: {outcome.words}")
    raise SystemExit(0 if all(outcome.arrived for outcome in happened.values()) else 1)
