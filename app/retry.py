"""All retry policy: what becomes of an account's run that failed, as a value."""

import random
from dataclasses import dataclass

from app.errors import AuthenticationFailed, SyncError, TransientError

_RANDOM = random.SystemRandom()


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
    """The same stage once more, after `delay` seconds; `pause`: the service that rests so long."""

    delay: float
    counted: bool
    pause: str = ""


def after(
    error: SyncError, failures: int, backoff: Backoff, credentials_pause_seconds: float
) -> Again | None:
    """What follows a failure after so many, counted or not; None: a dead letter.

    The server's own wish comes first; a little jitter spreads those who were told the same.
    Refused credentials are nobody's record's fault: the service rests, and everybody waits.
    """
    if isinstance(error, AuthenticationFailed):
        return Again(credentials_pause_seconds, counted=False, pause=error.service)
    if not isinstance(error, TransientError):
        return None
    if error.retry_after is not None:
        return Again(error.retry_after + backoff.delay(0), error.counts)
    return Again(backoff.delay(failures), error.counts)
