"""Passes that a command takes forward, while a person looks on."""

from dataclasses import dataclass

from redis.exceptions import LockError

from app.errors import ServiceDown, ServiceUnavailable
from app.ledger import Ledger
from app.passes import Pass, Passes
from app.pauses import Pauses
from app.reconciliation.budget import Budget, Room
from app.reconciliation.reading import Reader, Reading
from app.reconciliation.storing import store
from app.reconciliation.turns import Turns
from app.terms import Superseded

_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Turn:
    """Either a page was read, or there was no room for any."""

    reading: Reading | None = None
    room: Room | None = None


_NOT_OURS = Turn(room=Room(0, words="Another comparison has the turn."))


class Foreground:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, ledger: Ledger, reader: Reader, budget: Budget, turns: Turns) -> None:
        self._ledger = ledger
        self._reader = reader
        self._budget = budget
        self._turns = turns
        self._passes = Passes(ledger.redis)
        self._pauses = Pauses(ledger.redis)

    def take(self, asked: Pass) -> Turn:
        """Reads a page of the stored pass, wherever it stands, and opens what it finds.

        Raises:
            SyncError: Salesforce does not answer, refuses, or is paused; the pass stays where it
                is.
            Superseded: somebody else has dropped the pass, or asked for it anew.
        """
        if words := self._pauses.forbids("salesforce"):
            error = ServiceDown if self._pauses.get("salesforce") else ServiceUnavailable
            raise error(f"Salesforce is paused: {words}", service="salesforce")
        room = self._budget.room() if asked.patient else None
        if room and not room.is_worth_a_page:
            return Turn(room=room)  # whoever waits does not keep others from reading
        with self._turns.take(_PATIENCE_SECONDS) as lock:
            if lock is None:
                return _NOT_OURS
            current = self._passes.get(asked.name)
            if current is None or current.asked != asked.asked:
                raise Superseded
            try:
                with self._turns.page(lock):
                    reading = self._read(current, room)
            except LockError:  # our process was suspended for longer than the turn lasts
                return _NOT_OURS
            if reading.is_stuck:
                return Turn(room=self._budget.room())
            store(self._ledger, reading)
            return Turn(reading)

    def _read(self, current: Pass, before: Room | None) -> Reading:
        """`before`: the room of a patient pass."""
        if before is None:
            return self._reader.read(current)
        return self._reader.read(current, lambda: self._budget.room_now(before).accounts)

    def preview(self, current: Pass) -> Reading:
        """A page of a pass that is nowhere stored. Opens nothing.

        Raises:
            SyncError: Salesforce does not answer, or refuses.
        """
        return self._reader.read(current)

    def count(self, where: str) -> int:
        """How many Accounts qualify, and meet this condition in SOQL besides: one call.

        Raises:
            SyncError: Salesforce does not answer, or refuses the condition.
        """
        return self._reader.qualifying.count(where)
