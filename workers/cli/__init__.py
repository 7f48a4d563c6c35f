"""The command `closedwon`. Exit codes: 0 done, 1 the work failed, 2 usage or configuration."""

import sys
from importlib.metadata import entry_points
from typing import Any

import click
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from app.errors import ConfigurationError, SyncError
from workers.cli.audit import audit
from workers.cli.backfill import backfill
from workers.cli.check import check
from workers.cli.criteria import criteria
from workers.cli.drift import drift
from workers.cli.fit import fit
from workers.cli.flow import flow
from workers.cli.flower import flower
from workers.cli.letters import dead_letters
from workers.cli.link import link
from workers.cli.map import map_account
from workers.cli.notify import notify
from workers.cli.processes import demo, listen, run
from workers.cli.reconcile import reconcile
from workers.cli.sync import sync, why

_ADDED = "closedwon.commands"


class Command(click.Group):
    """Turns what may be expected to go wrong into one sentence each, without a traceback. Has the
    commands, too, that other packages add by the entry-point group `closedwon.commands`; they are
    loaded when they are asked for.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *entry_points(group=_ADDED).names})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        for entry in entry_points(group=_ADDED, name=name):
            try:
                added: click.Command = entry.load()
            except ModuleNotFoundError as missing:
                said = f"closedwon {name} needs {missing.name}: install the extra `proof`."
                raise ConfigurationError([said]) from None
            return added
        return super().get_command(ctx, name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigurationError as wrong:
            for problem in wrong.problems:
                click.echo(f"closedwon: {problem}", err=True)
            is_of_flow = any("FLOW_FILE" in problem for problem in wrong.problems)
            click.echo(f"See .env.example{' and flow.toml' if is_of_flow else ''}.", err=True)
            sys.exit(2)
        except SyncError as failed:
            said = f" ({failed.service_words})" if failed.service_words else ""
            click.echo(f"closedwon: {failed}{said}", err=True)
        except (RedisError, OperationalError) as failed:
            click.echo(f"closedwon: Redis does not answer at REDIS_URL: {failed}", err=True)
        sys.exit(1)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="closedwon")
def main() -> None:
    """Keeps NetSuite Customers in step with Salesforce Accounts that have a Closed Won."""


for command in (
    demo,
    run,
    listen,
    sync,
    reconcile,
    backfill,
    why,
    dead_letters,
    link,
    flow,
    flower,
    criteria,
    audit,
    check,
    drift,
    fit,
    map_account,
    notify,
):
    main.add_command(command)
