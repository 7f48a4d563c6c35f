"""The processes of the Procfile, and the environment they run in."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import honcho.manager

from app.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parents[1]
_GRACE_SECONDS = 25
_ALLOCATOR = "glibc.malloc.tcache_count=0"
"""glibc keeps freed memory for each thread apart, up to a quarter of a MiB; other C libraries do
not know the variable. docs/decisions/0030-a-lean-worker.md
"""
_ASKED = [signal["rc"] for signal in honcho.manager.SIGNALS.values()]


def read_procfile(directory: Path = PROJECT) -> dict[str, str]:
    """Name of each process to its shell command, in the file's order.

    Raises:
        ConfigurationError: there is no Procfile in the directory, or one of its lines is malformed.
    """
    path = directory / "Procfile"
    if not path.is_file():
        raise ConfigurationError([f"{path}: is missing. Run this in the project's own directory."])
    commands: dict[str, str] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, command = line.partition(":")
        if not (name.isidentifier() and colon and command.strip()) or name in commands:
            raise ConfigurationError([f"{path}, line {number}: must be a new name: its command."])
        commands[name] = command.strip()
    return commands


def for_processes(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with a PATH that finds `celery` and `closedwon` beside this Python first, and
    with what keeps a process of many threads small, unless it is set already.
    """
    programs = str(Path(sys.executable).parent)
    path = os.pathsep.join([programs, environment.get("PATH", os.defpath)])
    return {"GLIBC_TUNABLES": _ALLOCATOR, **environment, "PATH": path}


def supervise(commands: Mapping[str, str], environment: Mapping[str, str]) -> bool:
    """Runs the commands side by side in the working directory until SIGINT or SIGTERM, or until one
    of them ends; all have ended on return → whether that was asked for.
    """
    # A worker that is killed leaves its accounts to their leases, many seconds.
    honcho.manager.KILL_WAIT = _GRACE_SECONDS
    manager = honcho.manager.Manager()
    for name, command in commands.items():
        manager.add_process(name, f"exec {command}", env=for_processes(environment))
    manager.loop()
    return manager.returncode in _ASKED
