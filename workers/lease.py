"""The lock that lets one listener listen, and who stands by for it.

Redis key `cw:listening`: the token of the one that listens, `host:pid:random`. Every step of a
stream carries it, and the ledger's `open` refuses whoever does not hold the lock any more.
`cw:listening:standby`, a sorted set: `host:pid` of the others, by when they were seen (seconds of
Redis's clock).
"""

import os
import secrets
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from redis import Redis
from redis.exceptions import LockError, RedisError

_KEY, _STANDBY = "cw:listening", "cw:listening:standby"
_KEPT_SECONDS = 60
"""Somebody who stood by and died is forgotten."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The time in which one process listens."""

    token: str
    """With which it holds the lock."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when its channels are to end."""
    asking: threading.Lock = field(default_factory=threading.Lock)
    """Held by the channel that asks for a pass: two may carry the same entity."""


class Lease:
    """One process's part in the lock; used by its main thread alone.

    Raises (take, renew): redis.exceptions.RedisError when Redis does not answer.
    """

    def __init__(self, redis: Redis, seconds: float) -> None:
        """`redis` should give up soon: whoever waits for it does not hear a signal."""
        self._redis = redis
        self._instance = f"{socket.gethostname()}:{os.getpid()}"
        # Not thread_local: `leave` must find the token whoever calls it.
        self._lock = redis.lock(_KEY, timeout=seconds, thread_local=False)
        self._is_shown = False

    def take(self) -> Turn | None:
        """None: another holds the lock; this one is shown as standing by."""
        turn = Turn(f"{self._instance}:{secrets.token_hex(8)}")
        if not self._lock.acquire(blocking=False, token=turn.token):
            self._show()
            return None
        self._hide()
        return turn

    def renew(self) -> bool:
        """False: the lock is lost. Redis came back without it, or another has it."""
        try:
            return bool(self._lock.reacquire())
        except LockError:
            return False

    def give_back(self) -> None:
        """At once to whoever stands by; where Redis does not answer, when it runs out."""
        with suppress(RedisError):  # not ours any more, too
            self._lock.release()

    def leave(self) -> None:
        """The process ends: nothing of it is left."""
        self.give_back()
        self._hide()
        self._redis.close()

    def _hide(self) -> None:
        if self._is_shown:
            with suppress(RedisError):  # else it is forgotten by and by
                self._redis.zrem(_STANDBY, self._instance)
        self._is_shown = False

    def _show(self) -> None:
        self._is_shown = True
        clock: Any = self._redis.time()  # its types cannot say that this is no coroutine
        now = int(clock[0])
        with self._redis.pipeline() as pipeline:
            pipeline.zadd(_STANDBY, {self._instance: now})
            pipeline.zremrangebyscore(_STANDBY, "-inf", now - _KEPT_SECONDS)
            pipeline.expire(_STANDBY, _KEPT_SECONDS)
            pipeline.execute()
