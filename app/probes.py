"""Probes: one call at a time finds out whether what is paused may go on.

Redis keys `cw:probe:<what>`: somebody has probed just now. They outlive the pause, so that a
service that comes and goes is not probed more often than one that is down.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from redis import Redis

from app.breaker import probing
from app.errors import (
    AuthenticationFailed,
    RateLimited,
    ServiceUnavailable,
    SyncError,
    TransientError,
)
from app.pauses import Pause, Pauses
from app.terms import milliseconds
from app.transport import run_of

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 10.0
"""A call that takes longer than this has found the service down."""
_SHARE = 0.9
"""Of the interval that a probe keeps others off: the sweeper's next tick may be a little early."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How one service is probed: `log_in` fetches a new token, `ask` makes a cheap call."""

    log_in: Callable[[], object]
    ask: Callable[[], object]


class Probes:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(
        self,
        redis: Redis,
        services: Mapping[str, Probe],
        down_seconds: float,
        credentials_seconds: float,
    ) -> None:
        """`services`: salesforce and netsuite. How often, over all processes, each is probed that
        is down, and that refuses our credentials, in seconds.
        """
        self._redis: Any = redis
        self._pauses = Pauses(redis)
        self._services = dict(services)
        self._down_seconds, self._credentials_seconds = down_seconds, credentials_seconds

    def run(self) -> list[str]:
        """Ends the pauses whose cause has passed → which."""
        paused = self._pauses.current()
        return [
            what
            for what, pause in paused.items()
            if pause.service in self._services and self._is_over(what, pause)
        ]

    def suspect(self, service: str) -> bool:
        """Asks a service that has been quiet for too long, and pauses it if it does not answer
        that either → whether it does not.
        """
        with self._turn(service, self._down_seconds) as is_due:
            return is_due and self._is_silent(service)

    def _is_silent(self, service: str) -> bool:
        try:
            self._services[service].ask()
        except ServiceUnavailable as silent:
            if silent.service != service:
                return False
            self._pauses.service_down(silent, self._down_seconds)
            return True
        except SyncError as refused:
            log.info("%s was quiet, and answers: %s", service, refused)
        return False

    @contextmanager
    def _turn(self, what: str, seconds: float) -> Iterator[bool]:
        """Whether a probe is due and nobody's is under way: then calls inside are this probe's. The
        next is due so many seconds after this one began.
        """
        key, apart = f"cw:probe:{what}", _SHARE * seconds
        longest = max(apart, _PATIENCE_SECONDS + 1)
        began = time.monotonic()
        if not self._redis.set(key, 1, nx=True, px=milliseconds(longest)):
            yield False
            return
        try:
            with probing(), run_of(_PATIENCE_SECONDS):
                yield True
        finally:
            # None left: the key is gone, and the next is due.
            self._redis.pexpire(key, milliseconds(apart - (time.monotonic() - began)))

    def _is_over(self, what: str, pause: Pause) -> bool:
        seconds = self._credentials_seconds if what == "credentials" else self._down_seconds
        with self._turn(what, seconds) as is_due:
            passed = is_due and self._passes(what, self._services[pause.service])
        if passed and self._pauses.end(what):
            log.warning("%s goes on again; it was paused %s", what, pause.told)
        return passed

    def _passes(self, what: str, probe: Probe) -> bool:
        """A service that refuses, for whatever reason, is not down."""
        try:
            if what == "credentials":
                probe.log_in()
            probe.ask()
        except AuthenticationFailed as refused:
            self._pauses.credentials_refused(refused, self._credentials_seconds)
            return what != "credentials"
        except RateLimited as limited:
            return bool(limited.service_words)  # then it has answered
        except TransientError as error:
            if isinstance(error, ServiceUnavailable) and error.service == what:
                self._pauses.still_down(error, self._down_seconds)
            return False
        except SyncError as refused:
            log.warning("the probe of %s was refused: %s", what, refused)
        return True
