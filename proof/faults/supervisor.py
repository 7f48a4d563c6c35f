"""What any installation has: something that starts a process again when it has ended."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import TracebackType

from workers.demo.process import ProcessFailed
from workers.demo.stack import Stack

_POLL_SECONDS = 0.2


class Supervisor:
    """Watches the stack's processes from a thread of its own. A context manager."""

    def __init__(self, stack: Stack, processes: Collection[str]) -> None:
        self.restarts = 0
        self.failed: Exception | None = None
        """Why it watches no more."""
        self._stack, self._watched = stack, set(processes)
        self._turn = threading.Lock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def kill(self, process: str) -> None:
        """Ends it at once, as something else than the supervisor does."""
        with self._turn:
            self._stack.kill(process)

    @contextmanager
    def looking_away(self, *processes: str) -> Iterator[None]:
        """Inside, these stay down once they are; afterwards they are started."""
        with self._turn:
            self._watched -= set(processes)
        try:
            yield
        finally:
            with self._turn:
                self._watched |= set(processes)

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        try:
            self._restart_what_ends()
        except (OSError, ProcessFailed) as failed:
            self.failed = failed

    def _restart_what_ends(self) -> None:
        while not self._is_over.wait(_POLL_SECONDS):
            with self._turn:
                for name in self._watched:
                    if self._stack.pid(name) is None:
                        self._stack.launch(name)
                        self.restarts += 1
