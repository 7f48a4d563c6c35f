"""How data is printed: tables for people, `--json` for programs."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

json_option: Callable[..., Callable[..., None]] = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON."
)


def print_json(data: object) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Nothing in a row is taken as markup: names come from the clouds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:  # a log or a pipe has no edge to wrap at
        console = Console(width=250)
    console.print(table)


def when(seconds: float) -> str:
    """Epoch seconds as UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def plural(count: int, thing: str) -> str:
    """`1 account`, `2 accounts`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
