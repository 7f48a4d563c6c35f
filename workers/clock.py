"""One clock for the messages of all hosts: Redis's. Celery writes into a message by the sender's
clock when it is due and when nobody needs it any more, and the worker heeds it by its own. Where
these were minutes apart, retries would wait for minutes, and beat's ticks be thrown away.
"""

import threading
import time
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from celery.app.amqp import AMQP
from celery.worker import request
from redis import Redis
from redis.exceptions import RedisError

from app.services import open_redis
from app.settings import get_settings

_KEPT_SECONDS, _AGAIN_SECONDS = 60.0, 5.0
"""Until Redis is asked anew what time it is: after an answer, and after none."""
_PATIENCE_SECONDS = 1.0


class RedisClock:
    """Threads share it."""

    def __init__(self, redis: Redis) -> None:
        """`redis` should give up soon: a worker's loop waits for it."""
        self._redis = redis
        self._turn = threading.Lock()
        self._ahead, self._ask_at = timedelta(), 0.0

    def ahead(self) -> timedelta:
        """How far it is ahead of this host's clock; as it was last, while Redis does not tell."""
        if time.monotonic() >= self._ask_at and self._turn.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._turn.release()
        return self._ahead

    def _ask(self) -> None:
        self._ask_at = time.monotonic() + _AGAIN_SECONDS
        try:
            seconds, microseconds = self._redis.time()
        except RedisError:
            return
        self._ahead = timedelta(seconds=seconds - time.time(), microseconds=microseconds)
        self._ask_at = time.monotonic() + _KEPT_SECONDS


@cache
def common_clock() -> RedisClock:
    """This process's."""
    return RedisClock(open_redis(get_settings(), seconds=_PATIENCE_SECONDS, retries=0))


class Messages(AMQP):
    """Celery's makers of messages, which count from Redis's time on. Named by the application."""

    def as_task_v2(self, *given: Any, now: datetime | None = None, **named: Any) -> Any:
        now = now or self.app.now() + common_clock().ahead()
        return super().as_task_v2(*given, now=now, **named)


class Request(request.Request):
    """A message as a worker takes it, its times by the worker's own clock. Named by the tasks."""

    _eta: datetime | None
    _expires: datetime | None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self._eta or self._expires:
            ahead = common_clock().ahead()
            self._eta = self._eta and self._eta - ahead
            self._expires = self._expires and self._expires - ahead
