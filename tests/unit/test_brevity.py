"""What the log holds of Redis's failures."""

import logging
import sys

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from workers.brevity import REPEATED_SECONDS, Brevity


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def told(problem: Exception) -> logging.LogRecord:
    """As Celery tells of a task that failed."""
    try:
        raise problem
    except type(problem):
        info = sys.exc_info()
    return logging.LogRecord("celery", logging.ERROR, "", 0, "Task %s failed", ("A",), info)


def test_a_redis_that_is_away_is_a_line_and_no_traceback() -> None:
    record = told(RedisConnectionError("Connection refused."))

    passed = Brevity().filter(record)

    assert passed
    assert record.exc_info is None
    assert record.levelno == logging.WARNING
    assert "ConnectionError: Connection refused." in record.getMessage()


def test_each_reason_is_told_once_a_minute() -> None:
    clock = Clock()
    brevity = Brevity(clock)

    first = [brevity.filter(told(RedisConnectionError(words))) for words in ("a", "b", "a")]
    clock.now += REPEATED_SECONDS
    later = brevity.filter(told(RedisConnectionError("a")))

    assert first == [True, True, False]
    assert later


def test_what_does_not_pass_by_itself_keeps_its_traceback() -> None:
    records = [told(ResponseError("WRONGTYPE of a key")), told(ValueError("a bug"))]

    brevity = Brevity()
    passed = [brevity.filter(record) for record in records * 2]

    assert all(passed)
    assert all(record.exc_info for record in records)


def test_what_failed_for_redis_is_told_as_redis_told_it() -> None:
    slotless = RedisError("Redis does not answer: nothing is sent.")
    slotless.__cause__ = RedisConnectionError("Connection refused.")
    record = told(slotless)

    Brevity().filter(record)

    assert record.exc_info is None
    assert "Connection refused." in record.getMessage()


def test_what_a_script_and_a_pipeline_quote_is_one_reason() -> None:
    full = "MISCONF Errors writing to the AOF file: No space left on device"
    quotes = (
        full,
        f"Error running script (call to f_1): @user_script:7: @user_script: 7: -{full}",
        f"Error running script (call to f_2): @user_script:9: @user_script: 9: -{full}",
        f"Command # 1 (ZREM unacked_index 1) of pipeline caused error: {full}",
    )

    brevity = Brevity()
    passed = [brevity.filter(told(ResponseError(words))) for words in quotes]

    assert passed == [True, False, False, False]
