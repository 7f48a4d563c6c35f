"""Names for the proofs' Accounts."""

from itertools import islice
from pathlib import Path

from proof.rig.names import company_names


def test_listed_names_come_in_order_and_then_again_with_a_number(tmp_path: Path) -> None:
    listed = tmp_path / "names.csv"
    rows = ("Symbol,Security", "MMM,3M", "GOOG,Alphabet", 'AOS,"Smith, A. O."', "GOOGL,Alphabet")
    listed.write_text("\n".join(rows))

    names = list(islice(company_names(listed), 5))

    assert names == ["3M", "Alphabet", "Smith, A. O.", "3M 2", "Alphabet 2"]


def test_without_a_list_names_are_made_up_and_none_comes_twice(tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"

    names = list(islice(company_names(missing), 1000))

    assert len(set(names)) == 1000
