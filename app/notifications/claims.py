"""Who looks claims what is to be told, for each way by itself: however many look, one tells.

Redis keys: `cw:notified:<way>:<event>:<about>` while it is being told, and for the hour after it
was told or refused; `cw:notify:refused:<way>`, a set of these keys: of what was refused.
`cw:notify:told:<way>`, a hash: `<event>:<about>` to when the newest of what was told happened;
`cw:notify:since:<way>`: what happened before is not told. `cw:notify:failures:<way>`, how many
messages in a row did not go out; `cw:notify:last:<way>`, a sorted set of `<event>:<about>`: they
failed then, and come last; `cw:notify:rest:<way>` while that way is not tried.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import LockError
from redis.lock import Lock

from app.notifications.history import note_failed, note_refused, note_sent
from app.notifications.message import Message
from app.notifications.not_sent import MessageRefused, NotSent
from app.notifications.ways import Way, WayName

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600
_SENDING_SECONDS = 120
"""Longer than sending takes. Whoever ends in the middle of it does not hide the matter for an hour:
at worst it is told twice."""
_REST_SECONDS, _LONGEST_REST_SECONDS = 30, 900
_REMEMBERED_SECONDS = 24 * 3600
"""A way on which nobody has looked for so long is new: it begins with what happens from now on."""
_STARTING_SECONDS = 300
"""So far back "now" reaches: letters die while processes are started, before anybody looks."""


class Claims:
    """Of one way. Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis, way: Way) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis
        self._way = way

    def tell_all(self, messages: Iterable[Message]) -> int:
        """Tells what is to be told, unless this way rests → how many went out. What is refused
        keeps nothing else back.
        """
        self._note_look()
        if self._redis.exists(f"cw:notify:rest:{self._way.name}"):
            return 0
        sent = 0
        for message in self._in_turn(messages):
            try:
                sent += self.tell(message)
            except MessageRefused:
                continue
            except NotSent:  # the way is in trouble: the rest waits for a later look
                break
        return sent

    def tell(self, message: Message) -> bool:
        """Sends it unless it was told within the hour, or is being told, or is not news → whether
        it went out.

        Raises:
            MessageRefused: it did not, which is noted; it is tried again after an hour.
            NotSent: it did not, which is noted; whoever looks later tries again.
        """
        if self._is_old(message):
            return False
        claim = self._redis.lock(key_of(self._way.name, message), timeout=_SENDING_SECONDS)
        if not claim.acquire(blocking=False):
            return False
        try:
            self._way.send(message)
        except MessageRefused as refused:
            self._refused(message, refused)
            raise
        except NotSent as failed:
            self._failed(message, claim, failed)
            raise
        self._sent(message)
        return True

    def resume(self) -> None:
        """The way works: nothing is kept back any more."""
        way = self._way.name
        refused = self._redis.smembers(_refused(way))
        self._redis.delete(f"cw:notify:rest:{way}", _failures(way), _refused(way), *refused)

    def _note_look(self) -> None:
        way = self._way.name
        since = int(self._redis.time()[0]) - _STARTING_SECONDS
        with self._redis.pipeline() as pipeline:
            pipeline.set(_since(way), since, nx=True, ex=_REMEMBERED_SECONDS)
            for key in (_since(way), _told(way)):
                pipeline.expire(key, _REMEMBERED_SECONDS)
            pipeline.execute()

    def _in_turn(self, messages: Iterable[Message]) -> list[Message]:
        """What failed comes last, lest what never goes out keep all others back."""
        failed = dict(self._redis.zrange(_last(self._way.name), 0, -1, withscores=True))
        return sorted(messages, key=lambda message: failed.get(message.key, 0.0))

    def _is_old(self, message: Message) -> bool:
        if not message.news:
            return False
        told = self._redis.hget(_told(self._way.name), message.key)
        since = self._redis.get(_since(self._way.name))
        return message.news <= max(float(told or 0), float(since or 0))

    def _sent(self, message: Message) -> None:
        way = self._way.name
        with self._redis.pipeline() as pipeline:
            self._settle(pipeline, message)
            pipeline.srem(_refused(way), key_of(way, message))
            if message.news:
                pipeline.hset(_told(way), message.key, repr(message.news))
            note_sent(pipeline, way, message)
            pipeline.execute()

    def _refused(self, message: Message, refused: MessageRefused) -> None:
        way = self._way.name
        with self._redis.pipeline() as pipeline:
            self._settle(pipeline, message)
            pipeline.sadd(_refused(way), key_of(way, message))
            pipeline.expire(_refused(way), HOUR_SECONDS)
            note_refused(pipeline, way, message, str(refused))
            pipeline.execute()
        log.warning("A message by %s is tried again in an hour (%s): %s", way, message.key, refused)

    def _settle(self, pipeline: Pipeline, message: Message) -> None:
        """There was an answer: the way works, and this is over for the hour."""
        way = self._way.name
        pipeline.set(key_of(way, message), 1, ex=HOUR_SECONDS)
        pipeline.zrem(_last(way), message.key)
        pipeline.delete(_failures(way))

    def _failed(self, message: Message, claim: Lock, failed: NotSent) -> None:
        way = self._way.name
        with self._redis.pipeline() as pipeline:
            pipeline.incr(_failures(way))
            pipeline.expire(_failures(way), _REMEMBERED_SECONDS)
            pipeline.zadd(_last(way), {message.key: message.at})
            pipeline.expire(_last(way), HOUR_SECONDS)
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


def _since(way: WayName) -> str:
    return f"cw:notify:since:{way}"


def _told(way: WayName) -> str:
    return f"cw:notify:told:{way}"


def _refused(way: WayName) -> str:
    return f"cw:notify:refused:{way}"


def _last(way: WayName) -> str:
    return f"cw:notify:last:{way}"


def _failures(way: WayName) -> str:
    return f"cw:notify:failures:{way}"
