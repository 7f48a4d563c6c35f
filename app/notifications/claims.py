"""Who looks claims what is to be told, for each way by itself: however many look, one tells.

Redis keys: `cw:notified:<way>:<event>:<about>` while it is being told, and for the hour after;
`cw:notify:told:<way>`, a hash: the same to when the newest of what was told happened;
`cw:notify:failures:<way>`, how many messages in a row did not go out; `cw:notify:rest:<way>` while
that way is not tried.
"""

import logging
from contextlib import suppress
from typing import Any

from redis import Redis
from redis.exceptions import LockError
from redis.lock import Lock

from app.notifications.history import note_failed, note_sent
from app.notifications.message import Message
from app.notifications.not_sent import NotSent
from app.notifications.ways import Way, WayName

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600
_SENDING_SECONDS = 120
"""Longer than sending takes. Whoever ends in the middle of it does not hide the matter for an hour:
at worst it is told twice."""
_REST_SECONDS, _LONGEST_REST_SECONDS = 30, 900
_REMEMBERED_SECONDS = 24 * 3600


class Claims:
    """Of one way. Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis, way: Way) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis
        self._way = way

    def rests(self) -> bool:
        """Whether this way failed a short while ago."""
        return bool(self._redis.exists(f"cw:notify:rest:{self._way.name}"))

    def tell(self, message: Message) -> bool:
        """Sends it unless it was told within the hour, or is being told, or is not news → whether
        it went out.

        Raises:
            NotSent: it did not, which is noted; whoever looks later tries again.
        """
        if self._is_old(message):
            return False
        claim = self._redis.lock(key_of(self._way.name, message), timeout=_SENDING_SECONDS)
        if not claim.acquire(blocking=False):
            return False
        try:
            self._way.send(message)
        except NotSent as failed:
            self._failed(claim, failed)
            raise
        self._sent(message)
        return True

    def _is_old(self, message: Message) -> bool:
        if not message.news:
            return False
        told = self._redis.hget(f"cw:notify:told:{self._way.name}", message.key)
        return told is not None and message.news <= float(told)

    def _sent(self, message: Message) -> None:
        way = self._way.name
        with self._redis.pipeline() as pipeline:
            pipeline.set(key_of(way, message), 1, ex=HOUR_SECONDS)
            if message.news:
                pipeline.hset(f"cw:notify:told:{way}", message.key, repr(message.news))
            pipeline.delete(_failures(way))
            note_sent(pipeline, way, message)
            pipeline.execute()

    def _failed(self, claim: Lock, failed: NotSent) -> None:
        way = self._way.name
        with self._redis.pipeline() as pipeline:
            pipeline.incr(_failures(way))
            pipeline.expire(_failures(way), _REMEMBERED_SECONDS)
            note_failed(pipeline, way)
            failures = int(pipeline.execute()[0])
        seconds = min(_LONGEST_REST_SECONDS, _REST_SECONDS * 2 ** min(failures - 1, 10))
        self._redis.set(f"cw:notify:rest:{way}", 1, ex=seconds)
        level = logging.WARNING if failures == 1 else logging.DEBUG
        log.log(level, "A message by %s did not go out, and is tried again: %s", way, failed)
        with suppress(LockError):  # it has run out, and may be another's by now
            claim.release()


def key_of(way: WayName, message: Message) -> str:
    """Exists while nobody else is to tell it."""
    return f"cw:notified:{way}:{message.key}"


def _failures(way: WayName) -> str:
    return f"cw:notify:failures:{way}"
