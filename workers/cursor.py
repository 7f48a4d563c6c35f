"""How far a channel has been heard, and how far that may be stored.

Replay ids are opaque bytes of any length: compared for equality, stored in hex, never computed.
"""

import logging

from redis import Redis

from app.terms import Cursor

log = logging.getLogger(__name__)


def stored_place(redis: Redis, channel: str) -> bytes | None:
    """The stored replay id; None if there is none, or it cannot be read.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    text = redis.hget(f"cw:cursor:{channel}", "replay_id")
    try:
        return bytes.fromhex(str(text or "")) or None
    except ValueError:
        log.error("The cursor of %s is damaged: %r", channel, text)
        return None


class Bookmark:
    """Follows one stream, and says what may be stored.

    On channels of several entities, enriched copies of one event share its replay id. A stream
    resumes after an id, so one that others may still share is held back until a different one
    comes, or a keepalive says that nothing is on its way (facts: Enrichment).
    """

    def __init__(self, channel: str) -> None:
        self._channel = channel
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

    def take(self) -> Cursor | None:
        """What is to be stored now; None if there is nothing new."""
        safe, self._safe = self._safe, None
        if safe is None:
            return None
        replay_id, commit_ms = safe
        fields: dict[str, str | int] = {"replay_id": replay_id.hex()}
        if commit_ms is not None:
            fields["commit_ms"] = commit_ms
        return Cursor(self._channel, fields)
