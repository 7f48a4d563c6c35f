"""Celery's Redis transport as a worker needs it: with one client per channel, where kombu makes one
for each command, and without falling over what is no message, or over a Redis that goes away.

A client is cheap to use and dear to make: with redis-py 8 making them took a seventh of a busy
worker's time (docs/decisions/0030-a-lean-worker.md). Clients of a pool are safe to share.

Redis key `cw:unreadable`, a list: what lay in a queue and was no message, the newest first, each as
JSON with `queue`, `why`, `at` (epoch seconds) and the beginning of the `entry`.
"""

import json
import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kombu.transport import redis as kombu_redis
from kombu.utils.json import loads
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from app.legible import legible
from workers.message_form import NoMessage, ensure_envelope, ensure_task
from workers.redis_errors import redis_may_pass

log = logging.getLogger(__name__)

ASIDE = "cw:unreadable"
_MOST_KEPT, _LONGEST_KEPT, _KEPT_SECONDS = 100, 2000, 7 * 24 * 3600
_CALLS = ".pidbox"
"""How the queue ends by which `celery inspect` and Flower call a worker: those are no tasks."""
_NOT_JSON = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What kombu's reading of JSON raises, which also makes dates and the like of tagged values."""


@contextmanager
def _refusals_as_losses() -> Iterator[None]:
    """A Redis that cannot serve just now is one that is away: the worker waits, and does not end.

    Raises:
        redis.exceptions.ConnectionError: in place of a refusal that passes.
    """
    try:
        yield
    except ResponseError as refused:
        if redis_may_pass(refused):
            raise RedisConnectionError(str(refused)) from refused
        raise


class QoS(kombu_redis.QoS):
    """What a worker tells Redis of messages that it has taken. What is done makes room for another
    at once, whether or not Redis hears of it: a worker that keeps such places never takes a message
    again once all are lost, as a Redis without memory, which refuses every transaction, made it.
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._owed: deque[str] = deque()
        """Tags of what is done, as far as Redis has not heard of it; threads share it."""

    def append(self, message: Any, delivery_tag: str) -> None:
        with _refusals_as_losses():
            super().append(message, delivery_tag)

    def ack(self, delivery_tag: str) -> None:
        self._quick_ack(delivery_tag)
        self._owed.append(delivery_tag)
        with _refusals_as_losses():
            self._settle()

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """What goes back to its queue, and cannot, is restored by whoever looks for messages that
        were taken long ago.
        """
        if not requeue:
            self.ack(delivery_tag)
            return
        with _refusals_as_losses():
            try:
                self.restore_by_tag(delivery_tag, leftmost=True)
            finally:
                self._quick_ack(delivery_tag)

    def restore_visible(self, *given: Any, **options: Any) -> Any:
        with _refusals_as_losses():
            return super().restore_visible(*given, **options)

    def _settle(self) -> None:
        with suppress(IndexError):  # another thread has told the last
            while True:
                tag = self._owed.popleft()
                try:
                    self._remove_from_indices(tag).execute()
                except Exception:
                    self._owed.append(tag)
                    raise


class Channel(kombu_redis.Channel):
    """A channel that keeps its client for as long as it keeps its connection pool."""

    QoS = QoS
    _kept: tuple[Any, Any] = (None, None)
    """The pool, and the client that was made for it: a fork or a loss of connection drops both."""

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:
            client = super()._create_client(asynchronous=True)
            client.set_response_callback("BRPOP", _taken)
            return client
        pool, client = self._kept
        if pool is None or pool is not self.pool:
            client = super()._create_client()
            self._kept = (self.pool, client)
        return client

    def _get_pool(self, asynchronous: bool = False) -> Any:
        """kombu falls over a channel that it failed to close while Redis went away: it gives the
        messages back when the connection has let go of its address already.
        """
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("The connection is closed already.")
        return super()._get_pool(asynchronous)

    def _brpop_read(self, **options: Any) -> Any:
        with _refusals_as_losses():
            return super()._brpop_read(**options)

    def set_aside(self, queue: str, why: str, entry: str) -> None:
        """Nobody can carry it out, and nobody is to meet it again. The log has it, whether or not
        Redis takes it.
        """
        log.error(
            "The queue %s held what is no message: %s. It is set aside in Redis (LRANGE %s 0 -1): "
            "see who sends it. No account is lost for it: the sweeper sets going what waits.",
            *(queue, why, ASIDE),
        )
        kept = {"queue": queue, "why": why, "at": int(time.time()), "entry": entry[:_LONGEST_KEPT]}
        with suppress(RedisError), self._create_client().pipeline() as pipeline:
            pipeline.lpush(ASIDE, json.dumps(kept))
            pipeline.ltrim(ASIDE, 0, _MOST_KEPT - 1)
            pipeline.expire(ASIDE, _KEPT_SECONDS)
            pipeline.execute()


class Transport(kombu_redis.Transport):
    """In a worker, kombu's own is replaced by it (workers/celery.py)."""

    Channel = Channel

    def _deliver(self, message: Any, queue: str) -> None:
        try:
            if isinstance(message, dict) and "unreadable" in message:
                raise NoMessage("it is no JSON")
            ensure_envelope(message)
            if not queue.endswith(_CALLS):
                ensure_task(message)
        except NoMessage as wrong:
            self.channels[0].set_aside(queue, str(wrong), legible(json.dumps(message)))
            return
        super()._deliver(message, queue)


def _taken(reply: Any) -> tuple[bytes, bytes] | None:
    """A queue and its entry; what kombu could not read is put into words that it can."""
    if not reply:
        return None
    queue, entry = reply
    try:
        loads(entry.decode())
    except _NOT_JSON:
        words = entry[:_LONGEST_KEPT].decode(errors="replace")
        return queue, json.dumps({"unreadable": words}).encode()
    return queue, entry
