"""The governor: NetSuite's requests at a time, shared by every worker on every host.

NetSuite counts the whole account's requests. Processes divide them in Redis, a number for each,
under short leases (app/netsuite/allotment.py); inside a process they go from call to call
(app/netsuite/slots.py). docs/decisions/0017-governor.md says why.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis import Redis, RedisError

from app.netsuite.allotment import Allotment, GovernorState, Pace
from app.netsuite.slots import Report, Slots
from app.transport import seconds_left

_CALLS_AVERAGED = 16


class Governor:
    """One per process; threads share it. Nothing begins before the first slot is asked for."""

    def __init__(
        self, redis: Redis, configured: int, patience_seconds: float, pace: Pace | None = None
    ) -> None:
        """`redis` is the governor's own, closed with it; it should give up within a part of a
        lease. `configured` slots for all processes; a call waits so long for one.
        """
        self._pace, self._patience = pace or Pace(), patience_seconds
        self._allotment = Allotment(redis, configured, self._pace)
        self._asked, self._closing = threading.Event(), threading.Event()
        self._slots = Slots(configured, self._asked.set)
        self._call_seconds = 0.0
        self._starting = threading.Lock()
        self._negotiator: threading.Thread | None = None

    @contextmanager
    def slot(self, ahead: bool = False) -> Iterator[None]:
        """Holds a slot for one request; `ahead` of this process's other calls, for look-ups.

        Raises:
            RateLimited: none became free in time, NetSuite wishes no calls for longer, or the
                process is to end.
            redis.exceptions.RedisError: Redis does not answer: nothing is sent without a slot.
        """
        self._begin()
        self._slots.take(ahead, seconds_left(self._patience))
        began = time.monotonic()
        try:
            yield
        finally:
            self._slots.free()
            # Two threads that write at once lose one call's part of an average: no harm.
            self._call_seconds += (time.monotonic() - began - self._call_seconds) / _CALLS_AVERAGED

    def spare_seconds(self) -> float:
        """For how long the writes that wait here keep this process's slots busy, over one more
        call: a look-up may wait so long for others to ride with it, and no slot stands idle.
        """
        return max(0.0, self._slots.rounds_waiting() - 1) * self._call_seconds

    def refused(self, retry_after: float | None) -> None:
        """NetSuite refused a request for their number: all processes slow down.

        Raises:
            redis.exceptions.RedisError: Redis does not answer.
        """
        self._allotment.refused(retry_after)
        self._asked.set()

    def is_storm(self) -> bool:
        """Whether NetSuite refused some process's request for their number a short while ago: it
        may refuse logins then, too, and mean the same. Known without asking Redis.
        """
        return self._allotment.is_storm()

    def state(self) -> GovernorState:
        """How it stands, over all processes.

        Raises:
            redis.exceptions.RedisError: Redis does not answer.
        """
        return self._allotment.state()

    def end(self) -> None:
        """The process is to end: no call begins any more, and nobody waits for a slot."""
        self._slots.end()

    def close(self) -> None:
        """Gives all slots back, and Redis's connections."""
        with self._starting:
            negotiator, self._negotiator = self._negotiator, None
        if negotiator is not None:
            self._closing.set()
            self._asked.set()
            negotiator.join()
            self._closing.clear()
        self._allotment.close()

    def _begin(self) -> None:
        if self._negotiator is not None and self._negotiator.is_alive():
            return
        with self._starting:
            if self._negotiator is None or not self._negotiator.is_alive():
                # A daemon: it does not keep a process alive that ends without `close`.
                self._negotiator = threading.Thread(target=self._run, name="governor", daemon=True)
                self._negotiator.start()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._asked.wait(self._slots.seconds_to_report(self._pace.soon, self._pace.beat))
            self._asked.clear()
            told = self._slots.report()
            try:
                grant = self._allotment.negotiate(told)
            except RedisError as error:
                self._slots.failed(error)
            else:
                self._slots.answered(told, grant)
        self._leave()

    def _leave(self) -> None:
        busy = self._slots.report().busy
        with suppress(RedisError):  # the lease ends by itself
            self._allotment.negotiate(Report(held=busy, demand=0, busy=busy, waiting=0))
