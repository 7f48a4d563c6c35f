"""Files for spreadsheets: every value comes back, and none is taken for a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.cli.csv_file import write_csv

CELLS = st.none() | st.integers(0) | st.text(st.characters(exclude_categories=["Cs", "Cc"]))


def read_back(*row: object) -> list[str]:
    file = io.StringIO(newline="")
    write_csv(file, ("a", "b"), [row])
    file.seek(0)
    header, read = csv.reader(file)
    assert header == ["a", "b"]
    return read


@given(CELLS, CELLS)
def test_values_come_back_but_for_the_mark_of_a_text(first: object, second: object) -> None:
    given_cells = ["" if cell is None else str(cell) for cell in (first, second)]

    read = read_back(first, second)

    assert [cell.removeprefix("'") for cell in read] == [c.removeprefix("'") for c in given_cells]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in read)


@pytest.mark.parametrize("formula", ["=1+1", "+49 30 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_what_would_be_a_formula_is_marked_as_text(formula: str) -> None:
    assert read_back(formula, "plain") == [f"'{formula}", "plain"]
