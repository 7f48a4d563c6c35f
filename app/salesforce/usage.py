"""How many of the day's API calls are used, as each answer of Salesforce says.

Redis key `cw:salesforce:usage`, a hash: used, limit, at. All processes write there what they heard
last, since the org counts the calls of everybody, other programs included.
"""

import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from redis import Redis
from redis.exceptions import RedisError

_KEY = "cw:salesforce:usage"
_HEADER = re.compile(r"(?:^|[;,\s])api-usage=(\d{1,12})/(\d{1,12})(?:$|[;,\s])", re.ASCII)
_SECONDS_BETWEEN_NOTES = 1.0


@dataclass(frozen=True, slots=True)
class ApiUsage:
    """`used` of `limit` calls in the last 24 hours; `at` is when it was said, epoch seconds."""

    used: int
    limit: int
    at: float

    @classmethod
    def of_header(cls, header: str, at: float) -> Self | None:
        """What Sforce-Limit-Info says, as in `api-usage=18/15000`; other parts may follow. None:
        nothing.
        """
        found = _HEADER.search(header)
        return cls(int(found[1]), int(found[2]), at) if found else None


class Usage:
    """One per process; threads share it."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis
        self._turn = threading.Lock()
        self._latest: ApiUsage | None = None
        self._noted_at = 0.0
        self.calls = 0
        """How many answers this process has had."""

    def note(self, header: str) -> None:
        """Remembers what an answer said, for all once a second. Without Redis only for itself: an
        answer of Salesforce must not be lost for it.
        """
        with self._turn:
            self.calls += 1
            said = ApiUsage.of_header(header, time.time())
            if said is None:
                return
            self._latest = said
            if time.monotonic() - self._noted_at < _SECONDS_BETWEEN_NOTES:
                return
            self._noted_at = time.monotonic()
        with suppress(RedisError):
            fields = {"used": said.used, "limit": said.limit, "at": said.at}
            self._redis.hset(_KEY, mapping=fields)

    def read(self) -> ApiUsage | None:
        """What was said last, to whichever process; None: nothing yet.

        Raises:
            redis.exceptions.RedisError: Redis does not answer.
        """
        fields: dict[str, str] = self._redis.hgetall(_KEY)
        latest = self._latest
        if not fields:
            return latest
        stored = ApiUsage(int(fields["used"]), int(fields["limit"]), float(fields["at"]))
        return latest if latest and latest.at > stored.at else stored
