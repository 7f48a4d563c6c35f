"""What each error of the Pub/Sub API means for the listener."""

from typing import Any

import grpc
import pytest

from app.errors import PermanentError, RateLimited, ServiceUnavailable, SyncError
from app.salesforce.pubsub_errors import (
    PREFIX,
    ReplayIdLost,
    SchemaNotFound,
    SessionRefused,
    SlowDown,
    error_of,
)


class _BrokenCall(grpc.RpcError, grpc.Call):
    """The end of a call, as gRPC raises it."""

    def __init__(self, status: grpc.StatusCode, *trailers: tuple[str, Any]) -> None:
        self._status, self._trailers = status, trailers

    def code(self) -> grpc.StatusCode:
        return self._status

    def details(self) -> str:
        return "The words of Salesforce. rpcId: 1b2c"

    def trailing_metadata(self) -> tuple[Any, ...]:
        return self._trailers

    def initial_metadata(self) -> tuple[Any, ...]:
        return ()

    def is_active(self) -> bool:
        return False

    def time_remaining(self) -> float:
        return 0.0

    def cancel(self) -> bool:
        return False

    def add_callback(self, callback: object) -> bool:
        return False


def _error(status: grpc.StatusCode, code: str = "") -> SyncError:
    return error_of(_BrokenCall(status, ("rpcid", "1b2c"), ("error-code", f"{PREFIX}{code}")))


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("service.unavailable", ServiceUnavailable),
        ("topic.api.unavailable", ServiceUnavailable),
        ("schema.api.unavailable", ServiceUnavailable),
        ("subscription.internal.error", ServiceUnavailable),
        ("subscription.fetch.replay.repeated", ServiceUnavailable),
        ("service.protection.triggered", SlowDown),
        ("service.protection.stream.limit.triggered", SlowDown),
        ("subscription.fetch.overflow", SlowDown),
        ("subscription.limit.exceeded", SlowDown),
        ("service.auth.error", SessionRefused),
        ("service.auth.refresh.invalid", SessionRefused),
        ("subscription.fetch.replayid.corrupted", ReplayIdLost),
        ("subscription.fetch.replayid.validation.failed", ReplayIdLost),
        ("subscription.fetch.requested.events.validation.failed", PermanentError),
        ("subscription.topic.mismatch", PermanentError),
        ("concurrent.client.limit.exceeded", PermanentError),
        ("service.tenant.license", PermanentError),
        ("topic.not.found", PermanentError),
        ("subscription.topic.cannot.subscribe", PermanentError),
        ("topic.meta.permission", PermanentError),
        ("schema.meta.permission", PermanentError),
        ("service.auth.headers.invalid", PermanentError),
        ("schema.not.found", SchemaNotFound),
    ],
)
def test_the_error_code_decides_whatever_the_status(code: str, meaning: type[SyncError]) -> None:
    statuses = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNAVAILABLE)

    errors = [_error(status, code) for status in statuses]

    assert [type(error) for error in errors] == [meaning, meaning]
    assert code in errors[0].service_words


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (grpc.StatusCode.UNAVAILABLE, ServiceUnavailable),
        (grpc.StatusCode.INTERNAL, ServiceUnavailable),
        (grpc.StatusCode.UNKNOWN, ServiceUnavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, ServiceUnavailable),
        (grpc.StatusCode.CANCELLED, ServiceUnavailable),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, SlowDown),
        (grpc.StatusCode.UNAUTHENTICATED, SessionRefused),
        (grpc.StatusCode.PERMISSION_DENIED, PermanentError),
        (grpc.StatusCode.NOT_FOUND, PermanentError),
        (grpc.StatusCode.INVALID_ARGUMENT, PermanentError),
        (grpc.StatusCode.UNIMPLEMENTED, PermanentError),
    ],
)
@pytest.mark.parametrize("code", ["", "a.code.nobody.knows"])
def test_the_status_decides_where_no_code_is_known(
    status: grpc.StatusCode, code: str, meaning: type[SyncError]
) -> None:
    error = _error(status, code)

    assert type(error) is meaning


def test_the_words_of_salesforce_are_kept_with_the_id_of_the_call() -> None:
    error = _error(grpc.StatusCode.UNAVAILABLE, "service.unavailable")

    assert error.service_words == (
        "UNAVAILABLE service.unavailable The words of Salesforce. rpcId: 1b2c"
    )


@pytest.mark.parametrize(
    ("code", "at_least"),
    [("service.protection.triggered", 60), ("subscription.limit.exceeded", 900)],
)
def test_slowing_down_means_minutes(code: str, at_least: float) -> None:
    error = _error(grpc.StatusCode.RESOURCE_EXHAUSTED, code)

    assert isinstance(error, SlowDown)
    assert isinstance(error, RateLimited), "it uses up no attempt"
    assert (error.retry_after or 0) >= at_least


def test_an_error_that_is_no_answered_call_is_tried_again() -> None:
    error = error_of(grpc.RpcError())

    assert type(error) is ServiceUnavailable


def test_trailers_may_be_bytes_or_missing() -> None:
    code = ("error-code", f"{PREFIX}topic.not.found".encode())

    with_bytes = error_of(_BrokenCall(grpc.StatusCode.UNAVAILABLE, code))
    without = error_of(_BrokenCall(grpc.StatusCode.UNAVAILABLE))

    assert type(with_bytes) is PermanentError
    assert type(without) is ServiceUnavailable
