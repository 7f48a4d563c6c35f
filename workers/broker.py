"""Celery's Redis transport with one client per channel, where kombu makes one for each command.

A client is cheap to use and dear to make: with redis-py 8 making them took a seventh of a busy
worker's time (docs/decisions/0030-a-lean-worker.md). Clients of a pool are safe to share.
"""

from typing import Any

from kombu.transport import redis as kombu_redis


class Channel(kombu_redis.Channel):
    """A channel that keeps its client for as long as it keeps its connection pool."""

    _kept: tuple[Any, Any] = (None, None)
    """The pool, and the client that was made for it: a fork or a loss of connection drops both."""

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:
            return super()._create_client(asynchronous=True)
        pool, client = self._kept
        if pool is None or pool is not self.pool:
            client = super()._create_client()
            self._kept = (self.pool, client)
        return client


class Transport(kombu_redis.Transport):
    """In a worker, kombu's own is replaced by it (workers/celery.py)."""

    Channel = Channel
