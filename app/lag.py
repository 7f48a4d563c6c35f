"""Lag: how long changes take from the commit in Salesforce to the write in NetSuite.

Redis keys `cw:lag:<channel>:<minute since the epoch>`, a hash: bucket n to how many took between
1.1^n and 1.1^(n+1) milliseconds. app/lua/ending.lua counts; the keys live for two hours.
`cw:lag:total:<channel>`: the same of all minutes.
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
        return self.of_last(channel, _MINUTES)

    def of_last(self, channel: str, minutes: int) -> Lag | None:
        """The same of so many minutes, the present one among them."""
        minute = int(self._redis.time()[0]) // 60
        total: Counter[int] = Counter()
        for histogram in self._histograms(channel, range(minute - minutes + 1, minute + 1)):
            total.update(histogram)
        return measured(total) if total else None

    def by_minute(self, channel: str, minutes: range) -> list[Lag | None]:
        """The same of each of the minutes, which are numbered since the epoch."""
        return [measured(found) if found else None for found in self._histograms(channel, minutes)]

    def total(self, channel: str) -> Counter[int]:
        """Bucket to how many changes of this channel were ever in it: it only grows."""
        found: dict[str, str] = self._redis.hgetall(f"cw:lag:total:{channel[:_CHANNEL_BYTES]}")
        return Counter({int(bucket): int(count) for bucket, count in found.items()})

    def _histograms(self, channel: str, minutes: range) -> list[Counter[int]]:
        with self._redis.pipeline(transaction=False) as pipeline:
            for minute in minutes:
                pipeline.hgetall(f"cw:lag:{channel[:_CHANNEL_BYTES]}:{minute}")
            found: list[dict[str, str]] = pipeline.execute()
        return [Counter({int(b): int(n) for b, n in told.items()}) for told in found]


def measured(buckets: Counter[int]) -> Lag:
    """A histogram that is not empty, as percentiles: each a bucket's geometric middle."""
    count = buckets.total()
    p50, p95, p99 = (
        middle(_bucket(buckets, math.ceil(count * share / 100))) for share in (50, 95, 99)
    )
    return Lag(p50, p95, p99, count)


def _bucket(buckets: Counter[int], rank: int) -> int:
    """The bucket of the change that comes so many-th when they are put in order."""
    for bucket in sorted(buckets):
        rank -= buckets[bucket]
        if rank <= 0:
            return bucket
    return max(buckets)


def middle(bucket: int) -> float:
    """Seconds that a change in this bucket took: its geometric middle."""
    return float(_BASE ** (bucket + 0.5)) / 1000
