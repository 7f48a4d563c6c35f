"""Tables as files, for spreadsheets."""

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import IO

import click

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

csv_option: Callable[..., Callable[..., None]] = click.option(
    "--csv",
    "csv_file",
    type=click.File("w", encoding="utf-8", lazy=False),
    metavar="FILE",
    help="Write it to a file, too.",
)


def write_csv(file: IO[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """None is empty. What a spreadsheet would take for a formula is marked as text by a quote
    character: the values come from the clouds, where anybody may have typed them.
    """
    writer = csv.writer(file)  # RFC 4180: any other end of line would leave some unquoted
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    file.flush()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
