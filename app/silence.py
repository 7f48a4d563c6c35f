"""Silence: calls that a service has taken, and does not answer.

A save may be slow, so it has a minute. But where a service answers nothing at all any more, to
nobody, that minute is lost to everyone: its calls hold all the places, so that nothing else can
fail and tell; and what it took meanwhile stays unanswered though it is up again. So a probe asks
as soon as it is too quiet, and calls that are older than the outage are given up at its end.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
from redis.exceptions import RedisError

from app.breaker import Breaker, is_probing
from app.lines import Lines

_BEAT_SECONDS = 1.0
QUIET_SECONDS = 15.0
"""Nothing was answered for so long, and somebody waits."""
OLD_SECONDS = 5.0
"""A call that has waited less may well be answered yet, and is no reason to ask anybody."""


class Silence:
    """Of one service, in one process; threads share it. Its own thread begins with the first call
    and looks once a second while calls are under way.
    """

    def __init__(
        self,
        breaker: Breaker,
        quiet_seconds: float = QUIET_SECONDS,
        old_seconds: float = OLD_SECONDS,
        beat_seconds: float = _BEAT_SECONDS,
    ) -> None:
        self._breaker, self._beat_seconds = breaker, beat_seconds
        self._quiet_seconds, self._old_seconds = quiet_seconds, old_seconds
        self._lines = Lines()
        self._mutex = threading.Lock()
        self._since: dict[httpx.Request, float] = {}
        """When each call under way began, the oldest first; monotonic seconds."""
        self._heard_at = 0.0
        self._calls, self._closing = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._suspect: Callable[[], object] | None = None
        breaker.when_up(self._give_up)

    def probe_with(self, suspect: Callable[[], object]) -> None:
        """`suspect` asks the service a cheap question, and pauses it if that is not answered
        either. Without, nothing is suspected.
        """
        self._suspect = suspect

    @property
    def under_way(self) -> int:
        """How many calls wait for an answer."""
        return len(self._since)

    @contextmanager
    def awaiting(self, request: httpx.Request) -> Iterator[None]:
        """Inside, the request is sent, and answered. A probe's tells nothing here."""
        request.extensions["trace"] = self._lines.trace
        if is_probing():
            yield
            return
        with self._mutex:
            self._since[request] = time.monotonic()
        self._begin()
        try:
            yield
            self._heard_at = time.monotonic()
        finally:
            with self._mutex:
                del self._since[request]

    def close(self) -> None:
        """Ends the thread."""
        self._closing.set()
        self._calls.set()
        if self._thread is not None:
            self._thread.join(_BEAT_SECONDS)  # a probe of its own may take longer

    def _begin(self) -> None:
        if not self._calls.is_set():
            self._calls.set()
        if self._thread is None or not self._thread.is_alive():
            with self._mutex:
                if self._thread is None or not self._thread.is_alive():
                    # A daemon: it does not keep a process alive that ends without `close`.
                    name = f"silence of {self._breaker.service}"
                    self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while not self._closing.wait(self._beat_seconds):
            if self._since:
                with suppress(RedisError):  # then there is no telling just now
                    self._look()
                continue
            self._calls.clear()
            if not self._since:  # none has come in between
                self._calls.wait()

    def _look(self) -> None:
        quiet = self._quiet()
        if quiet < self._old_seconds or self._breaker.is_down():
            return
        if quiet >= self._quiet_seconds and self._suspect:
            self._suspect()

    def _quiet(self) -> float:
        """For how many seconds somebody has been waiting, and nobody was answered."""
        began = self._oldest()
        return 0.0 if began is None else time.monotonic() - max(began, self._heard_at)

    def _oldest(self) -> float | None:
        with self._mutex:
            return next(iter(self._since.values()), None)

    def _give_up(self) -> None:
        """The service is up again, and no new call is under way yet."""
        began = self._oldest()
        if began is not None and time.monotonic() - began >= self._old_seconds:
            self._lines.cut()
