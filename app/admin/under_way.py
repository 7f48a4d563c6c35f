"""How long the accounts that are under way have been so."""

import json
from collections.abc import Iterable
from typing import Any

from redis import Redis

from app.models import STAGES

_LOOKED_AT = 10
_AT_REST = ("synced", "skipped", "dead", "discarded", "forgotten")


def oldest_under_way(redis: Redis, now: float) -> dict[str, float]:
    """Where rows are (a stage's line, running, waiting) to the age in seconds of the oldest there,
    by their stories: of the first that the sweeper is to look at, which have been there longest.

    Raises redis.exceptions.RedisError when Redis does not answer.
    """
    answering: Any = redis  # its types cannot say that answers are str
    places = (*STAGES, "running", "waiting")
    pipeline = answering.pipeline(transaction=False)
    for place in places:
        pipeline.zrange(f"cw:due:{place}", 0, _LOOKED_AT - 1)
    first: list[list[str]] = pipeline.execute()
    for account in (account for accounts in first for account in accounts):
        pipeline.lrange(f"cw:story:{account}", 0, -1)
    stories = iter(pipeline.execute())
    oldest: dict[str, float] = {}
    for place, accounts in zip(places, first, strict=True):
        opened = [_opened_at(next(stories)) for _ in accounts]
        if known := [at for at in opened if at is not None]:
            oldest[place] = max(0.0, now - min(known) / 1000)
    return oldest


def _opened_at(story: Iterable[str]) -> int | None:
    """Epoch milliseconds; None where the story, which is cut at its beginning, does not tell."""
    opened = None
    for line in map(json.loads, story):
        if line["what"] in _AT_REST:
            opened = None
        elif opened is None:
            opened = int(line["at"])
    return opened
