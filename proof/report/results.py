"""Where results lie: for each table a JSON file, one of Markdown, and a picture."""

import json
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proof.report.section import Section

_PASSING = "load_average"
"""Of what is told of a machine, the one thing that does not name it."""


@dataclass(frozen=True, slots=True)
class Results:
    """A directory, made on first use. What a run measures replaces what an earlier one did on the
    same machine, row by row: a proof of hours may be run in parts. A quick look has files of its
    own.
    """

    directory: Path
    machine: Mapping[str, object]

    def keep(self, section: Section, known: Collection[str] | None = None) -> None:
        """Writes the section as it is by now, and those rows of earlier runs that it has not.

        `known`: rows that there are, in their order; others are forgotten, and each of the section
        is among them. None: those of the section.
        """
        from proof.report.picture import draw  # matplotlib takes a second to load

        self.directory.mkdir(parents=True, exist_ok=True)
        stem = self.directory / f"{section.name}{'-quick' if section.quick else ''}"
        earlier = self._earlier(stem.with_suffix(".json"))
        whole, measured = self._whole(section, earlier, known)
        data = {"machine": dict(self.machine), "measured": measured, **whole.as_json()}
        stem.with_suffix(".json").write_text(json.dumps(data, indent=2) + "\n")
        stem.with_suffix(".md").write_text(self._markdown(whole))
        if whole.chart and whole.rows:
            draw(whole.chart, whole.title, whole.rows, stem.with_suffix(".svg"))

    def _earlier(self, path: Path) -> dict[str, Any]:
        """What lies there already, if it is of this machine."""
        if not path.exists():
            return {}
        found: dict[str, Any] = json.loads(path.read_text())
        same = {name: value for name, value in found["machine"].items() if name != _PASSING}
        ours = {name: value for name, value in self.machine.items() if name != _PASSING}
        return found if same == json.loads(json.dumps(ours)) else {}

    def _whole(
        self, section: Section, earlier: Mapping[str, Any], known: Collection[str] | None
    ) -> tuple[Section, dict[str, str]]:
        """With the rows of earlier runs → and when each was measured."""
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        own = {*section.rows, *section.failures}
        whole, measured = copy(section), dict(earlier.get("measured", {})) | dict.fromkeys(own, now)
        names = known if known is not None else [*section.rows, *section.failures]
        for part in ("rows", "remarks", "failures"):
            before = {k: v for k, v in earlier.get(part, {}).items() if k not in own}
            every = before | getattr(section, part)
            setattr(whole, part, {name: every[name] for name in names if name in every})
        return whole, {name: measured[name] for name in names if name in measured}

    def _markdown(self, section: Section) -> str:
        lines = [f"**{section.title}.** {section.method}", "", _line(section.head())]
        lines.append(_line(["---", *("---:" for _ in section.columns), "---"]))
        lines += [_line(cells) for cells in section.cells()]
        return "\n".join([*lines, "", in_words(self.machine), ""])


def in_words(machine: Mapping[str, object]) -> str:
    """One line that names the machine."""
    return f"Machine: {', '.join(f'{name} {value}' for name, value in machine.items())}."


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
