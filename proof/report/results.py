"""Where results lie: for each table a JSON file, one of Markdown, and a picture."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from proof.report.section import Section


@dataclass(frozen=True, slots=True)
class Results:
    """A directory, made on first use. What a run measures replaces what an earlier one did, row by
    row: a proof of hours may be run in parts.
    """

    directory: Path
    machine: Mapping[str, object]

    def recall(self, section: Section) -> None:
        """Gives the section the rows of earlier runs.

        Raises:
            ValueError: the file is not one of ours.
        """
        path = self.directory / f"{section.name}.json"
        if path.exists():
            section.take(json.loads(path.read_text()))

    def keep(self, section: Section) -> None:
        """Writes the section as it is by now."""
        from proof.report.picture import draw  # matplotlib takes a second to load

        self.directory.mkdir(parents=True, exist_ok=True)
        data = {"machine": dict(self.machine), **section.as_json()}
        stem = self.directory / section.name
        stem.with_suffix(".json").write_text(json.dumps(data, indent=2) + "\n")
        stem.with_suffix(".md").write_text(self._markdown(section))
        if section.chart and section.rows:
            draw(section.chart, section.title, section.rows, stem.with_suffix(".svg"))

    def _markdown(self, section: Section) -> str:
        lines = [f"**{section.title}.** {section.method}", "", _line(section.head())]
        lines.append(_line(["---", *("---:" for _ in section.columns), "---"]))
        lines += [_line(cells) for cells in section.cells()]
        told = ", ".join(f"{name} {value}" for name, value in self.machine.items())
        return "\n".join([*lines, "", f"Machine: {told}.", ""])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
