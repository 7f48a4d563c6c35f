"""One change's way from Salesforce to NetSuite, as both clouds' logs tell it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from proof.rig.traffic import Request


@dataclass(frozen=True, slots=True)
class Change:
    """`committed`: when Salesforce had taken it, epoch seconds. `names`: what the calls that it
    costs name: ids of records, as far as each is written anywhere.
    """

    account: str
    committed: float
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """In milliseconds."""

    total: float
    """From Salesforce's commit to NetSuite's: the end of the last write."""
    calls: float
    """How long the clouds took for all calls between."""

    @property
    def excess(self) -> float:
        """What is the system's own: waiting, queues, work."""
        return self.total - self.calls


def journey(change: Change, log: Iterable[Request]) -> Journey | None:
    """By the log of both clouds since the change; None: it was not written. A call that several
    changes share counts whole for each.
    """
    own = [
        request
        for request in log
        if request.at >= change.committed and any(name in request.said for name in change.names)
    ]
    written = [request.ended for request in own if request.is_write and request.is_success]
    if not written:
        return None
    arrived = min(written)
    calls = sum(request.seconds for request in own if request.ended <= arrived)
    return Journey(1000 * (arrived - change.committed), 1000 * calls)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The least value that so many are not above (0.5: the median); None: there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
