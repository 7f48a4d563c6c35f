"""Lag: how long changes take from the commit in Salesforce to the write in NetSuite.

Redis keys `cw:lag:<channel>:<minute since the epoch>`, a hash: bucket n to how many took between
1.1^n and 1.1^(n+1) milliseconds. app/lua/row.lua counts; the keys live for two hours.
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from redis import Redis

_BASE = 1.1
_MINUTES = 60
_CHANNEL_BYTES = 64 - len("1234567890.")
"""A row keeps commit time and channel in one value, which it cuts at 64 bytes."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Seconds that half, 95 % and 99 % of the changes took at most."""

    p50: float
    p95: float
    p99: float
    count: int


class Lags:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def of_last_hour(self, channel: str) -> Lag | None:
        """Of the changes that the channel told and that led to a write; None: there was none."""
        minute = int(self._redis.time()[0]) // 60
        with self._redis.pipeline(transaction=False) as pipeline:
            for at in range(minute - _MINUTES + 1, minute + 1):
                pipeline.hgetall(f"cw:lag:{channel[:_CHANNEL_BYTES]}:{at}")
            histograms: list[dict[str, str]] = pipeline.execute()
        total: Counter[int] = Counter()
        for histogram in histograms:
            total.update({int(bucket): int(count) for bucket, count in histogram.items()})
        return measured(total) if total else None


def measured(buckets: Counter[int]) -> Lag:
    """A histogram that is not empty, as percentiles: each a bucket's geometric middle."""
    count = buckets.total()
    p50, p95, p99 = (
        _middle(_bucket(buckets, math.ceil(count * share / 100))) for share in (50, 95, 99)
    )
    return Lag(p50, p95, p99, count)


def _bucket(buckets: Counter[int], rank: int) -> int:
    """The bucket of the change that comes so many-th when they are put in order."""
    for bucket in sorted(buckets):
        rank -= buckets[bucket]
        if rank <= 0:
            return bucket
    return max(buckets)


def _middle(bucket: int) -> float:
    return float(_BASE ** (bucket + 0.5)) / 1000
