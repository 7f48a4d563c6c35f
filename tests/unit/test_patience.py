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

from app.errors import PermanentError, RateLimited, ServiceUnavailable
from app.retry import Backoff
from app.salesforce.pubsub_errors import SlowDown
from workers.patience import in_words, may_pass, seconds_of_rest


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


@pytest.mark.parametrize(
    ("first", "failures", "least", "most"),
    [
        *((60.0, 0, 60, 75), (60.0, 1, 120, 150), (60.0, 3, 480, 600), (60.0, 9, 3600, 4500)),
        *((900.0, 0, 900, 1125), (900.0, 1, 1800, 2250), (900.0, 500, 3600, 4500)),
        (7200.0, 5, 7200, 9000),
    ],
)
def test_where_salesforce_asks_us_to_slow_down_each_wait_is_longer_up_to_an_hour(
    first: float, failures: int, least: float, most: float
) -> None:
    limit = SlowDown("Too much.", service="salesforce", retry_after=first)

    rests = [seconds_of_rest(limit, failures, Backoff(1, 60), slowest=3600) for _ in range(50)]

    assert all(least <= rest <= most for rest in rests)
    assert len(set(rests)) > 1, "not all at the same moment"


def test_a_wish_of_salesforces_comes_before_our_own_patience() -> None:
    busy = RateLimited("Too many requests.", service="salesforce", retry_after=30)
    down = ServiceUnavailable("It is down.", service="salesforce")

    wished = [seconds_of_rest(busy, failures, Backoff(1, 60), 3600) for failures in (0, 9)]
    own = [seconds_of_rest(down, failures, Backoff(1, 60), 3600) for failures in (0, 9)]

    assert all(30 <= rest <= 31 for rest in wished)
    assert 0 <= own[0] <= 1
    assert 0 <= own[1] <= 60
