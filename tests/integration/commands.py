"""The command `closedwon` as a person runs it, against a Redis and two clouds of the test's own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.command_line import run

PROGRAM = Path(sys.executable).parent / "closedwon"
_SECONDS = 30


class Command:
    """Runs in a directory without `.env` or flow file, unless the test puts them there."""

    def __init__(self, environ: Mapping[str, str], redis_url: str, directory: Path) -> None:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environ = {**inherited, **environ, "REDIS_URL": redis_url}
        self.directory = directory

    def run(self, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """
        Raises:
            subprocess.TimeoutExpired: it goes on for longer than anybody is to wait.
        """
        return run(words, self.environ | settings, self.directory, seconds=_SECONDS)

    @contextmanager
    def running(self, *words: str, **settings: str) -> Iterator["subprocess.Popen[str]"]:
        """Begun, and killed if need be; what it prints must be read, or it does not go on."""
        with subprocess.Popen(
            [PROGRAM, *words],
            env=self.environ | settings,
            cwd=self.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as started:
            try:
                yield started
            finally:
                started.kill()

    def json(self, *words: str, status: int = 0, **settings: str) -> Any:
        done = self.run(*words, "--json", **settings)
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout)
