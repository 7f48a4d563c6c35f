"""The event bus: every event in commit order, with opaque replay ids and a limited memory."""

import random
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulators.settings import Settings

NUMBER_LENGTH = 8
"""Bytes of a replay id that tell entries apart; what follows is padding."""


@dataclass(frozen=True)
class Event:
    """One event as it will be sent; ``weight`` is what it costs of the delivery allocation."""

    entity: str
    id: str
    schema_id: str
    payload: bytes
    same_replay_id_as_previous: bool = False
    weight: int = 1


@dataclass(frozen=True)
class Entry:
    """One place in the log; without an event it is a mark that time has passed."""

    number: int
    at: float
    event: Event | None
    id_length: int

    @property
    def replay_id(self) -> bytes:
        """So many bytes, of which a client may know nothing but equality."""
        return self.number.to_bytes(NUMBER_LENGTH, "big").ljust(self.id_length, b"\0")


class Bus:
    """Streams wait on ``changed`` (its lock guards everything here) and read by position.

    A position counts entries since the start and never changes meaning; a replay id grows in
    uneven steps, because the real bus carries the events of other orgs too.
    """

    def __init__(self, settings: Settings) -> None:
        self.changed = threading.Condition()
        self._settings = settings
        self._steps = random.Random()  # noqa: S311 - chance, not secrecy
        self._latest = self._steps.randrange(1_000_000, 9_000_000)
        self._forgotten = self._latest  # the highest number that is no longer replayable
        self._refused: set[bytes] = set()
        self._id_lengths: set[int] = set()
        self._entries: list[Entry] = []
        self._base = 0  # the position of the first entry
        self.delivered = 0  # what counts against the delivery allocation

    @property
    def latest_replay_id(self) -> bytes:
        """The newest id of the bus, possibly ahead of any event the reader has seen."""
        with self.changed:
            return self._entry(0.0).replay_id

    def publish(self, events: Sequence[Event]) -> list[bytes]:
        """Append the events of one transaction; answers their replay ids."""
        now = time.time()
        with self.changed:
            added = []
            for event in events:
                if not (event.same_replay_id_as_previous and self._entries):
                    self._latest += self._steps.randint(1, 7)
                added.append(self._entry(now, event))
                self._entries.append(added[-1])
            self._forget(now)
            self.changed.notify_all()
        return [entry.replay_id for entry in added]

    def tick(self) -> bytes:
        """Move the newest id on without an event, as a keepalive of the real bus does."""
        with self.changed:
            self._latest += self._steps.randint(1, 7)
            self._entries.append(self._entry(time.time()))
            return self._entries[-1].replay_id

    def end(self) -> int:
        """The position after the newest entry (preset LATEST)."""
        with self.changed:
            return self._base + len(self._entries)

    def start(self) -> int:
        """The position of the oldest entry still kept (preset EARLIEST)."""
        with self.changed:
            self._forget(time.time())
            return self._base

    def after(self, replay_id: bytes) -> int | None:
        """The position after this id, all its twins included; None if unknown or forgotten."""
        number = int.from_bytes(replay_id[:NUMBER_LENGTH], "big")
        with self.changed:
            self._forget(time.time())
            known = len(replay_id) in self._id_lengths and not any(replay_id[NUMBER_LENGTH:])
            if not known or replay_id in self._refused:
                return None
            if not self._forgotten < number <= self._latest:
                return None
            return self._base + bisect_right(self._entries, number, key=lambda e: e.number)

    def refuse(self, replay_ids: Iterable[bytes] | None) -> None:
        """Refuse these ids from now on, or every id so far (None). Their events stay: EARLIEST."""
        with self.changed:
            if replay_ids is None:
                self._forgotten = self._latest
            else:
                self._refused.update(replay_ids)

    def read(self, position: int, entities: frozenset[str], limit: int) -> tuple[list[Entry], int]:
        """Up to ``limit`` events of these entities from the position on, and the next position."""
        found: list[Entry] = []
        with self.changed:
            index = max(position - self._base, 0)
            while index < len(self._entries) and len(found) < limit:
                entry = self._entries[index]
                if entry.event is not None and entry.event.entity in entities:
                    found.append(entry)
                    self.delivered += entry.event.weight
                index += 1
            return found, self._base + index

    def clear(self) -> None:
        """Forget every event; ids go on growing, so old ones are refused."""
        with self.changed:
            self._base += len(self._entries)
            self._entries = []
            self._latest += self._steps.randint(1, 7)
            self._forgotten = self._latest
            self._refused.clear()
            self._id_lengths.clear()
            self.delivered = 0
            self.changed.notify_all()

    def _entry(self, at: float, event: Event | None = None) -> Entry:
        length: int = self._settings["replay_id_length"]
        self._id_lengths.add(length)
        return Entry(self._latest, at, event, length)

    def _forget(self, now: float) -> None:
        oldest = now - self._settings["retention_seconds"]
        count = bisect_left(self._entries, oldest, key=lambda entry: entry.at)
        if count:
            self._forgotten = max(self._forgotten, self._entries[count - 1].number)
            self._base += count
            del self._entries[:count]
