"""How far a channel has been heard, and how far that may be stored.

Replay ids are opaque bytes of any length: compared for equality, stored in hex, never computed.
"""

import logging
from dataclasses import dataclass

from redis import Redis

from app.passes import OVERLAP_SECONDS
from app.terms import Cursor

log = logging.getLogger(__name__)

_MOST_DIGITS = 18
"""Of a time in ms that is one."""


@dataclass(frozen=True, slots=True)
class StoredCursor:
    """`cw:cursor:<channel>` as it was found."""

    replay_id: bytes | None
    """None: there is none, or it cannot be read."""
    mark: str
    commit_ms: int | None
    """Of the newest event that was stored with its commit; ms since the epoch."""
    at_ms: int | None
    """When it was stored last."""
    is_damaged: bool


def stored_cursor(redis: Redis, channel: str) -> StoredCursor:
    """
    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    names = ("replay_id", "mark", "commit_ms", "at")
    text, mark, commit, at = (
        str(value or "") for value in redis.hmget(f"cw:cursor:{channel}", names)
    )
    try:
        place, is_damaged = bytes.fromhex(text) or None, False
    except ValueError:
        log.error("The cursor of %s is damaged: %r", channel, text[:100])
        place, is_damaged = None, True
    return StoredCursor(place, mark, _number(commit), _number(at), is_damaged)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


class Bookmark:
    """Follows one stream, and says what may be stored.

    On channels of several entities, enriched copies of one event share its replay id. A stream
    resumes after an id, so one that others may still share is held back until a different one
    comes, or a keepalive says that nothing is on its way (facts: Enrichment).
    """

    def __init__(self, channel: str, holder: str = "", mark: str = "", since: int = 0) -> None:
        """`holder`: the lock's token. `mark`: what was stored with the place where the stream
        begins. `since`: where a gap would begin (below), before anything is heard.
        """
        self._channel, self._holder, self._mark = channel, holder, mark
        self.since = since
        """If what comes next were lost: from when on Salesforce had to be read; epoch seconds."""
        self._twins = channel == "/data/ChangeEvents" or channel.endswith("__chn")
        self._newest: tuple[bytes, int | None] | None = None
        self._safe: tuple[bytes, int | None] | None = None

    def heard(self, replay_id: bytes, commit_ms: int | None) -> None:
        """An event came; the commit time, if it could be read."""
        place = (replay_id, commit_ms)
        if not self._twins:
            self._safe = place
        elif self._newest and self._newest[0] != replay_id:
            self._safe = self._newest
        self._newest = place
        if commit_ms is not None:
            self.since = commit_ms // 1000 - OVERLAP_SECONDS

    def kept_alive(self, latest: bytes) -> None:
        """An empty response: nothing up to this replay id is missing."""
        if latest:
            self._safe = self._newest = (latest, None)

    def take(self) -> Cursor:
        """What is to be stored now: at least a new mark, so that a loss of the rows shows."""
        safe, self._safe = self._safe, None
        fields: dict[str, str | int] = {}
        if safe is not None:
            fields["replay_id"] = safe[0].hex()
            if safe[1] is not None:
                fields["commit_ms"] = safe[1]
        cursor = Cursor(self._channel, fields, self._mark, self._holder)
        self._mark = cursor.left_mark
        return cursor
