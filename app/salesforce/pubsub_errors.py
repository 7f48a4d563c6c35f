"""What an error of the Pub/Sub API means: one table. The trailer `error-code` decides; the gRPC
status speaks only where there is none that we know (facts: Pub/Sub errors).

Four classes, and one that is ours to heal: the same again (ServiceUnavailable), slower (SlowDown),
one new login (SessionRefused), never again without a person (PermanentError), and a place in the
stream that is gone (ReplayIdLost).
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

import grpc

from app.errors import (
    AuthenticationFailed,
    PermanentError,
    RateLimited,
    ServiceUnavailable,
    SyncError,
    TransientError,
)

PREFIX = "sfdc.platform.eventbus.grpc."


class SessionRefused(TransientError):
    """The token is not accepted: one new login may help, a second will not."""


class ReplayIdLost(TransientError):
    """The replay id is not valid, or older than the 72 hours that events are kept."""


class SlowDown(RateLimited):
    """Too much was asked for: `retry_after` is the first wait, and each one after it is longer."""


class SchemaNotFound(PermanentError):
    """No schema has that id: the event that names it is damaged."""


class Row(NamedTuple):
    code: str
    """Without the prefix; `*` stands for anything."""
    error: type[SyncError]
    words: str
    wait_seconds: float | None = None


_AGAIN = "Salesforce's event service is not available."
_SLOWER = "Salesforce's event service asks us to slow down."
_BUG = "Salesforce refuses our request as malformed: this is a bug of ours."
_LOST = "Salesforce no longer knows the place where we stopped."
_ACCESS = (
    "The integration user may not read these change events: give it View All Records on the object."
)
TABLE = (
    Row("service.unavailable", ServiceUnavailable, _AGAIN),
    Row("topic.api.unavailable", ServiceUnavailable, _AGAIN),
    Row("schema.api.unavailable", ServiceUnavailable, _AGAIN),
    Row("subscription.internal.error", ServiceUnavailable, _AGAIN),
    Row("service.protection.triggered", SlowDown, _SLOWER, 60.0),
    Row("service.protection.stream.limit.triggered", SlowDown, _SLOWER, 60.0),
    Row("subscription.fetch.overflow", SlowDown, _SLOWER, 60.0),
    Row(
        "subscription.limit.exceeded",
        SlowDown,
        "The org's events for 24 hours are used up: look for other subscribers, or buy more. "
        "Nothing is lost if this ends within 72 hours.",
        900.0,
    ),
    Row("service.auth.error", SessionRefused, "Salesforce refuses our session."),
    Row("service.auth.refresh.invalid", SessionRefused, "Salesforce refuses our session."),
    Row("subscription.fetch.replayid.corrupted", ReplayIdLost, _LOST),
    # Documented for a missing id, which we never leave out; Salesforce's own samples treat the two
    # alike.
    Row("subscription.fetch.replayid.validation.failed", ReplayIdLost, _LOST),
    Row(
        "subscription.fetch.replay.repeated",
        ServiceUnavailable,
        "Salesforce moved the stream; it is opened anew where we stopped.",
    ),
    Row(
        "concurrent.client.limit.exceeded",
        PermanentError,
        "Too many subscribers are connected to this org: stop one, or a listener left running.",
    ),
    Row("service.tenant.license", PermanentError, "This org has no licence for the Pub/Sub API."),
    Row(
        "topic.not.found",
        PermanentError,
        "There is no such channel: check SALESFORCE_CHANNELS, and select the object under Setup, "
        "Change Data Capture.",
    ),
    Row("subscription.topic.cannot.subscribe", PermanentError, _ACCESS),
    Row("topic.meta.permission", PermanentError, _ACCESS),
    Row("schema.meta.permission", PermanentError, _ACCESS),
    Row("schema.not.found", SchemaNotFound, "Salesforce knows no such schema."),
    Row("schema.*validation.*", SchemaNotFound, "Salesforce knows no such schema."),
    Row("service.auth.headers.invalid", PermanentError, _BUG),
    Row("*.validation.*", PermanentError, _BUG),
    Row("*.mismatch", PermanentError, _BUG),
)

BY_STATUS = {
    grpc.StatusCode.CANCELLED: Row("", ServiceUnavailable, "The stream was cancelled."),
    grpc.StatusCode.UNKNOWN: Row("", ServiceUnavailable, _AGAIN),
    grpc.StatusCode.DEADLINE_EXCEEDED: Row(
        "", ServiceUnavailable, "Salesforce's event service did not answer in time."
    ),
    grpc.StatusCode.ABORTED: Row("", ServiceUnavailable, _AGAIN),
    grpc.StatusCode.INTERNAL: Row("", ServiceUnavailable, _AGAIN),
    grpc.StatusCode.UNAVAILABLE: Row("", ServiceUnavailable, _AGAIN),
    grpc.StatusCode.DATA_LOSS: Row("", ServiceUnavailable, _AGAIN),
    grpc.StatusCode.RESOURCE_EXHAUSTED: Row("", SlowDown, _SLOWER, 60.0),
    grpc.StatusCode.UNAUTHENTICATED: Row("", SessionRefused, "Salesforce refuses our session."),
    grpc.StatusCode.PERMISSION_DENIED: Row("", PermanentError, _ACCESS),
}
_NO_SCHEMA = Row("", SchemaNotFound, "Salesforce knows no such schema.")
SCHEMA_BY_STATUS = BY_STATUS | {
    grpc.StatusCode.NOT_FOUND: _NO_SCHEMA,
    grpc.StatusCode.INVALID_ARGUMENT: _NO_SCHEMA,
}
"""Where a schema was asked for: one event with an odd id must not stop all that follow."""
_OTHERWISE = Row("", PermanentError, "Salesforce's event service refuses the request.")


def error_of(
    broken: grpc.RpcError, by_status: Mapping[grpc.StatusCode, Row] = BY_STATUS
) -> SyncError:
    """What the end of a call means; `service_words` hold status, code and message with its rpcId.

    The message is Salesforce's own and names no token. `by_status`: where no code that we know is
    given.
    """
    if not isinstance(broken, grpc.Call):
        return ServiceUnavailable(_AGAIN, service="salesforce", service_words=type(broken).__name__)
    code = _trailer(broken, "error-code").removeprefix(PREFIX)
    row = _row(code, broken.code(), by_status)
    words = " ".join((broken.code().name, code, (broken.details() or "")[:1000]))
    if issubclass(row.error, TransientError):
        return row.error(
            row.words, service="salesforce", service_words=words, retry_after=row.wait_seconds
        )
    return row.error(row.words, service="salesforce", service_words=words)


def refused_anew(refused: SessionRefused) -> AuthenticationFailed:
    """The session was granted for the very attempt that it failed: another would fare the same."""
    return AuthenticationFailed(
        "Salesforce's event service refuses a session that was just granted: check the "
        "integration user's permissions and IP restrictions.",
        service="salesforce",
        service_words=refused.service_words,
    )


def _row(code: str, status: grpc.StatusCode, by_status: Mapping[grpc.StatusCode, Row]) -> Row:
    for row in TABLE:
        if fnmatchcase(code, row.code):
            return row
    return by_status.get(status, _OTHERWISE)


def _trailer(call: grpc.Call, name: str) -> str:
    """The trailer's text; empty if there is none."""
    for key, value in call.trailing_metadata() or ():
        if key == name:
            return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return ""
