"""What a figure must show, as data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Figures = Mapping[str, float | None]
"""Name to value. None: it could not be measured, and no target is met by it."""
Bound = Literal["at most", "at least", "exactly"]


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on one figure of one scenario; `*`: of every scenario."""

    scenario: str
    figure: str
    bound: Bound
    value: float

    def is_met(self, measured: float | None) -> bool:
        if measured is None:
            return False
        if self.bound == "at most":
            return measured <= self.value
        if self.bound == "at least":
            return measured >= self.value
        return measured == self.value


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target, and what was measured."""

    target: Target
    measured: float | None

    @property
    def is_met(self) -> bool:
        return self.target.is_met(self.measured)


def verdicts(scenario: str, figures: Figures, targets: Iterable[Target]) -> list[Verdict]:
    """On every target of the scenario."""
    return [
        Verdict(target, figures.get(target.figure))
        for target in targets
        if target.scenario in (scenario, "*")
    ]
