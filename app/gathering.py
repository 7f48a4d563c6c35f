"""Calls of many threads, gathered into one fetch.

Every request to a cloud counts, and a query for 200 keys costs what one for a single key costs. So
one fetch is in flight at a time, and who comes meanwhile rides in the next: nobody gets an answer
that was asked for before he came.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event, Lock
from types import TracebackType
from typing import Generic, NamedTuple, TypeVar

from app.errors import AuthenticationFailed, PermanentError
from app.transport import has_time_for, seconds_left

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
Fetch = Callable[[Sequence[_Key]], Mapping[_Key, _Value | Exception]]
"""Gets each key once. An exception as a value concerns that key alone."""

_LONGEST_WAIT_SECONDS = 3600.0
_FEW, _PACE_SECONDS = 4, 0.003
"""More riders than these are woken one after the other, so long apart."""
_NEXT_TO_NOTHING_SECONDS = 0.1
"""Who fails with less time left than this is taken to have failed for want of time."""


class _Failure(NamedTuple):
    error: Exception
    trace: TracebackType | None
    """As it was at first: many threads raise the error, and each would make it longer."""


class _Rider(Generic[_Key, _Value]):
    """One call of `get`: what it asks for, and what became of it."""

    __slots__ = ("bell", "found", "gone", "key", "leads")

    def __init__(self, key: _Key) -> None:
        self.key = key
        self.bell = Event()
        self.leads = self.gone = False
        self.found: tuple[_Value | _Failure] | None = None

    def end(self, found: _Value | Exception) -> None:
        if isinstance(found, Exception):
            self.found = (_Failure(found, found.__traceback__),)
        else:
            self.found = (found,)
        self.bell.set()


class Gathering(Generic[_Key, _Value]):
    """One per kind of query and process. The fetch runs in one of the threads that wait for it, the
    leader; then the first of those who came meanwhile leads. A thread is woken when its answer is
    there or when it is to lead, and for nothing else.

    Each waits at most as long as its own run lasts (transport.run_of). A leader that fails because
    its own time is used up, or that is killed, fails alone: the others go with the next.
    """

    def __init__(
        self,
        fetch: Fetch[_Key, _Value],
        missing: _Value,
        *,
        most: int,
        window: Callable[[], float] = lambda: 0.0,
        enough: int | None = None,
    ) -> None:
        """`missing`: the value of a key that a fetch leaves out. `most`: keys in one fetch; the
        rest ride in the next. `window`: seconds that a leader waits for others, asked when it
        begins to lead, unless `enough` are there already (as many as one fetch takes, if None).
        """
        self._fetch, self._missing = fetch, missing
        self._most, self._window, self._enough = most, window, enough or most
        self._lock = Lock()
        self._waiting: list[_Rider[_Key, _Value]] = []
        """The leader first, until its fetch begins."""
        self._leader: _Rider[_Key, _Value] | None = None

    def get(self, key: _Key) -> _Value:
        """The key's value, as it was asked for after this call began.

        Raises:
            ServiceUnavailable: the time of this thread's run is used up.
            Whatever the fetch raises, or has for this key.
        """
        rider = _Rider[_Key, _Value](key)
        try:
            self._join(rider)
            while rider.found is None:
                if rider.leads:
                    self._lead(rider)
                else:
                    rider.bell.wait(seconds_left(_LONGEST_WAIT_SECONDS))
        finally:
            if rider.leads or rider.found is None:
                self._leave(rider)
        (found,) = rider.found
        if isinstance(found, _Failure):
            raise found.error.with_traceback(found.trace)
        return found

    def _join(self, rider: _Rider[_Key, _Value]) -> None:
        with self._lock:
            self._waiting.append(rider)
            if self._leader is None:
                self._appoint(rider)
            elif len(self._waiting) == self._enough:
                self._leader.bell.set()

    def _appoint(self, rider: _Rider[_Key, _Value]) -> None:
        self._leader, rider.leads = rider, True

    def _leave(self, rider: _Rider[_Key, _Value]) -> None:
        """For who has led, or goes on without an answer: another leads."""
        with self._lock:
            rider.gone = True
            if rider in self._waiting:
                self._waiting.remove(rider)
            if self._leader is not rider:
                return
            self._leader, rider.leads = None, False
            if self._waiting:
                self._appoint(self._waiting[0])
                self._waiting[0].bell.set()

    def _lead(self, leader: _Rider[_Key, _Value]) -> None:
        """One fetch for those who wait, the leader first."""
        self._await_others(leader)
        aboard = self._board()
        try:
            found = self._fetch(list(dict.fromkeys(rider.key for rider in aboard)))
            self._let_go(aboard, found)
        except BaseException as failed:
            self._fail([rider for rider in aboard[1:] if rider.found is None], failed)
            raise

    def _let_go(
        self, aboard: Sequence[_Rider[_Key, _Value]], found: Mapping[_Key, _Value | Exception]
    ) -> None:
        """Many one by one: threads that are woken at once keep each other from the interpreter, and
        those that have an answer of NetSuite's to take.
        """
        for rider in aboard:
            rider.end(found.get(rider.key, self._missing))
            if len(aboard) > _FEW:
                time.sleep(_PACE_SECONDS)

    def _await_others(self, leader: _Rider[_Key, _Value]) -> None:
        window = self._window()
        with self._lock:
            if window <= 0 or len(self._waiting) >= self._enough:
                return
            leader.bell.clear()
        leader.bell.wait(seconds_left(window))

    def _board(self) -> list[_Rider[_Key, _Value]]:
        """Whoever goes with this fetch is taken from those who wait."""
        with self._lock:
            keys = set(list(dict.fromkeys(rider.key for rider in self._waiting))[: self._most])
            aboard = [rider for rider in self._waiting if rider.key in keys]
            self._waiting = [rider for rider in self._waiting if rider.key not in keys]
        return aboard

    def _fail(self, others: list[_Rider[_Key, _Value]], failed: BaseException) -> None:
        if isinstance(failed, Exception) and has_time_for(_NEXT_TO_NOTHING_SECONDS):
            for rider in others:
                rider.end(failed)
            return
        with self._lock:
            self._waiting[:0] = [rider for rider in others if not rider.gone]


def one_by_one(fetch: Fetch[_Key, _Value]) -> Fetch[_Key, _Value]:
    """The same fetch, save that keys which are refused together for good are asked for one by one:
    what is wrong with one is not to become the others' dead letter. Where the first two are refused
    alike, it is the query's own trouble, and the others' too.
    """

    def careful(keys: Sequence[_Key]) -> Mapping[_Key, _Value | Exception]:
        try:
            return fetch(keys)
        except AuthenticationFailed:
            raise
        except PermanentError:
            if len(keys) == 1:
                raise
        found: dict[_Key, _Value | Exception] = {}
        for asked, key in enumerate(keys, 1):
            found |= _alone(fetch, key)
            if asked == len(found) == 2 and (refused := _common_refusal(list(found.values()))):
                return {**dict.fromkeys(keys, refused), **found}
        return found

    return careful


def _common_refusal(found: Sequence[object]) -> PermanentError | None:
    """The refusal that all are, in the same words of the service."""
    refused = [one for one in found if isinstance(one, PermanentError)]
    alike = {(type(one), one.service_words) for one in refused}
    return refused[0] if len(refused) == len(found) and len(alike) == 1 else None


def _alone(fetch: Fetch[_Key, _Value], key: _Key) -> Mapping[_Key, _Value | Exception]:
    try:
        return fetch([key])
    except AuthenticationFailed:
        raise
    except PermanentError as refused:
        return {key: refused}
