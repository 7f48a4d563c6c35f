"""What each scenario must show, as data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Figures = Mapping[str, float | None]
"""Name to value. None: it could not be measured, and no target is met by it."""
Bound = Literal["at most", "at least", "exactly"]


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on one figure of one scenario."""

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


def _throughput(creates: str, updates: str, allowance: float) -> Iterator[Target]:
    """Of the limit that concurrency and latency set, `allowance` less is enough."""
    yield Target(creates, "share_of_limit", "at least", 0.90 - allowance)
    yield Target(updates, "share_of_limit", "at least", 0.95 - allowance)
    for scenario in (creates, updates):
        yield Target(scenario, "refused", "exactly", 0)
        yield from _all_synced(scenario)


def _thrift(creates: str, updates: str) -> Iterator[Target]:
    """How few requests are enough. Several processes share neither look-ups nor readings."""
    yield Target(creates, "netsuite_requests_per_customer", "at most", 1.10)
    yield Target(updates, "netsuite_requests_per_customer", "at most", 1.02)
    for scenario in (creates, updates):
        yield Target(scenario, "salesforce_requests_per_account", "at most", 0.15)


def _all_synced(scenario: str) -> Iterator[Target]:
    yield Target(scenario, "letters", "exactly", 0)
    yield Target(scenario, "not_synced", "exactly", 0)


TARGETS = (
    *_throughput("creates", "updates", 0.0),
    *_thrift("creates", "updates"),
    *_throughput("creates-together", "updates-together", 0.05),
    Target("unchanged", "netsuite_writes", "exactly", 0),
    Target("unchanged", "netsuite_requests", "exactly", 0),
    *_all_synced("unchanged"),
    Target("drop", "missing_customers", "exactly", 0),
    Target("drop", "surplus_customers", "exactly", 0),
    Target("drop", "dropped_share", "at least", 0.2),
    *_all_synced("drop"),
    Target("outage", "share_under_way_at_outage", "at least", 0.95),
    Target("outage", "letters_ever", "exactly", 0),
    Target("outage", "seconds_to_first_write", "at most", 20),
    *_all_synced("outage"),
)


def verdicts(scenario: str, figures: Figures, targets: Iterable[Target] = TARGETS) -> list[Verdict]:
    """On every target of the scenario."""
    return [
        Verdict(target, figures.get(target.figure))
        for target in targets
        if target.scenario == scenario
    ]
