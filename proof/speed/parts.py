"""The parts of the benchmark, in the order in which they are told."""

from proof.speed import beside, burst, growth, latency, limit, memory, scaling
from proof.speed.part import Part

PARTS: tuple[Part, ...] = (
    limit.PART,
    beside.PART,
    latency.PART,
    burst.PART,
    growth.PART,
    memory.PART,
    scaling.PART,
)
