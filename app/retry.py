"""All retry policy: what becomes of an account's run that failed, as a value."""

import random
from dataclasses import dataclass

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
MOST_FREE_FAILURES = 50
"""However long others fail, too: a record on which every service breaks must become a letter."""
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


@dataclass(frozen=True, slots=True)
class Again:
    """The same stage once more, after `delay` seconds."""

    delay: float
    counted: bool


def after(error: SyncError, attempts: int, uncounted: int, backoff: Backoff) -> Again | None:
    """What follows a failure after so many counted and uncounted ones; None: a dead letter.

    The server's own wish comes first; a little jitter spreads those who were told the same. Where
    the service is to blame, a pause makes the row wait, and it comes back soon after its end.
    The same holds where our credentials are refused.
    """
    if isinstance(error, AuthenticationFailed):
        return Again(backoff.delay(0), counted=False)
    if not isinstance(error, TransientError):
        return None
    counted = error.counts
    if isinstance(error, ServiceUnavailable):
        counted = _counts(error, uncounted)
        if not error.counts and not counted:
            return Again(backoff.delay(0), counted=False)
    if counted and isinstance(error, ServiceFailed) and attempts >= FAILED_LIMIT:
        return None
    if error.retry_after is not None:
        return Again(error.retry_after + backoff.delay(0), counted)
    return Again(backoff.delay(attempts + uncounted), counted)


def _counts(error: ServiceUnavailable, uncounted: int) -> bool:
    if isinstance(error, ServiceDown):
        return False
    return uncounted >= (FREE_FAILURES if error.counts else MOST_FREE_FAILURES)
