"""One process's part of NetSuite's slots: lent from call to call without a word to Redis."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain

from redis import RedisError

from app.errors import RateLimited


@dataclass(frozen=True, slots=True)
class Report:
    """What a process tells of itself."""

    held: int
    demand: int
    """The most calls at once, under way or waiting, since the last report."""
    busy: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Grant:
    """The answer to a report."""

    granted: int
    share: int
    """What is the process's due; more than that is given back as calls end."""
    ends_at: float
    """No call starts after this moment (monotonic seconds)."""
    rests_until: float
    """Nor before this one: NetSuite wishes it."""


_NOTHING = Grant(0, 0, 0.0, 0.0)


@dataclass(slots=True, eq=False)
class _Waiter:
    gives_up_at: float
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Held until its turn has come: it is woken alone, which costs the others nothing."""
    served: bool = False
    failure: RateLimited | RedisError | None = None

    def __post_init__(self) -> None:
        self.turn.acquire()

    def wake(self) -> None:
        self.turn.release()


def _unheard(error: RedisError) -> RedisError:
    failure = RedisError("Redis does not answer: nothing is sent.")
    failure.__cause__ = error
    return failure


def _ending() -> RateLimited:
    words = "This process is to end, and begins no more calls."
    return RateLimited(words, service="netsuite", retry_after=0.0)


class Slots:
    """Threads take and free slots; one negotiator reports and is answered.

    `held` grows by what Redis grants and shrinks here alone, so Redis never believes in fewer slots
    than this process uses, and processes never use more together than are allowed.
    """

    def __init__(self, most: int, negotiate: Callable[[], None]) -> None:
        """`most`: no process could use more. `negotiate` asks the negotiator for an early report;
        it must not wait.
        """
        self._most, self._negotiate = most, negotiate
        self._mutex = threading.Lock()
        self._lanes: tuple[deque[_Waiter], deque[_Waiter]] = (deque(), deque())
        self.held = 0
        """Slots that calls may use; written under the mutex alone."""
        self._busy = self._peak = 0
        self._told = Report(0, 0, 0, 0)
        self._grant = _NOTHING
        self._is_over = False

    def take(self, ahead: bool, seconds: float) -> None:
        """Returns when one of the slots is the caller's. `ahead` of all who are not, else in turn.

        Raises:
            RateLimited: none became free within so many seconds, or NetSuite wishes no calls for
                longer than that, or the process is to end.
            redis.exceptions.RedisError: there is none, and Redis does not answer.
        """
        waiter = _Waiter(time.monotonic() + seconds)
        with self._mutex:
            lane = self._lanes[0 if ahead else 1]
            lane.append(waiter)
            self._peak = max(self._peak, self._wanted())
            self._serve()
            is_news = not waiter.served and min(self._most, self._wanted()) > self._told.demand
        if is_news:
            self._negotiate()
        if not waiter.turn.acquire(timeout=seconds):
            self._give_up(waiter, lane)
        if waiter.failure is not None:
            raise waiter.failure
        if not waiter.served:
            raise RateLimited(f"All {self._most} NetSuite slots stay taken.", service="netsuite")

    def free(self) -> None:
        """The caller's call is over: the slot is the next one's, or goes back."""
        with self._mutex:
            self._busy -= 1
            self._serve()
            is_news = self.held < self._grant.granted
        if is_news:
            self._negotiate()

    def end(self) -> None:
        """No call begins any more: whoever waits, or comes, is told at once."""
        with self._mutex:
            self._is_over = True
            self._serve()

    def rounds_waiting(self) -> float:
        """How often the calls that wait in turn fill the slots."""
        return len(self._lanes[1]) / max(1, self.held)

    def report(self) -> Report:
        """How it stands. Whoever may not start calls any more keeps only what is under way."""
        with self._mutex:
            if time.monotonic() >= self._grant.ends_at:
                self.held = self._busy
            waiting = self._waiting()
            demand = min(self._most, max(self._peak, self._wanted()))
            self._peak = self._wanted()
            return Report(self.held, demand, self._busy, waiting)

    def answered(self, told: Report, grant: Grant) -> None:
        """What Redis said to the report."""
        with self._mutex:
            self.held = grant.granted
            self._told, self._grant = told, grant
            self._serve()

    def failed(self, error: RedisError) -> None:
        """Redis does not answer. While slots are held, those who wait get them in turn; else they
        are told.
        """
        with self._mutex:
            self._told = Report(0, 0, 0, 0)
            if self.held and time.monotonic() < self._grant.ends_at:
                return
            self._turn_away(lambda: _unheard(error))

    def seconds_to_report(self, soon: float, beat: float) -> float | None:
        """When to report again; None: when asked to."""
        with self._mutex:
            waiting, grant = self._waiting(), self._grant
            if not (waiting or self._busy or grant.granted or self._told.demand):
                return None
            is_short = waiting and self.held < grant.share
            return soon if is_short or self.held < grant.granted else beat

    def _waiting(self) -> int:
        return len(self._lanes[0]) + len(self._lanes[1])

    def _wanted(self) -> int:
        return self._busy + self._waiting()

    def _serve(self) -> None:
        """Gives back what is above the share; then starts who may start."""
        self.held = max(self._busy, min(self.held, self._grant.share))
        if self._is_over:
            self._turn_away(_ending)
        now = time.monotonic()
        if now < self._grant.rests_until:
            self._put_off(self._grant.rests_until, self._grant.rests_until - now)
        if not self._grant.rests_until <= now < self._grant.ends_at:
            return
        while self._busy < self.held and (lane := self._lanes[0] or self._lanes[1]):
            waiter = lane.popleft()
            self._busy += 1
            waiter.served = True
            waiter.wake()

    def _turn_away(self, failure: Callable[[], RateLimited | RedisError]) -> None:
        """All who wait, each with a failure of its own: threads that raise one make it longer."""
        for waiter in chain(*self._lanes):
            waiter.failure = failure()
            waiter.wake()
        for lane in self._lanes:
            lane.clear()

    def _put_off(self, until: float, rest: float) -> None:
        """Whoever would wait in vain is told at once."""
        for lane in self._lanes:
            for waiter in [one for one in lane if one.gives_up_at <= until]:
                lane.remove(waiter)
                words = "NetSuite's request limit is reached, and it asks to wait."
                waiter.failure = RateLimited(words, service="netsuite", retry_after=rest)
                waiter.wake()

    def _give_up(self, waiter: _Waiter, lane: deque[_Waiter]) -> None:
        """Unless its turn came in the last moment."""
        with self._mutex:
            if waiter in lane:
                lane.remove(waiter)
