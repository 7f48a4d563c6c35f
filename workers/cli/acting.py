"""Who acts on the command, and why, for the audit trail."""

import os
import pwd
import socket

import click

from app.terms import By
from workers.cli.arguments import Words

REASON = Words(500)
"""As the API takes it."""
reason_option = click.option("--reason", type=REASON, help="Kept in the audit trail.")


def by(why: str | None = None) -> By:
    """The operating system's user on this host, as `ann@crm1 (command)`, and why, in their words.

    The process's owner counts: what the environment calls the user anybody can set.
    """
    return By(f"{_user()}@{socket.gethostname()} (command)", why or "")


def _user() -> str:
    """The user's name, or the number of one that has none, as in a container."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
