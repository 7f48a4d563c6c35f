"""What of a table is drawn, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Chart:
    """`bars`: a bar for each row and series. `lines`: a point for each row, at the figure `x`."""

    kind: Literal["bars", "lines"]
    series: Mapping[str, str]
    """Figure to what the legend calls it."""
    axis: str
    """What is measured, with its unit."""
    x: str = ""
    x_axis: str = ""
    logarithmic: bool = False
    """The axis x of lines."""
    target: float | None = None
    """Where a line is drawn: what the series are held against."""
    percent: bool = False
