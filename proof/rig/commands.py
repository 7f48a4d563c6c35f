"""Commands of this machine that are run to their end."""

import os
import signal
import subprocess
from collections.abc import Sequence

from workers.demo.signals import undisturbed
from workers.processes import PROJECT

_END_SECONDS = 60.0
"""In which a command that is asked to must have ended what it started."""


def run(words: Sequence[str], seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    """Without a shell; what it says is kept, and how it ended is the caller's to look at. If we
    cannot wait for it, be it for Ctrl-C, it is asked to end what it has started.

    Raises:
        FileNotFoundError: there is no such command.
        subprocess.TimeoutExpired: it took longer than `seconds`, and was ended.
    """
    command = subprocess.Popen(  # noqa: S603 - no shell reads them, and nobody outside gives them
        words,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, complained = command.communicate(timeout=seconds)
    except BaseException:
        with undisturbed():
            _end(command)
        raise
    return subprocess.CompletedProcess(words, command.returncode, said, complained)


def _end(command: subprocess.Popen[str]) -> None:
    """What it has started itself goes on if it does not end in time."""
    command.terminate()
    try:
        command.communicate(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(command.pid, signal.SIGKILL)
        command.wait()
