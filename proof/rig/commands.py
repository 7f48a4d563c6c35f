"""Commands of this machine that are run to their end."""

import subprocess
from collections.abc import Sequence

from workers.processes import PROJECT


def run(words: Sequence[str], seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    """Without a shell; what it says is kept, and how it ended is the caller's to look at.

    Raises:
        FileNotFoundError: there is no such command.
        subprocess.TimeoutExpired: it took longer than `seconds`, and was killed.
    """
    return subprocess.run(  # noqa: S603 - no shell reads them, and nobody outside gives them
        words, cwd=PROJECT, capture_output=True, text=True, timeout=seconds, check=False
    )
