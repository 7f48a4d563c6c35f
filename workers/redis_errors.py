"""Which failures of Redis pass without a person's help."""

import re

from kombu.exceptions import OperationalError
from redis.exceptions import (
    ClusterDownError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

_PASSING = (
    RedisConnectionError,  # a Redis that is still loading, too
    RedisTimeoutError,
    OutOfMemoryError,
    ReadOnlyError,
    ClusterDownError,  # or a replica without its master
    TryAgainError,
    NoScriptError,  # Redis was restarted just after it had been given the script
    OperationalError,  # the nudges were not published; the rows are open
)
_PASSING_WORDS = re.compile(
    r"(?:^|-|caused error: )((?:BUSY|LOADING|OOM|READONLY|MISCONF|NOREPLICAS)\b.*)", re.DOTALL
)
"""What a Redis says that cannot serve just now, where its client has no class for it: at the
beginning, or quoted by a script or a pipeline.
"""
_QUOTED = re.compile(r"^Command # \d+ \(.*\) of pipeline caused error: ", re.DOTALL)


def redis_may_pass(problem: BaseException) -> bool:
    """Whether Redis may serve later what it does not now; False of all that is no failure of it."""
    if isinstance(problem, _PASSING):
        return True
    return isinstance(problem, ResponseError) and bool(_PASSING_WORDS.search(str(problem)))


def redis_words(problem: BaseException) -> str:
    """What Redis said itself, without which script or pipeline it said it of."""
    said = str(problem)
    found = _PASSING_WORDS.search(said)
    return found[1] if found else _QUOTED.sub("", said)
