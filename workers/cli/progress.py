"""How far a long command has come: on stderr, so that what it prints can be piped."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_SECONDS_BETWEEN_LINES = 10.0
Advance = Callable[[int], None]
Say = Callable[[str], None]


@contextmanager
def progress(what: str, total: int) -> Iterator[tuple[Advance, Say]]:
    """How to tell that so many more are done, and how to say a line: a bar on a terminal, else a
    line now and then.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(what, total), lambda line: click.echo(line, err=True)
        return
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield (
            lambda more: bar.update(task, advance=more),
            lambda line: console.print(line, markup=False, highlight=False),
        )


def _lines(what: str, total: int) -> Advance:
    done, said_at = 0, time.monotonic()

    def advance(more: int) -> None:
        nonlocal done, said_at
        done += more
        if time.monotonic() >= said_at + _SECONDS_BETWEEN_LINES:
            said_at = time.monotonic()
            click.echo(f"{what}: {done:,} of {total:,}", err=True)

    return advance
