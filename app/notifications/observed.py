"""How long those who look have seen something: what was wrong while nobody looked, as before all
processes were started, is nobody's alarm yet.

Redis keys `cw:notify:seen:<what>`: since when, epoch seconds. Such a time runs on while processes
that look, and listeners, end and begin anew.
"""

from typing import Any

from redis import Redis

_FORGOTTEN_SECONDS = 300
"""Nobody has looked for so long: it counts anew."""


class Observed:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def seconds(self, what: str, now: float) -> float:
        """It is there now → since how many seconds it is seen. `now`: epoch seconds."""
        key = _key(what)
        with self._redis.pipeline() as pipeline:
            pipeline.set(key, repr(now), nx=True, ex=_FORGOTTEN_SECONDS)
            pipeline.get(key)
            pipeline.expire(key, _FORGOTTEN_SECONDS)
            since = pipeline.execute()[1]
        return max(0.0, now - float(since))

    def began(self, what: str, at: float) -> None:
        """It is known since when it is there; should that be forgotten, `seconds` still knows."""
        self._redis.set(_key(what), repr(at), ex=_FORGOTTEN_SECONDS)

    def over(self, what: str) -> None:
        """It is not there any more."""
        self._redis.delete(_key(what))


def _key(what: str) -> str:
    return f"cw:notify:seen:{what}"
