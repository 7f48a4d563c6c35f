"""Accounts as the stages read them: many in one query, and each once for a whole run."""

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from app.flow import Qualification
from app.gathering import Gathering, one_by_one
from app.salesforce.accounts import IDS_PER_QUERY, Accounts, Reading

_WINDOW_SECONDS = 0.1
_ENOUGH = 30
"""In a crowd a query waits so long for others to ride in it, unless so many are there already."""
_CROWD_SECONDS = 1.0
"""So long after a query in which several rode. Without a crowd nobody waits for others."""
_KEPT_SECONDS = 900.0
_MOST_KEPT = 10_000
"""Some 40 MB of Accounts of the usual size."""


class Crowd:
    """Whether many are read just now. Who comes alone need not wait for others: none would come."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._until = clock, 0.0

    def rode(self, together: int) -> None:
        """So many accounts are in one query."""
        if together > 1:
            self._until = self._clock() + _CROWD_SECONDS

    def window(self) -> float:
        """How long the next query waits for others, in seconds."""
        return _WINDOW_SECONDS if self._clock() < self._until else 0.0


class _Kept(NamedTuple):
    until: float
    reading: Reading


class Readings:
    """One per process; threads share it.

    What was read is kept for the later stages of the same token. A row gets a new token whenever it
    is opened, tried again or handed to another worker (`queue(…, fresh)` in app/lua); it keeps its
    token only while it advances, or when a lost message is published again. So a kept reading was
    made after the claim of `qualification`, or of the stage at which that token began, which clears
    `again`; what changed in Salesforce since then sets `again`, or is found by the reconciler, as
    the reading's `seen` is older: either way the account runs once more. A run whose stages are
    claimed by several processes reads in each of them.
    """

    def __init__(
        self,
        accounts: Accounts,
        criteria: Callable[[], Qualification],
        kept_seconds: float = _KEPT_SECONDS,
        most_kept: int = _MOST_KEPT,
    ) -> None:
        """`criteria`: what holds now; asked for each query, after all who ride in it have claimed
        their rows. What is published later opens them again (app/criteria.py).
        """
        self._accounts, self._criteria = accounts, criteria
        self._seconds, self._most = kept_seconds, most_kept
        self._crowd = Crowd()
        self._gathering = Gathering(
            one_by_one(self._fetch),
            Reading(),
            most=IDS_PER_QUERY,
            window=self._crowd.window,
            enough=_ENOUGH,
        )
        self._lock = Lock()
        self._kept: dict[str, _Kept] = {}
        """By token, the oldest first."""

    def read(self, token: str, account: str, *, afresh: bool = False) -> Reading:
        """The Account as it was read under this token; as it is now if it was not, or `afresh`.

        Raises:
            ServiceUnavailable: also where the time of this thread's run is used up.
            SyncError: what the client raises; RecordRejected: a mapped field is a compound one.
        """
        with self._lock:
            kept = None if afresh else self._kept.get(token)
        if kept and time.monotonic() < kept.until:
            return kept.reading
        reading = self._gathering.get(account)
        self._keep(token, reading)
        return reading

    def drop(self, token: str) -> None:
        """The run has ended, or goes on under another token."""
        with self._lock:
            self._kept.pop(token, None)

    def _keep(self, token: str, reading: Reading) -> None:
        now = time.monotonic()
        with self._lock:
            self._kept.pop(token, None)
            self._kept[token] = _Kept(now + self._seconds, reading)
            while (oldest := next(iter(self._kept))) != token and (
                len(self._kept) > self._most or self._kept[oldest].until < now
            ):
                del self._kept[oldest]

    def _fetch(self, accounts: Sequence[str]) -> Mapping[str, Reading | Exception]:
        self._crowd.rode(len(accounts))
        return self._accounts.read_many(accounts, self._criteria())
