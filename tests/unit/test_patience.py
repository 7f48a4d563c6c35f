"""What the listener waits for rather than ends, and what it says of it."""

import pytest
from kombu.exceptions import OperationalError
from redis.exceptions import (
    BusyLoadingError,
    MasterDownError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from app.errors import PermanentError, ServiceUnavailable
from workers.patience import in_words, may_pass


@pytest.mark.parametrize(
    "problem",
    [
        RedisConnectionError("Error 111 connecting to 127.0.0.1:6379."),
        RedisTimeoutError("Timeout reading from socket"),
        BusyLoadingError("Redis is loading the dataset in memory"),
        OutOfMemoryError("command not allowed when used memory > 'maxmemory'."),
        ReadOnlyError("You can't write against a read only replica."),
        MasterDownError("Link with MASTER is down"),
        NoScriptError("No matching script. Please use EVAL."),
        OperationalError("no broker"),
        ResponseError("BUSY Redis is busy running a script."),
        ResponseError("MISCONF Redis is configured to save, but cannot."),
        ResponseError("Error running script (call to f_1): @user_script:1: -OOM command refused"),
    ],
)
def test_a_redis_that_cannot_serve_just_now_is_waited_for_and_named(problem: Exception) -> None:
    assert may_pass(problem)
    assert in_words(problem).startswith("Redis does not answer at REDIS_URL")
    assert str(problem) in in_words(problem)


def test_a_salesforce_that_cannot_serve_just_now_is_waited_for_and_named() -> None:
    problem = ServiceUnavailable("It is down.", service="salesforce", service_words="503")

    assert may_pass(problem)
    assert in_words(problem) == "Salesforce failed: ServiceUnavailable: It is down. (503)"


@pytest.mark.parametrize(
    "problem",
    [
        ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value"),
        ResponseError("Error running script: the word BUSY in it"),
        PermanentError("refused", service="salesforce"),
    ],
)
def test_what_would_come_out_the_same_again_is_not_waited_for(problem: Exception) -> None:
    assert not may_pass(problem)
