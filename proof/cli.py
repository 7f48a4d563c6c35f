"""The commands `closedwon faults` and `closedwon bench`."""

from proof.faults.command import faults
from proof.speed.command import bench

__all__ = ["bench", "faults"]
