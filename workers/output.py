"""How data is printed: tables for people, `--json` for programs."""

import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.legible import legible

_WIDTH_OF_A_PIPE = 120
_UNESCAPED = re.compile("[\x7f-\x9f]")
"""Control characters that JSON may hold as they are, and a terminal obeys."""

json_option: Callable[..., Callable[..., None]] = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON."
)


def print_json(data: object) -> None:
    text = json.dumps(data, indent=2, ensure_ascii=False)
    click.echo(_UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def tell(line: str) -> None:
    """Prints what may hold a service's words, and nothing in them that a terminal would obey."""
    click.echo(legible(line))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Nothing without rows. What is long is folded to the terminal's width, or COLUMNS; in a pipe
    to 120. Nothing in a row is taken as markup, or obeyed by a terminal: names come from the
    clouds.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(legible(str(cell))) for cell in row))
    if not table.row_count:
        return
    table.columns[0].no_wrap = True  # what a row is about: an id that is folded cannot be copied
    console = Console()
    if not (console.is_terminal or os.environ.get("COLUMNS")):
        console = Console(width=_WIDTH_OF_A_PIPE)
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        click.echo(line.rstrip())


def when(seconds: float) -> str:
    """Epoch seconds as UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def plural(count: int, thing: str) -> str:
    """`1 account`, `2 accounts`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def abridged(text: str, longest: int = 60) -> str:
    """What fits into a cell of a table."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
