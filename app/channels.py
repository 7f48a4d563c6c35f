"""What is known of the channels and of who listens to them, for people. Changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis

_STANDBY_SECONDS = 15
"""After so long, one that stood by is gone: it shows itself every two seconds."""


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel: its cursor, and what its listener says of itself. Times are epoch seconds."""

    channel: str
    state: str | None
    """None: no listener was heard of for minutes."""
    connected_since: float | None
    """None: nothing is heard at present."""
    last_event_at: float | None
    last_commit: float | None
    """When the newest change that was heard was saved in Salesforce."""
    events: int
    """Since the listener's start, as `errors`."""
    errors: int
    replay_id: str | None
    """The cursor, in hex."""
    stored_at: float | None


@dataclass(frozen=True, slots=True)
class Listeners:
    """The listeners' processes, each as `host:pid`."""

    listening: str | None
    standing_by: list[str]


class Channels:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def views(self, names: Iterable[str]) -> list[ChannelView]:
        """Each channel that is named, whether or not anybody has ever listened to it."""
        return [self._view(name) for name in names]

    def _view(self, name: str) -> ChannelView:
        cursor: dict[str, str] = self._redis.hgetall(f"cw:cursor:{name}")
        said: dict[str, str] = self._redis.hgetall(f"cw:listener:{name}")
        return ChannelView(
            channel=name,
            state=said.get("state"),
            connected_since=_seconds(said.get("connected_since")),
            last_event_at=_seconds(said.get("last_event_at")),
            last_commit=_seconds(said.get("last_commit")),
            events=int(said.get("events", 0)),
            errors=int(said.get("errors", 0)),
            replay_id=cursor.get("replay_id"),
            stored_at=_seconds(cursor.get("at")),
        )

    def listeners(self) -> Listeners:
        """Who holds the lock `cw:listening`, and who stands by for it."""
        token: str = self._redis.get("cw:listening") or ""
        since = int(self._redis.time()[0]) - _STANDBY_SECONDS
        standing_by = self._redis.zrangebyscore("cw:listening:standby", since, "+inf")
        return Listeners(token.rpartition(":")[0] or None, sorted(standing_by))


def _seconds(milliseconds: str | None) -> float | None:
    return int(milliseconds) / 1000 if milliseconds else None
