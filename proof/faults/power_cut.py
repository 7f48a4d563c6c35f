"""What a power cut takes from Redis: whatever it had not yet made sure of, a second at most."""

import os
from pathlib import Path

from workers.redis_server import RedisServer


class PowerCut:
    """Made when the last second begins, `strike`s at its end.

    A process that is merely killed leaves to the operating system all that it has written.
    """

    def __init__(self, redis: RedisServer) -> None:
        self._redis = redis
        self._log = append_only_file(redis.directory)
        self._safe = self._log.stat().st_size

    def strike(self) -> None:
        """Redis is gone, and what it wrote since goes with it."""
        self._redis.kill()
        written = self._log.stat().st_size  # less than before when Redis wrote the file anew
        os.truncate(self._log, min(self._safe, written))


def append_only_file(directory: Path) -> Path:
    """The one that is being written; Redis 7 has several, and while one is written anew there is
    another, under another name.
    """
    return max(directory.rglob("appendonly*.aof"), key=lambda path: path.stat().st_mtime)
