"""Hosts that differ: in what time it is, and in whom they reach."""

from proof.faults.clocks import CLOCKS
from proof.faults.installations import INSTALLATIONS

EXPERIMENTS = (CLOCKS, INSTALLATIONS)
