"""A table of figures, judged: what every part of a proof gives."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from proof.report.chart import Chart
from proof.report.targets import Figures, Target, Verdict, verdicts

_SIGNS = {"at most": "≤", "at least": "≥", "exactly": "="}


@dataclass(frozen=True, slots=True)
class Column:
    """A figure and how it is shown: its title, with the unit, and a format (`,.0f`, `.1%`)."""

    figure: str
    title: str
    form: str = ",.0f"

    def shown(self, value: float | None) -> str:
        return "–" if value is None else format(value, self.form)


@dataclass
class Section:
    """Grows while it is measured. `method`: how, in a sentence or two."""

    name: str
    title: str
    method: str
    columns: tuple[Column, ...]
    targets: tuple[Target, ...] = ()
    chart: Chart | None = None
    rows: dict[str, Figures] = field(default_factory=dict)
    """What was measured, by what it was measured of."""
    remarks: dict[str, str] = field(default_factory=dict)
    """Row to what a reader must know of it."""
    failures: dict[str, str] = field(default_factory=dict)
    """Row to why it could not be measured; then nothing is met."""
    quick: str = ""
    """How it was made smaller than it is meant to be; empty: it was not."""

    def judged(self, row: str) -> list[Verdict]:
        """On every target of a row."""
        return verdicts(row, self.rows.get(row, {}), self.targets)

    def missed(self, row: str) -> list[str]:
        """The figures of a row that do not meet their targets."""
        return [verdict.target.figure for verdict in self.judged(row) if not verdict.is_met]

    @property
    def is_met(self) -> bool:
        return not self.failures and not any(self.missed(row) for row in self.rows)

    def head(self) -> tuple[str, ...]:
        size = f"a quick look: {self.quick}" if self.quick else ""
        return ("", *(column.title for column in self.columns), size)

    def cells(self) -> Iterator[tuple[str, ...]]:
        """For people: a row's name, its figures, and what of them is missed."""
        for row, figures in self.rows.items():
            shown = [column.shown(figures.get(column.figure)) for column in self.columns]
            words = self._missed_in_words(row) or ("met" if self.judged(row) else "")
            yield row, *shown, "; ".join(filter(None, (words, self.remarks.get(row))))
        for row, why in self.failures.items():
            yield row, *("–" for _ in self.columns), f"FAILED: {why}"

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {
            "name": self.name,
            "title": self.title,
            "method": self.method,
            "rows": self.rows,
            "remarks": self.remarks,
            "failures": self.failures,
            "quick": self.quick,
            "targets": [
                asdict(verdict.target)
                | {"scenario": row, "measured": verdict.measured, "met": verdict.is_met}
                for row in self.rows
                for verdict in self.judged(row)
            ],
            "met": self.is_met,
        }

    def _missed_in_words(self, row: str) -> str:
        titles = {column.figure: column for column in self.columns}
        said = []
        for verdict in self.judged(row):
            target = verdict.target
            column = titles.get(target.figure, Column(target.figure, target.figure, ",.2f"))
            if not verdict.is_met:
                bound = f"{_SIGNS[target.bound]} {column.shown(target.value)}"
                said.append(f"{column.title} {bound}")
        return f"MISSED: {', '.join(said)}" if said else ""
