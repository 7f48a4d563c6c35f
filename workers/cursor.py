"""How far a channel has been heard, and how far that may be stored.

Replay ids are opaque bytes of any length: compared for equality, stored in hex, never computed.
"""

import logging

from redis import Redis

from app.terms import Cursor

log = logging.getLogger(__name__)


def stored_place(redis: Redis, channel: str) -> tuple[bytes | None, str]:
    """The stored replay id, None if there is none or it cannot be read; and the cursor's mark.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    text, mark = redis.hmget(f"cw:cursor:{channel}", "replay_id", "mark")
    try:
        place = bytes.fromhex(str(text or "")) or None
    except ValueError:
        log.error("The cursor of %s is damaged: %r", channel, text)
        place = None
    return place, str(mark or "")


class Bookmark:
    """Follows one stream, and says what may be stored.

    On channels of several entities, enriched copies of one event share its replay id. A stream
    resumes after an id, so one that others may still share is held back until a different one
    comes, or a keepalive says that nothing is on its way (facts: Enrichment).
    """

    def __init__(self, channel: str, mark: str = "") -> None:
        """`mark`: what was stored with the place where the stream begins."""
        self._channel, self._mark = channel, mark
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
        cursor = Cursor(self._channel, fields, self._mark)
        self._mark = cursor.left_mark
        return cursor
