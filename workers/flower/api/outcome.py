"""What an exception is to whoever called the API."""

from http import HTTPStatus

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from app.errors import (
    AmbiguousMatch,
    AuthenticationFailed,
    ConfigurationError,
    InvalidHierarchy,
    RecordLocked,
    RecordNotFound,
    RecordRejected,
    SyncError,
)

_STATUSES: tuple[tuple[type[SyncError], HTTPStatus], ...] = (
    (RecordNotFound, HTTPStatus.NOT_FOUND),
    (AmbiguousMatch, HTTPStatus.CONFLICT),
    (RecordLocked, HTTPStatus.CONFLICT),
    (RecordRejected, HTTPStatus.CONFLICT),
    (InvalidHierarchy, HTTPStatus.CONFLICT),
    (AuthenticationFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (SyncError, HTTPStatus.SERVICE_UNAVAILABLE),
)


class Failed(Exception):
    """What the caller is told: a status, the name of the kind, and a sentence."""

    def __init__(self, status: HTTPStatus, error: str, message: str) -> None:
        super().__init__(message)
        self.status, self.error, self.message = status, error, message


class BadRequest(Failed):
    """The caller asked for something that cannot be."""

    def __init__(self, message: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, "BadRequest", message)


class TookTooLong(Failed):
    """No answer came in time, or too many wait for one."""

    def __init__(self, message: str) -> None:
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, "TookTooLong", message)


EXPECTED = (SyncError, ConfigurationError, RedisError, OperationalError)
"""What an endpoint may raise. All else is a bug."""


def told(error: BaseException) -> Failed:
    """One of the EXPECTED as the caller is told it."""
    if isinstance(error, SyncError):
        status = next(status for kind, status in _STATUSES if isinstance(error, kind))
        return Failed(status, type(error).__name__, _with_service_words(error))
    if isinstance(error, ConfigurationError):
        return Failed(HTTPStatus.BAD_REQUEST, "ConfigurationError", " ".join(error.problems))
    words = f"Redis does not answer ({type(error).__name__}): nothing was done, or not all of it."
    return Failed(HTTPStatus.SERVICE_UNAVAILABLE, "RedisUnavailable", words)


def _with_service_words(error: SyncError) -> str:
    return f"{error} ({error.service_words[:300]})" if error.service_words else str(error)
