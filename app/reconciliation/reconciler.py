"""The reconciler: takes the passes that were asked for forward, page by page."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass, replace

from redis.exceptions import LockError
from redis.lock import Lock

from app.errors import AuthenticationFailed, PermanentError, SyncError, TransientError
from app.ledger import Ledger
from app.passes import Pass, Passes
from app.pauses import Pauses
from app.reconciliation.budget import Budget
from app.reconciliation.reading import Reader, Reading
from app.reconciliation.storing import store
from app.reconciliation.turns import Turns
from app.terms import Progress, Superseded

log = logging.getLogger(__name__)

FOREGROUND = ("backfill", "reconcile")
"""Passes of commands: nobody else takes them forward."""
_STEP_SECONDS = 20.0
_LONGEST_TROUBLE = 500
_REST_SECONDS = 600.0
"""How long a pass is left alone that Salesforce refuses: only a person can mend it."""


@dataclass(slots=True)
class Round:
    """What a step has done. `more`: something is to be done at once."""

    pages: int = 0
    opened: int = 0
    more: bool = False


class Reconciler:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(
        self,
        ledger: Ledger,
        reader: Reader,
        budget: Budget,
        turns: Turns,
        credentials_pause_seconds: float,
    ) -> None:
        self._ledger = ledger
        self._reader = reader
        self._budget = budget
        self._turns = turns
        self._passes = Passes(ledger.redis)
        self._pauses = Pauses(ledger.redis)
        self._pause_seconds = credentials_pause_seconds

    def step(self, seconds: float = _STEP_SECONDS) -> Round:
        """Reads on for so long, at least once; patient passes go last, else the one that was asked
        for first goes first. Nothing where another reads already, or while Salesforce is paused.
        While the flow is off it goes on, since rows remember.
        """
        done = Round()
        with self._turns.take() as lock:
            if lock:
                with suppress(LockError):  # it took too long, and another goes on
                    self._go_on(lock, done, time.monotonic() + seconds)
        return done

    def _go_on(self, lock: Lock, done: Round, ends_at: float) -> None:
        set_aside: set[str] = set()
        while current := self._next(set_aside):
            if (done.pages or set_aside) and time.monotonic() >= ends_at:
                done.more = done.more or bool(done.pages)  # what only fails waits for the next tick
                return
            reading = self._read(lock, current)
            if reading is None or not self._store(reading, done):
                set_aside.add(current.name)

    def _next(self, set_aside: set[str]) -> Pass | None:
        """Whoever knows of changes that were missed does not wait for a comparison that has time;
        those in trouble come after the others.
        """
        if self._pauses.forbids("salesforce"):
            return None
        now = time.time()
        ready = (
            found
            for found in self._passes.all()
            if found.ready
            and found.rests_until <= now
            and found.name not in FOREGROUND
            and found.name not in set_aside
        )
        return min(
            ready, key=lambda p: (p.patient, bool(p.trouble), p.asked_at, p.name), default=None
        )

    def _read(self, lock: Lock, current: Pass) -> Reading | None:
        """None: it does not go on now, and says so itself."""
        try:
            with self._turns.page(lock):
                if not current.patient:
                    return self._reader.read(current)
                return self._read_within_budget(current)
        except SyncError as error:
            self._heed(current, error)
            return None

    def _read_within_budget(self, current: Pass) -> Reading | None:
        room = self._budget.room()
        if room.is_worth_a_page:
            reading = self._reader.read(current, lambda: self._budget.room_now(room).accounts)
            if not reading.is_stuck:
                return reading
        self._note(current, room.words if room.used_up else "")
        return None

    def _store(self, reading: Reading, done: Round) -> bool:
        """False: it was asked for meanwhile, and this page is not its any more."""
        try:
            store(self._ledger, reading)
        except Superseded:
            done.more = True
            return False
        done.pages += 1
        done.opened += len(reading.orders)
        after = reading.after
        if reading.is_over:
            log.info("%s is over (%s): %s", after.name, after.cause, _counts(after))
        else:
            log.debug("%s goes on (%s): %s", after.name, after.cause, _counts(after))
        return True

    def _heed(self, current: Pass, error: SyncError) -> None:
        """Refused credentials are no pass's fault; what only a person can mend rests."""
        if isinstance(error, AuthenticationFailed):
            self._pauses.credentials_refused(error, self._pause_seconds)
            return
        said = f"{error} ({error.service_words})" if error.service_words else str(error)
        wait = _REST_SECONDS
        if isinstance(error, TransientError):
            wait = error.retry_after or 0.0
        if said[:_LONGEST_TROUBLE] != current.trouble:
            level = logging.ERROR if isinstance(error, PermanentError) else logging.WARNING
            log.log(level, "%s (%s) does not go on: %s", current.name, current.cause, said)
        self._note(current, said, int(time.time() + wait))

    def _note(self, current: Pass, trouble: str, rests_until: int = 0) -> None:
        """Why it does not go on stands in the pass, for whoever looks."""
        after = replace(current, trouble=trouble[:_LONGEST_TROUBLE], rests_until=rests_until)
        if after != current:
            with suppress(Superseded):
                progress = Progress(current.name, current.text, after.stored())
                self._ledger.open([], progress=progress)


def _counts(after: Pass) -> str:
    return f"{after.read:,} records read, {after.opened:,} accounts opened"
