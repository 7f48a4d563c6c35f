"""What a worker process holds, and that it still does: its rows' leases are short, and renewed.

A lease says that the row's process lives; how long a run may take is another matter (`run_of` in
app/transport.py). So the rows of a process that was killed are another's after seconds, and a
thread that hangs loses its row once the time of its run is up.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.ledger import Ledger
from app.terms import Held
from workers.redis_errors import redis_may_pass

log = logging.getLogger(__name__)

LEASE_SECONDS = 8.0
_BEAT_SECONDS = 2.0
_AGAIN_SECONDS = 0.5
"""After a beat to which Redis did not answer."""


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
        self._returned: deque[Held] = deque()
        self._news, self._closing = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._is_heard = True

    @contextmanager
    def keep(self, held: Held, seconds: float) -> Iterator[None]:
        """Inside, the row's lease does not end, for so many seconds at most.

        If Redis cannot serve the work's last words just now, the row goes to another once it can,
        and its worker does not count as lost. What never passes leaves the row to its lease's end.
        """
        self._begin()
        with self._mutex:
            self._rows[id(held)] = _Row(held, time.monotonic() + seconds)
        self._news.set()
        try:
            yield
        except Exception as error:
            if redis_may_pass(error):
                self.give_back(held)
            raise
        finally:
            with self._mutex:
                self._rows.pop(id(held), None)

    def give_back(self, held: Held) -> None:
        """Another is to go on with the row, as soon as Redis can serve."""
        self._begin()
        self._returned.append(held)
        self._news.set()

    def close(self) -> None:
        """Ends the thread, after a last attempt to hand back what was given back. What Redis does
        not hear of waits for the end of its lease.
        """
        self._closing.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join()
            self._beat()

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _begin(self) -> None:
        if self._is_running() or self._closing.is_set():
            return
        with self._mutex:
            if not self._is_running():
                # A daemon: it ends with the process, and the leases soon after.
                self._thread = threading.Thread(target=self._run, name="holding", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = _BEAT_SECONDS
        while not self._closing.wait(pause):
            pause = self._beat()

    def _beat(self) -> float:
        """→ seconds until the next. A bug is told, and leases are renewed all the same."""
        self._news.clear()
        now = time.monotonic()
        with self._mutex:
            rows = {key: row.held for key, row in self._rows.items() if now < row.ends_at}
        try:
            self._renew(rows)
            self._hand_back()
        except Exception as error:
            if not redis_may_pass(error):
                log.exception("a bug: leases were not renewed, or a row was not handed back")
                return _BEAT_SECONDS
            if self._is_heard:
                log.warning("leases are not renewed until Redis answers: %s", error)
            self._is_heard = False
            return _AGAIN_SECONDS
        self._is_heard = True
        if not rows and not self._closing.is_set():
            self._news.wait()
        return _BEAT_SECONDS

    def _hand_back(self) -> None:
        """What a bug keeps from being handed back waits for the end of its lease."""
        while self._returned:
            held = self._returned.popleft()
            try:
                self._ledger.hand_back(held)
            except Exception as error:
                if redis_may_pass(error):
                    self._returned.appendleft(held)
                raise

    def _renew(self, rows: dict[int, Held]) -> None:
        """Who has lost a row learns it from its next move."""
        lost = self._ledger.renew(rows.values(), self._lease) if rows else set()
        with self._mutex:
            for key, held in rows.items():
                if held.account in lost:
                    self._rows.pop(key, None)
