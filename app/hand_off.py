"""The stream that tells other programs which Account has got a Customer (docs/hand-off.md).

app/lua/customer.lua writes it. Reading, for people, is here; changes nothing.
"""

from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import ResponseError

STREAM, GROUP = "closedwon:customers", "orders"


@dataclass(frozen=True, slots=True)
class HandOff:
    """How far the group has come. None: Redis cannot tell (before 7.0), or there is no group."""

    length: int
    pending: int | None
    """Given to a consumer, and not acknowledged."""
    lag: int | None
    """Not given to any yet."""


def hand_off(redis: Redis) -> HandOff:
    """Raises redis.exceptions.RedisError when Redis does not answer."""
    answering: Any = redis  # its types cannot say what an answer is
    length = int(answering.xlen(STREAM))
    try:
        groups = answering.xinfo_groups(STREAM)
    except ResponseError:  # no stream: nobody was linked yet
        groups = []
    group: dict[str, Any] = next((one for one in groups if one["name"] == GROUP), {})
    return HandOff(length, group.get("pending"), group.get("lag"))
