"""All retry policy: what becomes of an account's run that failed, as a value."""

import random
from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.errors import (
    AuthenticationFailed,
    ServiceDown,
    ServiceFailed,
    ServiceUnavailable,
    SyncError,
    TransientError,
)

_RANDOM = random.SystemRandom()

FREE_FAILURES = 2
"""So many times a service may fail on a record before it counts: an outage shows by then."""
MOST_FREE_FAILURES = 100
"""However often the service is to blame: a record on which it breaks must become a letter. With a
probe every six seconds, a service that comes and goes has ten minutes at least."""
FAILED_LIMIT = 1
"""How many counted failures without a reason are tried again: scripts that fail do so for ever."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential backoff with full jitter, in seconds."""

    first: float
    longest: float

    def delay(self, failures: int) -> float:
        """A wait after so many failures: anything from 0 to the doubled bound."""
        return _RANDOM.uniform(0, min(self.longest, self.first * 2.0 ** min(failures, 30)))


Counter = Literal["attempts", "throttled", "doubted", "spared"]
"""What a failed run is held against: the record, which has so many attempts; a limit or a pause;
nobody yet, as it may be the record or the service; the service. Each is bounded but `throttled`.
"""


class Past(NamedTuple):
    """How often a row has failed before, by counter."""

    attempts: int = 0
    throttled: int = 0
    doubted: int = 0
    spared: int = 0


@dataclass(frozen=True, slots=True)
class Again:
    """The same stage once more, after `delay` seconds."""

    delay: float
    counter: Counter


def after(error: SyncError, past: Past, backoff: Backoff) -> Again | None:
    """What follows a failure; None: a dead letter.

    The server's own wish comes first; a little jitter spreads those who were told the same. Where
    the service is to blame, a pause makes the row wait, and it comes back soon after its end.
    The same holds where our credentials are refused.
    """
    if isinstance(error, AuthenticationFailed | ServiceDown):
        return Again(backoff.delay(0), "throttled")
    if not isinstance(error, TransientError):
        return None
    counter = _counter(error, past)
    if counter == "spared":
        return Again(backoff.delay(0), counter)
    if counter == "attempts" and isinstance(error, ServiceFailed) and past.attempts >= FAILED_LIMIT:
        return None
    if error.retry_after is not None:
        return Again(error.retry_after + backoff.delay(0), counter)
    # A record that has met pauses, be it often, is not put off for longer once its service is back.
    limits = past.throttled if counter == "throttled" else 0
    return Again(backoff.delay(past.attempts + limits + past.doubted), counter)


def _counter(error: TransientError, past: Past) -> Counter:
    if not isinstance(error, ServiceUnavailable):
        return "attempts" if error.counts else "throttled"
    if error.counts:
        return "doubted" if past.doubted < FREE_FAILURES else "attempts"
    return "spared" if past.spared < MOST_FREE_FAILURES else "attempts"
