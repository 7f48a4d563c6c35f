"""A look at what is wrong, now and then, by whoever runs: workers and Flower's process alike."""

from redis import Redis

from app.notifications.claims import Claims
from app.notifications.troubles import Troubles
from app.notifications.ways import ways_of
from app.settings import Settings

WATCH_SECONDS = 30.0
"""Between two looks of one process."""


class Watch:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        """`redis` must decode responses. Opens nothing yet."""
        self._troubles = Troubles(redis, settings)
        self._claims = [Claims(redis, way) for way in ways_of(settings)]

    def look(self) -> int:
        """Tells what is to be told → how many messages went out. While no way is to be tried, it
        is seen nonetheless (app/notifications/observed.py).
        """
        messages = list(self._troubles.now())
        return sum(claims.tell_all(messages) for claims in self._claims)
