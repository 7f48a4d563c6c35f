"""A part of the benchmark: a table, and how it is filled."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from proof.report.section import Section


@dataclass(frozen=True, slots=True)
class Bench:
    """What a part is given. `directory`: empty, for its stacks. `scale`: 1 for figures that count,
    less for a quick look. `say`: one line of what goes on. `keep`: stores the section as it is.
    """

    directory: Path
    scale: float
    say: Callable[[str], None]
    keep: Callable[[], None]

    def count(self, full: int, least: int = 20) -> int:
        """How many of something, at this scale."""
        return max(least, round(full * self.scale))


@dataclass(frozen=True, slots=True)
class Part:
    """`measure` fills the section's rows one by one, and keeps them.

    `measure` raises what `proof.rig.proving.UNPROVEN` lists.
    """

    name: str
    section: Callable[[], Section]
    measure: Callable[[Section, Bench], None]
