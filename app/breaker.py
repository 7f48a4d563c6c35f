"""A breaker for each service: after a few failures in a row it is not called any more, until a
probe (app/probes.py) finds that it answers.

The pause in Redis stops the stages, for all processes; the breaker is one process's knowledge of
it, for whoever has claimed a row already. What succeeds costs no round trip to Redis.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from redis.exceptions import RedisError

from app.errors import ServiceDown, ServiceFailed, ServiceUnavailable
from app.pauses import Pauses

FAILURES = 3
_KNOWN_SECONDS = 1.0
"""How long a look at the pause is good for."""
_SEVERAL = 2
_KINDS = ("read", "write")
_NAMES = {"netsuite": "NetSuite", "salesforce": "Salesforce"}
_is_probe: ContextVar[bool] = ContextVar("is_probe", default=False)
_is_impatient: ContextVar[bool] = ContextVar("is_impatient", default=False)


@contextmanager
def probing() -> Iterator[None]:
    """Inside, calls go out although the service is known to be down, and prove nothing by
    themselves: whoever probes decides.
    """
    earlier = _is_probe.set(True)
    try:
        yield
    finally:
        _is_probe.reset(earlier)


def is_probing() -> bool:
    """Whether this call is a probe's."""
    return _is_probe.get()


@contextmanager
def impatient() -> Iterator[None]:
    """Inside, failures count for nothing: somebody waits, and gives a service less time than the
    flow does. What is known to be down is left alone nonetheless.
    """
    earlier = _is_impatient.set(True)
    try:
        yield
    finally:
        _is_impatient.reset(earlier)


class Breaker:
    """Of one service, in one process; threads share it.

    Reads and writes are counted apart: a service may well read while it cannot save. A failure for
    which the service is to blame, not the record, is marked as uncounted (SyncError.counts): every
    read, which asks for many records at once; a write while the service is known to be down, while
    the writes of several records fail and none succeeds, and where none has succeeded yet since
    more than one record's writes failed together, unless the service answers that it failed.
    """

    def __init__(
        self, service: str, pauses: Pauses, probe_seconds: float, failures: int = FAILURES
    ) -> None:
        """`service`: salesforce or netsuite, which is its pause, too. `probe_seconds`: how often
        it is probed, for the words.
        """
        self.service = service
        self._pauses, self._most, self._probe_seconds = pauses, failures, probe_seconds
        self._lock = threading.Lock()
        self._in_a_row = dict.fromkeys(_KINDS, 0)
        self._failing: set[str] = set()
        """Records whose write failed since one succeeded; several tell as much as more."""
        self._has_saved = False
        """A write has succeeded since the last outage that was not one record's alone."""
        self._last: ServiceUnavailable | None = None
        self._is_down, self._known_until, self._up_since = False, 0.0, 0.0
        self._told: Callable[[], None] = lambda: None

    def when_up(self, told: Callable[[], None]) -> None:
        """`told` is called when it is seen that the service is up again, before any new call of
        this process goes out.
        """
        self._told = told

    def is_down(self) -> bool:
        """Whether the service is known to be down; looks up whether it still is.

        Raises:
            redis.exceptions.RedisError: Redis does not answer.
        """
        self._look()
        return self._is_down

    def ensure_up(self) -> None:
        """
        Raises:
            ServiceDown: the service is known to be down, and nothing was sent.
        """
        if self._is_down and not _is_probe.get() and self._still_down():
            raise ServiceDown(
                f"{_NAMES[self.service]} is down: the flow waits for it.", service=self.service
            )

    @contextmanager
    def watch(self, record: str = "") -> Iterator[None]:
        """One call: it ends well if there is an answer, be it a refusal. `record`: what is written,
        by whatever names it; empty: a read.

        Raises:
            ServiceDown: as `ensure_up`.
        """
        self.ensure_up()
        began = time.monotonic()
        try:
            yield
        except ServiceUnavailable as error:
            self._failed(error, record, began)
            raise
        self._succeeded(record)

    def _succeeded(self, record: str) -> None:
        kind = _kind(record)
        is_news = self._in_a_row[kind] or (record and (self._failing or not self._has_saved))
        if is_news and not _is_probe.get():
            with self._lock:
                self._in_a_row[kind] = 0
                if record:
                    self._failing.clear()
                    self._has_saved = True

    def _failed(self, error: ServiceUnavailable, record: str, began: float) -> None:
        if _is_probe.get() or isinstance(error, ServiceDown) or error.service != self.service:
            return
        if _is_impatient.get():
            with suppress(RedisError):  # the caller's failure is the one to tell
                self._look()
            return
        with self._lock:
            if error is self._last:  # of one call that several have waited for
                return
            self._last = error
            if record and len(self._failing) < _SEVERAL:
                self._failing.add(record)
            is_old = began < self._up_since  # it hung since before the service was up again
            if not is_old:
                self._in_a_row[_kind(record)] += 1
            trips = self._in_a_row[_kind(record)] >= self._most
            spares = is_old or not record or self._blames_service(error)
        with suppress(RedisError):  # the caller's failure is the one to tell
            self._trip(error) if trips else self._look()
        if self._is_down or spares:
            error.counts = False

    def _blames_service(self, error: ServiceUnavailable) -> bool:
        """For a write that failed: not unless others tell that it is not the record."""
        if len(self._failing) >= _SEVERAL:
            return True
        return not (self._has_saved or isinstance(error, ServiceFailed))

    def _trip(self, error: ServiceUnavailable) -> None:
        self._pauses.service_down(error, self._probe_seconds)
        self._note(is_down=True)

    def _still_down(self) -> bool:
        if time.monotonic() >= self._known_until:
            with suppress(RedisError):  # then the call itself will tell
                self._look()
        return self._is_down

    def _look(self) -> None:
        self._note(is_down=self._pauses.get(self.service) is not None)

    def _note(self, *, is_down: bool) -> None:
        now = time.monotonic()
        with self._lock:
            try:
                if self._is_down and not is_down:
                    if self._in_a_row["read"] or len(self._failing) >= _SEVERAL:
                        self._has_saved = False
                    self._in_a_row, self._up_since = dict.fromkeys(_KINDS, 0), now
                    self._told()  # before others see it: their new calls are not to be given up
            finally:
                self._is_down, self._known_until = is_down, now + _KNOWN_SECONDS


def _kind(record: str) -> str:
    return "write" if record else "read"
