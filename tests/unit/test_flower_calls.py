"""What endpoints call runs on threads: it may take too long, fail, or have a bug."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from pydantic import BaseModel
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import ResponseError

from app.errors import (
    AuthenticationFailed,
    ConfigurationError,
    InvalidHierarchy,
    RecordLocked,
    RecordNotFound,
    RecordRejected,
    ServiceUnavailable,
)
from app.transport import seconds_left
from workers.flower.api.calls import Calls
from workers.flower.api.endpoint import Asked, Endpoint
from workers.flower.api.outcome import Failed, TookTooLong, told


class Answer(BaseModel):
    words: str


def nothing(asked: Asked[Any, Any]) -> Answer:
    """Is not called itself: each test brings what is."""
    return Answer(words="nothing")


READ = Endpoint("GET", "/things", nothing, answer=Answer, seconds=30.0)
ACT = Endpoint("POST", "/things", nothing, answer=Answer, seconds=30.0)


def run(endpoint: Endpoint, call: Callable[[], BaseModel]) -> BaseModel:
    calls = Calls([endpoint])
    try:
        return asyncio.run(calls.run(endpoint, call))
    finally:
        calls.close()


def raising(error: Exception) -> Callable[[], Answer]:
    def call() -> Answer:
        raise error

    return call


def test_what_is_returned_comes_back() -> None:
    assert run(READ, lambda: Answer(words="done")) == Answer(words="done")


def test_calls_to_a_cloud_get_no_more_time_than_the_caller_waits() -> None:
    answer = run(READ, lambda: Answer(words=str(seconds_left(900.0))))

    assert isinstance(answer, Answer)
    assert float(answer.words) <= 30.0


@pytest.mark.parametrize(
    ("endpoint", "words"), [(READ, "is slow"), (ACT, "may still be carried out")]
)
def test_whoever_waits_too_long_is_told_what_may_have_happened(
    endpoint: Endpoint, words: str
) -> None:
    silence = Event()

    def hangs() -> Answer:
        assert silence.wait(30)
        return Answer(words="late")

    with pytest.raises(TookTooLong, match=words):
        run(replace(endpoint, seconds=0.01), hangs)

    silence.set()


def test_what_has_not_begun_in_time_is_never_done() -> None:
    brief, silence, done = replace(ACT, seconds=0.05), Event(), Event()
    calls = Calls([brief])

    def hangs() -> Answer:
        assert silence.wait(30)
        return Answer(words="late")

    def acts() -> Answer:
        done.set()
        return Answer(words="done")

    async def all_at_once() -> list[object]:
        orders = [calls.run(brief, call) for call in (*[hangs] * 4, acts)]
        return list(await asyncio.gather(*orders, return_exceptions=True))

    answers = asyncio.run(all_at_once())
    silence.set()
    calls.close()

    assert "yours was not begun" in str(answers[-1])
    assert not done.is_set()


def test_a_bug_is_told_without_its_traceback_which_the_log_has(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(Failed) as failed:
        run(ACT, raising(KeyError("a secret")))

    assert (failed.value.status, failed.value.error) == (500, "InternalError")
    assert "secret" not in failed.value.message
    assert "KeyError" in caplog.text


def test_a_command_that_redis_cannot_read_is_a_bug() -> None:
    with pytest.raises(Failed) as failed:
        run(READ, raising(ResponseError("ERR syntax error")))

    assert failed.value.error == "InternalError"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RecordNotFound("Gone."), 404),
        (RecordLocked("Held."), 409),
        (RecordRejected("No."), 409),
        (InvalidHierarchy("Round."), 409),
        (ServiceUnavailable("Down."), 503),
        (AuthenticationFailed("Refused."), 503),
        (ConfigurationError(["wrong."]), 400),
        (RedisGone("Connection refused."), 503),
    ],
)
def test_what_is_expected_to_go_wrong_is_told_as_it_is(error: Exception, status: int) -> None:
    with pytest.raises(type(error)) as raised:
        run(READ, raising(error))

    failed = told(raised.value)

    assert failed.status == status
    assert failed.message.endswith(".")


def test_a_services_own_words_are_told_too() -> None:
    failed = told(RecordRejected("It does not fit.", service_words="USER_ERROR: too long"))

    assert failed.message == "It does not fit. (USER_ERROR: too long)"
