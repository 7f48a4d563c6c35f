"""How far a comparison of all linked Accounts has come, so that another goes on with it.

Redis keys `cw:drift`, a hash: `after`, the last Account that was compared, in the order of ids;
`compared` and `opened`, how many were; and `cw:drift:found`, a set: the Accounts of which something
is to be told. Ids alone are kept, and no values: whoever goes on looks at those Accounts again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis

_KEY, _FOUND = "cw:drift", "cw:drift:found"


@dataclass(frozen=True, slots=True)
class Place:
    """`found`: what is to be looked at once more."""

    after: str = ""
    compared: int = 0
    opened: int = 0
    found: frozenset[str] = frozenset()


class Places:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def load(self) -> Place | None:
        """Where a comparison has stopped; None: the last one came to its end, or was dropped."""
        with self._redis.pipeline() as pipeline:
            pipeline.hgetall(_KEY)
            pipeline.smembers(_FOUND)
            fields, found = pipeline.execute()
        if not fields:
            return None
        return Place(
            fields["after"], int(fields["compared"]), int(fields["opened"]), frozenset(found)
        )

    def store(self, place: Place, *, added: Iterable[str], gone: Iterable[str]) -> None:
        """`added` and `gone`: how `found` has changed since it was stored last."""
        fields = {"after": place.after, "compared": place.compared, "opened": place.opened}
        with self._redis.pipeline() as pipeline:
            pipeline.hset(_KEY, mapping=fields)
            for command, accounts in (("srem", list(gone)), ("sadd", list(added))):
                if accounts:
                    getattr(pipeline, command)(_FOUND, *accounts)
            pipeline.execute()

    def drop(self) -> None:
        """The next comparison begins at the beginning."""
        self._redis.delete(_KEY, _FOUND)
