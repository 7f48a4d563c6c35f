"""Who may see Flower's pages, and where: its variables."""

import os

from dotenv import dotenv_values

from app.environment import ENCODING
from app.errors import ConfigurationError
from app.settings import ENV_FILE

_PREFIX = "FLOWER_"


def read_variables() -> dict[str, str]:
    """Flower's options, such as `port`, by FLOWER_PORT in the environment or else in `.env`."""
    read = dotenv_values(ENV_FILE, encoding=ENCODING)
    given = {name: value or "" for name, value in read.items()} | dict(os.environ)
    return {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in given.items()
        if name.startswith(_PREFIX) and value
    }


def read_logins(text: str) -> list[str]:
    """The logins in FLOWER_BASIC_AUTH: user:password, several with commas between.

    Raises:
        ConfigurationError: there is none, or one is malformed.
    """
    logins = text.split(",")
    for login in logins:
        user, _, password = login.partition(":")
        if not (user and password):
            raise ConfigurationError(
                [
                    "FLOWER_BASIC_AUTH: is missing or malformed. Flower does not start without "
                    "a login, since its pages would answer anyone: set it to user:password."
                ]
            )
    return logins
