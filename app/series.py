"""What happened minute by minute, for the charts. Changes nothing.

Redis keys `cw:rate:<minute since the epoch>`, a hash: outcome to how many accounts came to it in
that minute (app/lua/ending.lua counts). Lag as app/lag.py has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis

from app.lag import Lags

OUTCOMES = ("synced", "written", "skipped", "dead")
"""`written`: of the synced ones those for which NetSuite was written to."""
MOST_MINUTES = 120
"""So long lag is kept."""


@dataclass(frozen=True, slots=True)
class Series:
    """`minutes`: when each began, epoch seconds, the oldest first; the last is not over yet."""

    minutes: list[float]
    rates: dict[str, list[int]]
    """Outcome to how many accounts in each minute."""
    lag: dict[str, dict[str, list[float | None]]]
    """Channel to p50 and p95 to seconds in each minute; None: nothing was written."""


def read_series(redis: Redis, channels: Iterable[str], minutes: int) -> Series:
    """Of the last minutes, at most MOST_MINUTES.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    answering: Any = redis  # its types cannot say that answers are str
    newest = int(answering.time()[0]) // 60
    numbers = range(newest - min(minutes, MOST_MINUTES) + 1, newest + 1)
    with answering.pipeline(transaction=False) as pipeline:
        for number in numbers:
            pipeline.hgetall(f"cw:rate:{number}")
        counted: list[dict[str, str]] = pipeline.execute()
    lags = Lags(redis)
    return Series(
        minutes=[number * 60.0 for number in numbers],
        rates={name: [int(told.get(name, 0)) for told in counted] for name in OUTCOMES},
        lag={channel: _percentiles(lags, channel, numbers) for channel in channels},
    )


def _percentiles(lags: Lags, channel: str, numbers: range) -> dict[str, list[float | None]]:
    by_minute = lags.by_minute(channel, numbers)
    return {
        "p50": [round(lag.p50, 3) if lag else None for lag in by_minute],
        "p95": [round(lag.p95, 3) if lag else None for lag in by_minute],
    }
