"""The platform's REST errors: code, HTTP status, message, and the list that is the body."""

import json
from collections.abc import Sequence
from typing import Any

_STATUS = {
    "INVALID_SESSION_ID": 401,
    "INVALID_AUTH_HEADER": 401,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "API_DISABLED_FOR_ORG": 403,
    "INSUFFICIENT_ACCESS": 403,
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "METHOD_NOT_ALLOWED": 405,
    "URI_TOO_LONG": 414,
    "UNKNOWN_EXCEPTION": 500,
    "SERVER_UNAVAILABLE": 503,
}

_MESSAGES = {
    "INVALID_SESSION_ID": "Session expired or invalid",
    "INVALID_AUTH_HEADER": "INVALID_HEADER_TYPE",
    "REQUEST_LIMIT_EXCEEDED": "TotalRequests Limit exceeded.",
    "NOT_FOUND": "The requested resource does not exist",
    "ENTITY_IS_DELETED": "entity is deleted",
    "UNABLE_TO_LOCK_ROW": "unable to obtain exclusive access to this record",
    "QUERY_TIMEOUT": "Your query request was running for too long.",
    "SERVER_UNAVAILABLE": "We are down for maintenance. Sorry for the inconvenience.",
    "UNKNOWN_EXCEPTION": "An unexpected error occurred. Please include this ErrorId if you contact "
    "support: 1234567890-12345 (-123456789)",
    "METHOD_NOT_ALLOWED": "HTTP Method not allowed",
}

_CODE_OF_STATUS = {
    400: "UNKNOWN_EXCEPTION",
    401: "INVALID_SESSION_ID",
    403: "REQUEST_LIMIT_EXCEEDED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    414: "URI_TOO_LONG",
    500: "UNKNOWN_EXCEPTION",
    503: "SERVER_UNAVAILABLE",
}


class ApiError(Exception):
    """What the platform refuses. ``fields`` is shown only for record errors (then maybe empty)."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        fields: Sequence[str] | None = None,
        status: int | None = None,
    ) -> None:
        self.code = code
        self.message = message if message is not None else _MESSAGES.get(code, code)
        self.fields = None if fields is None else list(fields)
        self.status = status or _STATUS.get(code, 400)
        super().__init__(f"{code}: {self.message}")

    def entry(self) -> dict[str, Any]:
        """One element of the error list."""
        entry: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        return entry if self.fields is None else {**entry, "fields": self.fields}

    def body(self) -> bytes:
        """The response body."""
        return json.dumps([self.entry()]).encode()


def error_answer(
    status: int | None, code: str | None, message: str | None
) -> tuple[int, dict[str, str], bytes]:
    """The REST error answer for a status or a code, whichever is known."""
    code = code or _CODE_OF_STATUS.get(status or 500, "UNKNOWN_EXCEPTION")
    error = ApiError(code, message, status=status)
    return error.status, {"content-type": "application/json;charset=UTF-8"}, error.body()
