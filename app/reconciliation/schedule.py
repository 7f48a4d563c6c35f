"""When passes begin by themselves.

Redis key `cw:begun`, a hash: `sweep`, `full` to when one was begun last, epoch seconds of Redis's
clock.
"""

from typing import Any

from redis import Redis

from app.passes import Pass, Passes

SWEEP_STEPS = ("modified:Account", "modified:Opportunity")
FULL_STEPS = ("qualifying", "linked")


def tick_seconds(sweep_minutes: float) -> float:
    """How often to ask what is due."""
    return min(60.0, sweep_minutes * 60)


class Schedule:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis, sweep_minutes: float, full_hours: float) -> None:
        """`redis` must decode responses. `full_hours`: 0 is never."""
        self._redis: Any = redis
        self._passes = Passes(redis)
        self._sweep_seconds = sweep_minutes * 60
        # Ticks come a little early or late: without, every other one would miss its time.
        self._tolerance = tick_seconds(sweep_minutes) / 2
        self._full_seconds = full_hours * 3600

    def begin_due(self) -> None:
        """Asks for the passes that are due. One that is not over is never begun anew: it would come
        to no end where it takes longer than its interval.
        """
        now = float(self._redis.time()[0])
        begun = {name: float(at) for name, at in self._redis.hgetall("cw:begun").items()}
        if now - begun.get("sweep", 0) >= self._sweep_seconds - self._tolerance:
            self._begin(Pass("sweep", "it is time", SWEEP_STEPS), now)
        if not self._full_seconds:
            return
        if "full" not in begun:
            # The first start of all: an admin who has just installed this wants to look at it
            # before all Accounts that qualify become Customers.
            self._redis.hsetnx("cw:begun", "full", now)
        elif now - begun["full"] >= self._full_seconds - self._tolerance:
            self._begin(Pass("full", "it is time", FULL_STEPS, patient=True), now)

    def _begin(self, due: Pass, now: float) -> None:
        if self._passes.get(due.name):
            return
        self._passes.ask(due)
        self._redis.hset("cw:begun", due.name, now)
