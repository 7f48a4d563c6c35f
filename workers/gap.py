"""A channel's gap: what was not heard, from its being noticed until the reconciler has read it.

It is written down before the stream is opened at LATEST, made ready for the reconciler once the
stream is open, and over when its pass is gone from `cw:passes` (app/passes.py).
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from app.passes import KEPT_SECONDS, OVERLAP_SECONDS, Pass, Passes
from workers.channel_state import ChannelState
from workers.cursor import StoredCursor, stored_cursor
from workers.output import when
from workers.resync import entities_of, modified, resync_names

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a stream begins."""

    after: bytes | None
    """The replay id; None: at LATEST."""
    mark: str
    """The stored cursor's."""
    since: int
    """Where a gap would begin, or begins; epoch seconds."""
    gap: Pass | None
    """To be made ready once the stream is open; and, at LATEST, to be stored before."""


def find_start(redis: Redis, channel: str, lost: bytes | None) -> Start:
    """After the stored cursor; at LATEST if there is none, or if it is the one that was `lost`.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    stored, passes = stored_cursor(redis, channel), Passes(redis)
    since = _begin(stored, passes.watermarks(), entities_of(channel))
    name = f"gap:{channel}"
    if stored.replay_id is not None and stored.replay_id != lost:
        # One that was written down by a listener that ended before its stream was open.
        left = passes.get(name)
        gap = left if left and not left.ready else None
        return Start(stored.replay_id, stored.mark, since, gap)
    cause = "no cursor was stored"
    if stored.replay_id is not None:
        cause = "Salesforce no longer knows the place where we stopped"
    elif stored.is_damaged:
        cause = "the stored cursor cannot be read"
    steps = modified(entities_of(channel))
    return Start(None, stored.mark, since, Pass(name, cause, steps, since, ready=False))


def _begin(stored: StoredCursor, watermarks: Mapping[str, int], entities: tuple[str, ...]) -> int:
    """From when on changes may have gone unheard, with overlap; epoch seconds."""
    if stored.commit_ms is not None:
        return stored.commit_ms // 1000 - OVERLAP_SECONDS
    if all(entity in watermarks for entity in entities):
        return min(watermarks[entity] for entity in entities) - OVERLAP_SECONDS
    kept_since = int(time.time()) - KEPT_SECONDS
    if stored.at_ms is None:
        return kept_since
    return min(kept_since, stored.at_ms // 1000 - OVERLAP_SECONDS)


class GapWatch:
    """Follows the channel's gap, and resyncs of what it carries, until the reconciler is done:
    calls it, says so in the channel's state, and logs the end.
    """

    def __init__(
        self, channel: str, redis: Redis, state: ChannelState, call: Callable[[], None]
    ) -> None:
        """`call` tells a worker to reconcile; it may raise kombu.exceptions.OperationalError."""
        self._channel, self._state, self._call = channel, state, call
        self._names = (f"gap:{channel}", *resync_names(entities_of(channel)))
        self._passes = Passes(redis)
        self._open: dict[str, Pass] = {}

    def asked(self, passes: Iterable[Pass]) -> None:
        """These were stored: their end will be told."""
        self._open |= {each.name: each for each in passes}
        self.look()

    def look(self) -> None:
        """To be called at each heartbeat. Where Redis does not answer: the next time."""
        with suppress(RedisError, OperationalError):
            found = {each.name: each for name in self._names if (each := self._passes.get(name))}
            for name in self._open.keys() - found.keys():
                self._say_closed(self._open[name])
            self._open = found
            self._state.note("; ".join(_in_words(each) for each in found.values()))
            if any(each.ready for each in found.values()):
                self._call()

    def _say_closed(self, last: Pass) -> None:
        log.warning(
            "%s: %s is closed: all that changed since %s UTC is read. When it was last looked at, "
            "%d records had been read and %d accounts opened.",
            self._channel,
            last.name,
            when(last.since),
            last.read,
            last.opened,
        )


def _in_words(each: Pass) -> str:
    kind = "gap" if each.name.startswith("gap:") else each.name
    return f"{kind} since {when(each.since)} UTC: {each.cause}"
