"""Shows how far a benchmark is: live on a terminal, line by line elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status
from rich.text import Text


class Display:
    """Times are seconds since it was made."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = Status("starting", console=console)
        self._began = time.monotonic()

    @contextmanager
    def live(self) -> Iterator[None]:
        """Inside, a terminal shows what goes on."""
        if not self._console.is_terminal:
            yield
            return
        with self._status:
            yield

    def begin(self, scenario: str) -> Callable[[int], None]:
        """Says that a scenario begins → to be told how many accounts are under way."""
        self.say(f"{scenario} begins")
        return lambda moving: self._status.update(f"{scenario}: {moving:,} accounts under way")

    def say(self, words: str) -> None:
        took = time.monotonic() - self._began
        self._console.print(Text(f"{took:6.1f} s  {words}"), soft_wrap=True)
