"""What a worker process holds, and that it still does: its rows' leases are short, and renewed.

A lease says that the row's process lives; how long a run may take is another matter (`run_of` in
app/transport.py). So the rows of a process that was killed are another's after seconds, and a
thread that hangs loses its row once the time of its run is up.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from app.ledger import Ledger
from app.terms import Held

log = logging.getLogger(__name__)

LEASE_SECONDS = 8.0
_BEAT_SECONDS = 2.0
_AGAIN_SECONDS = 0.5
"""After a beat to which Redis did not answer."""
_UNHEARD = (RedisError, OperationalError)


@dataclass(frozen=True, slots=True)
class _Row:
    held: Held
    ends_at: float
    """The time of its run, in monotonic seconds."""


class Holding:
    """One per process; threads share it. Its own thread begins with the first row, and is all that
    speaks to its ledger.
    """

    def __init__(self, ledger: Ledger, lease: float = LEASE_SECONDS) -> None:
        """`ledger`: on a Redis client that gives up within a part of a lease, in seconds."""
        self._ledger, self._lease = ledger, lease
        self._mutex = threading.Lock()
        self._rows: dict[int, _Row] = {}
        """By the identity of their `Held`."""
        self._returned: list[Held] = []
        self._news, self._closing = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._is_heard = True

    @contextmanager
    def keep(self, held: Held, seconds: float) -> Iterator[None]:
        """Inside, the row's lease does not end, for so many seconds at most.

        If Redis does not answer the work's last words, the row goes to another as soon as Redis
        answers, and its worker does not count as lost.
        """
        self._begin()
        with self._mutex:
            self._rows[id(held)] = _Row(held, time.monotonic() + seconds)
        self._news.set()
        try:
            yield
        except _UNHEARD:
            with self._mutex:
                self._returned.append(held)
            self._news.set()
            raise
        finally:
            with self._mutex:
                self._rows.pop(id(held), None)

    def close(self) -> None:
        """Ends the thread. What was not handed back by then waits for the end of its lease."""
        self._closing.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        if self._thread is not None:
            return
        with self._mutex:
            if self._thread is None:
                # A daemon: it ends with the process, and the leases soon after.
                self._thread = threading.Thread(target=self._run, name="holding", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = _BEAT_SECONDS
        while not self._closing.wait(pause):
            pause = self._beat()

    def _beat(self) -> float:
        """→ seconds until the next."""
        self._news.clear()
        now = time.monotonic()
        with self._mutex:
            rows = {key: row.held for key, row in self._rows.items() if now < row.ends_at}
            returned = list(self._returned)
        try:
            self._renew(rows)
            for held in returned:
                self._ledger.hand_back(held)
                self._returned.remove(held)
        except _UNHEARD as error:
            if self._is_heard:
                log.warning("leases are not renewed until Redis answers: %s", error)
            self._is_heard = False
            return _AGAIN_SECONDS
        self._is_heard = True
        if not rows and not self._closing.is_set():
            self._news.wait()
        return _BEAT_SECONDS

    def _renew(self, rows: dict[int, Held]) -> None:
        """Who has lost a row learns it from its next move."""
        lost = self._ledger.renew(rows.values(), self._lease) if rows else set()
        with self._mutex:
            for key, held in rows.items():
                if held.account in lost:
                    self._rows.pop(key, None)
