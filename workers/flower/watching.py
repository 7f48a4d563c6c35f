"""Flower's process looks for what is to be told, too: a worker that is gone tells nothing."""

import logging
from concurrent.futures import ThreadPoolExecutor

from redis import Redis
from redis.exceptions import RedisError
from tornado.ioloop import IOLoop, PeriodicCallback

from app.notifications.watch import WATCH_SECONDS, Watch
from app.settings import Settings

log = logging.getLogger(__name__)


class Watching:
    """Looks now and then, on a thread of its own: mail servers take their time."""

    def __init__(self, redis: Redis, settings: Settings, seconds: float = WATCH_SECONDS) -> None:
        """`redis` must decode responses. Nothing begins before `start`, which wants a loop."""
        self._watch, self._is_wanted = Watch(redis, settings), settings.notifies
        self._pool = ThreadPoolExecutor(1, "watching")
        self._clock = PeriodicCallback(self._turn, 1000 * seconds)
        self._has_failed = False

    def start(self) -> None:
        """Nothing to do where the settings name nobody who is to be told."""
        if self._is_wanted:
            self._clock.start()

    def stop(self) -> None:
        """A look that has begun comes to its end."""
        self._clock.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _turn(self) -> None:
        """One look; the next begins after it."""
        try:
            await IOLoop.current().run_in_executor(self._pool, self._watch.look)
        except RedisError as failed:
            level = logging.DEBUG if self._has_failed else logging.WARNING
            log.log(level, "Nobody is told of anything: Redis does not answer: %s", failed)
            self._has_failed = True
        else:
            self._has_failed = False
