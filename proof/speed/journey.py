"""One change's way from Salesforce to NetSuite, as both clouds' logs tell it."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from proof.rig.traffic import Request


@dataclass(frozen=True, slots=True)
class Change:
    """`committed`: when Salesforce had taken it, epoch seconds. `names`: what the calls that it
    costs name: ids of records, as far as each is written anywhere. `calls`: those that it may cost,
    by name, each as often as it is listed.
    """

    account: str
    committed: float
    names: tuple[str, ...]
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """In milliseconds."""

    total: float
    """From Salesforce's commit to NetSuite's: the end of the last write."""
    calls: float
    """How long the clouds took for the calls between that the change may cost."""
    made: int = 0
    """How many calls named the change, those among them that it may not cost, too."""

    @property
    def excess(self) -> float:
        """What is the system's own: waiting, queues, work, and calls too many."""
        return self.total - self.calls


def journey(change: Change, log: Iterable[Request]) -> Journey | None:
    """By the log of both clouds since the change; None: it was not written. A call that several
    changes share counts whole for each.
    """
    own = [
        request
        for request in sorted(log, key=lambda request: request.at)
        if request.at >= change.committed and any(name in request.said for name in change.names)
    ]
    written = [request.ended for request in own if request.is_write and request.is_success]
    if not written:
        return None
    arrived = min(written)
    between = [request for request in own if request.at < arrived]
    calls = sum(request.seconds for request in _allowed(change, between, arrived))
    return Journey(1000 * (arrived - change.committed), 1000 * calls, len(between))


def _allowed(change: Change, between: Iterable[Request], arrived: float) -> list[Request]:
    """Of the calls that were taken, the first of each name, as many as the change may cost. A call
    too many is no part of the way: its time is the system's.
    """
    left = Counter(change.calls)
    allowed = []
    for request in between:
        if request.is_success and request.ended <= arrived and left[request.call]:
            left[request.call] -= 1
            allowed.append(request)
    return allowed


def percentile(values: Sequence[float], share: float) -> float | None:
    """The least value that so many are not above (0.5: the median); None: there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
