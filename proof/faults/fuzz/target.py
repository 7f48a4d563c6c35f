"""A target of the fuzzing, and what came of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class Nonsense(Exception):
    """What makes no sense was taken for good: a finding."""


@dataclass(slots=True)
class FuzzResult:
    """What a target made of its inputs."""

    target: str
    inputs: int = 0
    accepted: int = 0
    """Inputs that were still, or as good as, valid: their outcome was looked at."""
    refused: Counter[str] = field(default_factory=Counter)
    """Clear errors, by class."""
    findings: list[str] = field(default_factory=list)
    """What is no clear error: one sentence for each kind, with the shortest input that shows it."""
    seconds: float = 0.0

    def stored(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            "target": self.target,
            "inputs": self.inputs,
            "accepted": self.accepted,
            "refused": dict(self.refused.most_common()),
            "findings": list(self.findings),
            "seconds": round(self.seconds, 2),
        }

    @classmethod
    def read_from(cls, stored: Mapping[str, Any]) -> "FuzzResult":
        """The reverse of `stored`.

        Raises:
            TypeError, ValueError: it is none of ours.
        """
        known = dict(stored)
        refused, findings = known.pop("refused"), known.pop("findings")
        if not isinstance(refused, dict) or not isinstance(findings, list):
            raise TypeError("it is no result of a target")
        return cls(**known, refused=Counter(refused), findings=findings)


Run = Callable[[int, int], FuzzResult]
"""Seed and number of inputs to what came of them; some inputs may be left away as repetitions."""


@dataclass(frozen=True, slots=True)
class FuzzTarget:
    """One of the places where something from outside is read."""

    name: str
    what: str
    """What it is given."""
    run: Run
    share: float = 1.0
    """Of the inputs, beside the shares of the others."""
    at_most: int | None = None
    """So many inputs are enough, as each is dear, though its share were more; None: no bound."""


def divided(targets: Iterable[FuzzTarget], count: int) -> dict[str, int]:
    """Name to number of inputs, one at least: `count` together or a few more, unless every target
    has a bound.
    """
    given = list(targets)
    free = [t for t in given if t.at_most is None]
    whole = sum(target.share for target in given)
    bounded = {
        t.name: max(1, min(t.at_most, -int(-count * t.share // whole)))
        for t in given
        if t.at_most is not None
    }
    left = max(0, count - sum(bounded.values()))
    shares = sum(target.share for target in free)
    return bounded | {t.name: max(1, -int(-left * t.share // shares)) for t in free}
