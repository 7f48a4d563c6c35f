"""Names of companies: real ones where a list of them lies beside the checkout, else made up."""

import csv
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from workers.processes import PROJECT

LISTED = PROJECT.parent / "shared" / "data" / "company_names.csv"
_COLUMN = "Security"
_FIRST = ("Northwind", "Harbour", "Blue Ridge", "Meridian", "Old Mill", "Granite", "Cedar", "Polar")
_SECOND = ("Works", "Foods", "Logistics", "Instruments", "Energy", "Textiles", "Partners", "Labs")


def company_names(listed: Path = LISTED) -> Iterator[str]:
    """Without end, and none twice: after the first round each has a number."""
    names = _listed(listed) or [f"{first} {second}" for first in _FIRST for second in _SECOND]
    for around in count(1):
        for name in names:
            yield name if around == 1 else f"{name} {around}"


def _listed(path: Path) -> list[str]:
    """In the list's order; empty where there is none."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(dict.fromkeys(row[_COLUMN] for row in csv.DictReader(lines)))
