"""A log that people can read while Redis is away: a line for the reason, not a traceback for each
task.
"""

import logging
import threading
import time
from collections.abc import Callable

from celery.beat import SchedulingError
from redis.exceptions import RedisError

from workers.redis_errors import redis_may_pass, redis_words

REPEATED_SECONDS = 60.0
_LONGEST = 200


class Brevity(logging.Filter):
    """Of what Celery logs of Redis's failures that pass by themselves, each reason leaves a line a
    minute. Flower shows the tasks, and their rows go on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._mutex = threading.Lock()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Writes the record anew, or drops it, if it tells of such a failure."""
        problem = _cause(record.exc_info[1]) if record.exc_info else None
        if problem is None or not redis_may_pass(problem):
            return True
        reason = f"{type(problem).__name__}: {redis_words(problem)}"[:_LONGEST]
        if not self._is_news(reason):
            return False
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        record.msg, record.args = (
            "Redis does not answer at REDIS_URL, or cannot serve just now (%s). What is under way "
            "goes on once it does. This is told once a minute.",
            (reason,),
        )
        record.exc_info = record.exc_text = None
        return True

    def _is_news(self, reason: str) -> bool:
        now = self._clock()
        with self._mutex:
            self._told = {
                each: at for each, at in self._told.items() if now < at + REPEATED_SECONDS
            }
            if reason in self._told:
                return False
            self._told[reason] = now
            return True


def _cause(problem: BaseException | None) -> BaseException | None:
    """Beat's own error, and ours of a call that got no slot, name what they failed of."""
    if problem is not None and isinstance(problem, SchedulingError):
        cause: BaseException | None = problem.__context__
        return cause
    return (problem.__cause__ or problem) if type(problem) is RedisError else problem
