"""One at a time: whose turn it is to read a page, over all workers and commands.

Redis key `cw:reconciling`.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis import Redis
from redis.exceptions import LockError
from redis.lock import Lock

from app.transport import run_of

_MARGIN_SECONDS = 10.0
"""Between Salesforce's last answer and the end of the turn: for opening what was found."""


class Turns:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis, call_seconds: float) -> None:
        """`call_seconds`: how long one call to Salesforce may take."""
        self._redis = redis
        self._turn_seconds = call_seconds + 20 + _MARGIN_SECONDS

    @contextmanager
    def take(self, patience_seconds: float = 0.0) -> Iterator[Lock | None]:
        """None: another has the turn, and kept it for so long."""
        lock = self._redis.lock("cw:reconciling", timeout=self._turn_seconds)
        patient = patience_seconds > 0
        if not lock.acquire(blocking=patient, blocking_timeout=patience_seconds or None):
            yield None
            return
        try:
            yield lock
        finally:
            with suppress(LockError):  # it took longer than the turn lasts
                lock.release()

    @contextmanager
    def page(self, lock: Lock) -> Iterator[None]:
        """Begins the turn's time anew. Inside, no call goes on for longer than it lasts.

        Raises:
            redis.exceptions.LockError: it is another's turn by now.
        """
        lock.reacquire()
        with run_of(self._turn_seconds - _MARGIN_SECONDS):
            yield
