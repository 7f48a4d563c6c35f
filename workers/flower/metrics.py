"""`/metrics`: what Flower measures, and what Redis shows of the sync."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Any

from flower.views import BaseHandler
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError
from tornado.ioloop import IOLoop

from app.services import open_redis
from app.settings import Settings
from workers.flower.families import families, up
from workers.flower.figures import Figures, read_figures

_SECONDS = 2.0
"""Prometheus gives a scrape up after ten."""


class Everything(Collector):
    """Flower's own metrics and ours, read while they are collected."""

    def __init__(self, settings: Settings) -> None:
        """Opens nothing yet."""
        self._settings = settings
        self._redis: Redis = open_redis(settings, seconds=_SECONDS, retries=1)

    def collect(self) -> Iterator[Metric]:
        """Ours are missing, and `closedwon_up` is 0, where Redis does not answer."""
        yield from REGISTRY.collect()
        figures = self._figures()
        yield up(answers=figures is not None)
        if figures is not None:
            yield from families(figures)

    def written(self) -> bytes:
        """As Prometheus reads them."""
        return generate_latest(self)

    def close(self) -> None:
        self._redis.close()

    def _figures(self) -> Figures | None:
        try:
            return read_figures(self._redis, self._settings)
        except RedisError:
            return None


class Metrics(BaseHandler):
    """In the place of Flower's own handler. Who may see it, the gate decides."""

    def initialize(self, *, write: Callable[[], bytes], pool: Executor) -> None:
        """`write` (Everything.written) waits for Redis, so it runs in `pool`, not on the loop."""
        self._written, self._pool = write, pool

    async def get(self) -> None:
        self.application.purge_offline_worker_metrics()
        written: Any = await IOLoop.current().run_in_executor(self._pool, self._written)
        self.set_header("Content-Type", CONTENT_TYPE_PLAIN_0_0_4)
        self.finish(written)
