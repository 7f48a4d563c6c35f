"""`flower`: the operators' pages."""

import os

import click

from app.settings import get_flow, get_settings
from workers.flower.configuration import check_configuration
from workers.flower.settings import OF_PROVIDERS, FlowerSettings, read_flower_settings


@click.command()
def flower() -> None:
    """Serves the pages for operators and admins: Flower, with ours inside.

    All options are variables, FLOWER_* in the environment or .env.
    """
    get_settings()
    get_flow()
    settings = read_flower_settings()
    logins = check_configuration(settings)
    _export(settings)
    # They read it while they are imported.
    from workers.flower.command import serve

    serve(settings, logins)


def _export(settings: FlowerSettings) -> None:
    """What Flower's OAuth providers read from the environment by themselves: they know no `.env`,
    and take an empty variable for a value.
    """
    for name in OF_PROVIDERS:
        os.environ.pop(name, None)
        if settings.value(name):
            os.environ[name] = settings.value(name)
