"""`demo`, `run` and `listen`: what stays up until it is told to end."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import click
from dotenv import dotenv_values

from app.channels import Channels
from app.environment import ENCODING
from app.errors import ConfigurationError
from app.services import open_redis
from app.settings import ENV_FILE, Settings, get_flow, get_settings
from workers.cli.at_hand import ensure_redis
from workers.demo.play import play
from workers.flower.configuration import check_configuration
from workers.flower.settings import read_flower_settings
from workers.listener import listen as listen_to_channels
from workers.output import json_option
from workers.patience import Patience
from workers.processes import read_procfile, supervise


@click.command()
@click.option(
    "--exit", "ends", is_flag=True, help="End after the story: 0 if every row is as it says."
)
@json_option
def demo(ends: bool, as_json: bool) -> None:
    """Plays a day of sales on this machine, with both clouds simulated."""
    raise SystemExit(play(stay=not ends, as_json=as_json))


@click.command()
def run() -> None:
    """Starts all processes of the Procfile and ends them together."""
    given = {
        name: value or "" for name, value in dotenv_values(ENV_FILE, encoding=ENCODING).items()
    }
    environment = {"PYTHONUNBUFFERED": "1", **given, **os.environ}
    commands: dict[str, str] = {}
    problems: list[str] = []

    def logins() -> None:
        check_configuration(read_flower_settings())

    def procfile() -> None:
        commands.update(read_procfile(Path.cwd()))

    looks: tuple[Callable[[], object], ...] = (get_settings, get_flow, logins, procfile)
    for look in looks:
        try:
            look()
        except ConfigurationError as wrong:
            problems += [problem for problem in wrong.problems if problem not in problems]
    if problems:
        raise ConfigurationError(problems)
    ensure_redis(get_settings())
    if not supervise(commands, environment):
        click.echo(
            "closedwon: a process ended by itself, so the others were ended too. Run this under a "
            "supervisor that starts it again (systemd with Restart=always, or docker compose).",
            err=True,
        )
        raise SystemExit(1)


@click.command()
@click.option(
    "--check", is_flag=True, help="Only tell whether a listener hears every channel: 0, else 1."
)
def listen(check: bool) -> None:
    """Listens to Salesforce's change events; stands by while another listener does."""
    settings, flow = get_settings(), get_flow()
    ensure_redis(settings)
    if check:
        raise SystemExit(_check_channels(settings))
    logging.basicConfig(
        level=settings.log_level, format="[%(asctime)s: %(levelname)s/%(name)s] %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each request
    patience = Patience(silence=settings.salesforce_silence_seconds)
    raise SystemExit(listen_to_channels(settings, flow, patience))


def _check_channels(settings: Settings) -> int:
    """Says in one line where each channel stands → the exit status."""
    with open_redis(settings) as redis:
        views = Channels(redis).views(settings.salesforce_channels)
    click.echo("; ".join(f"{v.channel}: {v.state or 'no listener heard'}" for v in views))
    return 0 if all(view.connected_since for view in views) else 1
