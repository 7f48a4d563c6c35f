"""How a figure grows over time: the slope of the straight line through what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, linear_regression

from proof.report.targets import Figures

_MINUTES = 60
_WARM_SHARE = 1 / 3
_WARM_MINUTES = 10.0
_FEWEST = 3
"""Through two points any line is straight."""


@dataclass(frozen=True, slots=True)
class Growth:
    """`mean`: of what was measured; `per_hour`: in the same unit."""

    mean: float
    per_hour: float

    @property
    def share(self) -> float:
        """Of the mean, per hour."""
        return self.per_hour / self.mean if self.mean else 0.0

    def as_figures(self) -> Figures:
        return {"mean": self.mean, "per_hour": self.per_hour, "share": self.share}


def growth(minutes: Sequence[float], values: Sequence[float | None]) -> Growth | None:
    """Once warm: the first ten minutes, or the first third of less than half an hour, are left out.
    None: too little was measured. A value may be missing (None).
    """
    if not minutes:
        return None
    warm = min(_WARM_MINUTES, _WARM_SHARE * max(minutes))
    points = [
        (minute, value)
        for minute, value in zip(minutes, values, strict=True)
        if minute >= warm and value is not None
    ]
    if len(points) < _FEWEST:
        return None
    places, measured = zip(*points, strict=True)
    return Growth(fmean(measured), linear_regression(places, measured).slope * _MINUTES)
