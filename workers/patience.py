"""How the listener waits: before it connects anew, and before it tries the same batch again."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from app.errors import SyncError, TransientError
from app.retry import Backoff
from app.salesforce.pubsub_errors import SlowDown
from workers.channel_state import HEARTBEAT_SECONDS, ChannelState
from workers.redis_errors import redis_may_pass

log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


def may_pass(problem: Exception) -> bool:
    """Whether the same step may succeed later without a person's help."""
    return isinstance(problem, TransientError) or redis_may_pass(problem)


def in_words(problem: Exception) -> str:
    """What went wrong, and at whose end."""
    words = f"{type(problem).__name__}: {problem}"[:300]
    if isinstance(problem, RedisError | OperationalError):
        return f"Redis does not answer at REDIS_URL, or cannot serve just now ({words})"
    if isinstance(problem, SyncError) and problem.service:
        said = f" ({problem.service_words[:100]})" if problem.service_words else ""
        return f"{problem.service.capitalize()} failed: {words}{said}"
    return words


def seconds_of_rest(problem: Exception, failures: int, backoff: Backoff, slowest: float) -> float:
    """How long to wait after so many failures before: with jitter, so that not all come at once.

    Salesforce's own wish comes first. Where it asks us to slow down, each wait is twice as long as
    the one before, up to `slowest`.
    """
    wish = problem.retry_after if isinstance(problem, TransientError) else None
    if wish is None:
        return backoff.delay(failures)
    if isinstance(problem, SlowDown):
        wish = min(max(wish, slowest), wish * 2.0 ** min(failures, 30))
        return wish + Backoff(wish / 4, wish / 4).delay(0)
    return wish + backoff.delay(0)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the listener waits for what, in seconds."""

    silence: float = 300.0
    """A stream on which nothing came for so long is dead: live ones are kept so every 270 s."""
    idle: float = 45.0
    """When Salesforce owes nothing: it closes such a stream after 60."""
    reconnect: Backoff = field(default_factory=lambda: Backoff(1.0, 15.0))
    """Short, as an outage's events wait for it. What Salesforce wishes goes first."""
    repeat: Backoff = field(default_factory=lambda: Backoff(0.2, 5.0))
    """Before the same batch is tried again."""
    slowest: float = 3600.0
    """The longest wait after a limit of Salesforce's was reached again and again."""
    heartbeat: float = HEARTBEAT_SECONDS
    """How often a channel shows that it lives, and looks after what is open."""
    settled: float = 2.0
    """After which a stream on which nothing came and nothing failed counts as open."""
    standby: float = 2.0
    """How often one that stands by looks whether anybody listens."""


class ToldToStop(Exception):
    """The channel ends: whatever is not acknowledged comes again after the next start."""


class Persistence:
    """Of one channel: its waits are logged and shown, and end when the process is to end."""

    def __init__(
        self, channel: str, patience: Patience, stop: threading.Event, state: ChannelState
    ) -> None:
        self._channel, self._patience, self._stop, self._state = channel, patience, stop, state
        self._said = ""

    def insist(self, step: Callable[[], _Result]) -> _Result:
        """Takes the step until it succeeds: what was heard is kept, and no more is asked for.

        Raises:
            ToldToStop: the channel is to end meanwhile.
            PermanentError, RolledBack, Superseded: as the step does.
        """
        failures = 0
        while True:
            try:
                result = step()
            except (SyncError, RedisError, OperationalError) as problem:
                if not may_pass(problem):
                    raise
                self.rest(problem, failures, self._patience.repeat)
                failures += 1
            else:
                if failures:
                    self.passed()
                    self._state.recovered()
                return result

    def passed(self) -> None:
        """Whatever fails next is news, even if it has failed before."""
        self._said = ""

    def rest(self, problem: Exception, failures: int, backoff: Backoff) -> None:
        """Waits: as long as Salesforce wishes, else longer each time; with jitter. The log says the
        same problem once, until it has passed or changed.

        Raises:
            ToldToStop: the channel is to end meanwhile.
        """
        left = seconds_of_rest(problem, failures, backoff, self._patience.slowest)
        if not self._stop.is_set():
            words = in_words(problem)
            kind = f"{type(problem).__name__}: {problem}"  # not Salesforce's words: ids are in them
            level = logging.DEBUG if kind == self._said else logging.WARNING
            log.log(level, "%s: again in %.1f s, after %s", self._channel, left, words)
            self._said = kind
            self._state.say(f"again in {left:.0f} s, after {words}")
        while left > 0 and not self._stop.wait(min(left, self._patience.heartbeat)):
            left -= self._patience.heartbeat
            self._state.renew()
        if self._stop.is_set():
            raise ToldToStop
