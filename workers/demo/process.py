"""One process that we start, watch and end."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from workers.processes import PROJECT

_LAST_LINES = 15
_POLL_SECONDS = 0.05


class ProcessFailed(Exception):
    """A process ended by itself or was not ready in time. `log`: how its log ends."""

    def __init__(self, words: str, log: str = "") -> None:
        super().__init__(f"{words}. {log}".strip())
        self.words, self.log = words, log


@dataclass(eq=False)
class Process:
    """A shell command in a session of its own, so that Ctrl-C reaches us alone, and we end it."""

    name: str
    command: str
    environment: Mapping[str, str]
    log: Path
    """Output of all its runs, appended."""
    _running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        """None: it does not run."""
        return self._running.pid if self._running and self._running.poll() is None else None

    def start(self) -> None:
        """
        Raises:
            ProcessFailed: it runs already.
        """
        if self.pid is not None:
            raise ProcessFailed(f"{self.name} runs already")
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603 - the words are all ours
                ["/bin/sh", "-c", f"exec {self.command}"],
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ensure_alive(self) -> None:
        """
        Raises:
            ProcessFailed: it ended although nobody asked it to.
        """
        if self._running is not None and (status := self._running.poll()) is not None:
            raise ProcessFailed(f"{self.name} {_how(status)}", self.last_words())

    def last_words(self) -> str:
        """Where its log is, and the end of it."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n  ".join([f"Its log, {self.log}, ends:", *lines[-_LAST_LINES:]])

    def terminate(self) -> None:
        """Asks it to finish what it is about and end."""
        if self._running is not None:
            self._running.terminate()

    def kill(self) -> None:
        """Ends it and its children at once, as a power cut would."""
        if self._running is not None and self._running.poll() is None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()
        self._running = None

    def end(self, deadline: float) -> None:
        """Waits for its end until the deadline (monotonic seconds), then kills it."""
        if self._running is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(max(0.0, deadline - monotonic()))
        self.kill()


def _how(status: int) -> str:
    """How a process ended, by its status as subprocess has it."""
    if status < 0:
        return f"was killed ({signal.Signals(-status).name})"
    return f"ended with status {status}"


def end_all(processes: Iterable[Process], seconds: float) -> None:
    """Asks all of them to end, at the same time, and kills those that take longer."""
    ending = list(processes)
    for process in ending:
        process.terminate()
    deadline = monotonic() + seconds
    for process in ending:
        process.end(deadline)


def await_all(waiting: Mapping[Process, Callable[[], bool]], seconds: float) -> None:
    """Waits until each process, asked by its own question, is at work.

    Raises:
        ProcessFailed: one ended, or was not at work in time.
    """
    deadline = monotonic() + seconds
    left = dict(waiting)
    while left:
        for process, is_ready in list(left.items()):
            process.ensure_alive()
            if is_ready():
                del left[process]
            elif monotonic() > deadline:
                words = f"{process.name} is not ready after {seconds:.0f} s"
                raise ProcessFailed(words, process.last_words())
        sleep(_POLL_SECONDS)
    for process in waiting:
        process.ensure_alive()
