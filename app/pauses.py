"""Pauses: what stops stages, so that their messages are dropped and their rows remember.

Redis keys `cw:pause:<what>`: why it is paused. app/lua/row.lua says which stages need what. `flow`
is an admin's switch; `salesforce` and `netsuite` rest when they refuse our credentials.
"""

from typing import Any

from redis import Redis

_WHAT = ("flow", "salesforce", "netsuite")


class Pauses:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def begin(self, what: str, words: str, seconds: float | None = None) -> None:
        """Stops `flow`, `salesforce` or `netsuite`; ends by itself after `seconds`, if given."""
        life = None if seconds is None else max(1, round(seconds * 1000))
        self._redis.set(f"cw:pause:{what}", words, px=life)

    def end(self, what: str) -> None:
        self._redis.delete(f"cw:pause:{what}")

    def all(self) -> dict[str, str]:
        """What is paused → why."""
        said = self._redis.mget([f"cw:pause:{what}" for what in _WHAT])
        return {what: words for what, words in zip(_WHAT, said, strict=True) if words}
