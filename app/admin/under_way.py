"""How long the accounts that are under way have been so.

Redis keys `cw:opened` and `cw:opened:waiting`, sorted sets (app/lua/row.lua): the accounts in a
stage's line or running, and those that wait for a parent, by when they were at rest last, in epoch
milliseconds.
"""

from typing import Any

from redis import Redis

_SETS = {"moving": "cw:opened", "waiting": "cw:opened:waiting"}


def oldest_under_way(redis: Redis, now: float) -> dict[str, float]:
    """For `moving` and `waiting` the age in seconds of the oldest there, if there is any. `now`:
    Redis's clock, epoch seconds.

    Raises redis.exceptions.RedisError when Redis does not answer.
    """
    answering: Any = redis  # its types cannot say that answers are str
    with answering.pipeline(transaction=False) as pipeline:
        for key in _SETS.values():
            pipeline.zrange(key, 0, 0, withscores=True)
        first: list[list[tuple[str, float]]] = pipeline.execute()
    return {
        name: max(0.0, now - found[0][1] / 1000)
        for name, found in zip(_SETS, first, strict=True)
        if found
    }
