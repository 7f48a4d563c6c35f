"""The governor: NetSuite's requests at a time, shared by every worker on every host.

A sorted set of leases in Redis, scored by when each ends, so that what a dead process held comes
back by itself. Waiting is polling at random intervals of some milliseconds: as fast as a wake list
and simpler (docs/decisions).
"""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis import Redis, RedisError

from app.errors import RateLimited
from app.transport import seconds_left

_SPREAD = random.SystemRandom()
_KEY = "cw:netsuite:leases"
_ACQUIRE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
return redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
"""


class Governor:
    """`slots` requests at a time; a lease ends by itself after `lease_seconds`."""

    def __init__(
        self, redis: Redis, slots: int, lease_seconds: float, patience_seconds: float
    ) -> None:
        self._redis, self.slots = redis, slots
        self._lease_ms, self._patience = int(lease_seconds * 1000), patience_seconds
        self._acquire = redis.register_script(_ACQUIRE)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Holds a slot for one request.

        Raises:
            RateLimited: none became free in time.
            redis.exceptions.RedisError: Redis does not answer: nothing is sent without a slot.
        """
        lease = secrets.token_hex(8)
        give_up_at = time.monotonic() + seconds_left(self._patience)
        while not self._acquire(keys=[_KEY], args=[self.slots, lease, self._lease_ms]):
            if time.monotonic() >= give_up_at:
                raise RateLimited(
                    f"All {self.slots} NetSuite slots stay taken.", service="netsuite"
                )
            time.sleep(_SPREAD.uniform(0.005, 0.03))
        try:
            yield
        finally:
            with suppress(RedisError):  # the lease ends by itself: never fail a write that happened
                self._redis.zrem(_KEY, lease)

    def in_use(self) -> int:
        """How many leases are held now."""
        return int(self._redis.zcard(_KEY))
