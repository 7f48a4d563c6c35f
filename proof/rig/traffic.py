"""What a log of requests tells: how many of which kind came, and how fast the writes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WRITTEN = ("customer.", "customerSubsidiaryRelationship.")
_WRITING = (".post", ".put", ".patch", ".delete")
_APART = ("token", "metadata")
"""Sent once in a while, whatever the number of accounts."""
_RAMP = 0.1
"""The share of the writes at either end that is left out: all rows are opened at once, so the first
writes wait for the stages before, and the last ones are not enough to use every place."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call as a simulator has logged it. `status`: None where no answer was sent; `at`: when it
    arrived, epoch seconds; `seconds`: how long it took; `said`: address, query and body.
    """

    call: str
    status: int | None
    at: float
    seconds: float
    said: str = ""

    @property
    def ended(self) -> float:
        return self.at + self.seconds

    @property
    def is_write(self) -> bool:
        """Of a record in NetSuite, whatever became of it."""
        return self.call.startswith(_WRITTEN) and self.call.endswith(_WRITING)

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def by_call(requests: Iterable[Request]) -> dict[str, int]:
    """Name of a call to how many came, the most frequent first."""
    return dict(Counter(request.call for request in requests).most_common())


def counted(requests: Iterable[Request]) -> list[Request]:
    """Those that accounts cost: look-ups and writes. Tokens and metadata are told apart."""
    return [request for request in requests if request.call not in _APART]


def writes(requests: Iterable[Request]) -> list[Request]:
    """Those that NetSuite has taken and answered."""
    return [request for request in requests if request.is_write and request.is_success]


def steady_rate(times: Sequence[float]) -> float | None:
    """Per second, between the 10th and the 90th percentile; None: they are too few to tell."""
    ordered = sorted(times)
    last = len(ordered) - 1
    first, final = round(_RAMP * last), round((1 - _RAMP) * last)
    if last < 1 or ordered[final] <= ordered[first]:
        return None
    return (final - first) / (ordered[final] - ordered[first])


def first_after(requests: Iterable[Request], moment: float) -> float | None:
    """Seconds from the moment to the first of the requests that came after it; None: none did."""
    later = [request.at for request in requests if request.at >= moment]
    return min(later) - moment if later else None
