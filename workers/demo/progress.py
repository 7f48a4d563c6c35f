"""Shows the story while it goes on: live on a terminal, line by line elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from workers.demo.world import World

_COLOURS = {"synced": "green", "skipped": "yellow", "dead": "red"}


class Progress:
    """Times are seconds since the demo began."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()

    @contextmanager
    def step(self, title: str, world: World | None = None) -> Iterator[None]:
        """Says that the step goes on, with the Accounts of the world, and then that it is done."""
        if self._console.is_terminal:
            show = _Show(Spinner("dots", Text(title, style="bold")), world)
            with Live(show, console=self._console, transient=True, refresh_per_second=8):
                yield
        else:
            yield
        self.say(f"{time.monotonic() - self._began:5.1f} s  {title}")

    def say(self, words: str, style: str = "") -> None:
        self._console.print(Text(words, style=style), soft_wrap=True)


class _Show:
    """Drawn anew several times a second, by a thread of rich's own."""

    def __init__(self, spinner: Spinner, world: World | None) -> None:
        self._spinner, self._world = spinner, world

    def __rich__(self) -> RenderableType:
        if self._world is None:
            return self._spinner
        table = Table(box=None, pad_edge=True, show_header=False)
        for name in list(self._world.entered.accounts):
            row = self._world.row(name)
            state = Text(row.state, style=_COLOURS.get(row.state, "cyan"))
            where = (row.customer and f"Customer {row.customer}") or row.stage or ""
            table.add_row(Text(name), state, where)
        return Group(self._spinner, table)
