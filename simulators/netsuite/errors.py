"""Error answers of SuiteTalk REST.

The body is ``{type, title, status, "o:errorDetails": [{detail, "o:errorCode", ...}]}``; most
business errors are 400 ``USER_ERROR`` whatever their cause, and only ``detail`` tells them apart
(Oracle help, section_156570709583; wordings as third parties saw them on live accounts).
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

MEDIA_TYPE = "application/vnd.oracle.resource+json; type=error"
PREFIX = "Error while accessing a resource. "

_SECTIONS = {
    400: "15.5.1",
    401: "15.5.2",
    403: "15.5.4",
    404: "15.5.5",
    405: "15.5.6",
    409: "15.5.10",
    415: "15.5.16",
    500: "15.6.1",
    502: "15.6.3",
    503: "15.6.4",
    504: "15.6.5",
}
_CODES = {
    400: "USER_ERROR",
    401: "INVALID_LOGIN",
    403: "INSUFFICIENT_PERMISSION",
    404: "NONEXISTENT_ID",
    405: "METHOD_NOT_ALLOWED",
    409: "RCRD_HAS_BEEN_CHANGED",
    415: "INVALID_HEADER",
    429: "CONCURRENCY_LIMIT_EXCEEDED",
    500: "UNEXPECTED_ERROR",
}
_STATUSES = {
    "INVALID_LOGIN": 401,
    "INVALID_LOGIN_ATTEMPT": 401,
    "INSUFFICIENT_PERMISSION": 403,
    "NONEXISTENT_ID": 404,
    "CONCURRENCY_LIMIT_EXCEEDED": 429,
    "UNEXPECTED_ERROR": 500,
}
_TOKEN_ERRORS = ("invalid_client", "invalid_grant", "invalid_request", "invalid_scope")
_DETAILS = {
    "INVALID_LOGIN": (
        "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at "
        "Setup > Users/Roles > User Management > View Login Audit Trail."
    ),
    "INVALID_LOGIN_ATTEMPT": "Invalid login attempt.",
    "INSUFFICIENT_PERMISSION": (
        "Permission Violation: Your current role does not have permission to perform this action."
    ),
    "NONEXISTENT_ID": "The record instance does not exist. Provide a valid record instance ID.",
    "CONCURRENCY_LIMIT_EXCEEDED": (
        "Concurrent request limit exceeded. Request blocked. Space your requests and try again."
    ),
    "RCRD_HAS_BEEN_CHANGED": PREFIX + "Record has been changed.",
    "USER_ERROR": PREFIX + "The request could not be completed.",
    "INVALID_KEY_OR_REF": PREFIX + "Invalid reference key.",
    "IDEMPOTENCY_ERROR": "A request with this idempotency key was already submitted.",
    "METHOD_NOT_ALLOWED": "The HTTP method is not supported for this resource.",
}


@dataclass
class ApiError(Exception):
    """A refusal; ``place`` names what it is about, e.g. ``("o:errorPath", "phone")``."""

    status: int
    code: str
    detail: str
    place: tuple[str, str] | None = None

    @property
    def body(self) -> bytes:
        """The JSON body."""
        details = {"detail": self.detail}
        if self.place is not None:
            details[self.place[0]] = self.place[1]
        details["o:errorCode"] = self.code
        answer: dict[str, object] = {
            "type": _type_link(self.status),
            "title": _title(self.status),
            "status": self.status,
            "o:errorDetails": [details],
        }
        if self.code == "CONCURRENCY_LIMIT_EXCEEDED":
            answer["o:errorCode"] = self.code
        return json.dumps(answer).encode()


def user_error(detail: str, field: str | None = None) -> ApiError:
    """400 USER_ERROR, the business rules' error; ``field`` is the JSON path of its cause."""
    place = ("o:errorPath", field) if field else None
    return ApiError(400, "USER_ERROR", PREFIX + detail, place)


def invalid_field_value(value: object, field: str) -> ApiError:
    """A reference to something that does not exist, or that this record may not refer to."""
    name = field.rsplit(".", 1)[-1]
    return user_error(
        f"You have entered an Invalid Field Value {value} for the following field: {name}", field
    )


def invalid_value(path: str) -> ApiError:
    """A JSON value whose shape is not that of its field."""
    name = path.rsplit(".", 1)[-1]
    return ApiError(
        400,
        "INVALID_VALUE",
        f"Invalid value for the resource or sub-resource field '{name}'. Provide a valid value.",
        ("o:errorPath", path),
    )


def invalid_content(detail: str, path: str | None = None) -> ApiError:
    """A body that cannot be read as the record."""
    return ApiError(400, "INVALID_CONTENT", detail, ("o:errorPath", path) if path else None)


def invalid_parameter(name: str, detail: str) -> ApiError:
    """A query parameter that is unknown or has a wrong value."""
    return ApiError(400, "INVALID_PARAMETER", detail, ("o:errorQueryParam", name))


def nonexistent() -> ApiError:
    """404: no such record, or none that the role may see."""
    return ApiError(404, "NONEXISTENT_ID", _DETAILS["NONEXISTENT_ID"])


def standard_error(code: str, status: int | None = None) -> ApiError:
    """The error of that code in its usual words."""
    number = status or _STATUSES.get(code, 400)
    return ApiError(number, code, _DETAILS.get(code, PREFIX.strip()))


def scripted(
    status: int | None, code: str | None, message: str | None
) -> tuple[int, dict[str, str], bytes]:
    """The true API's answer for a fault: what is not given follows from the rest."""
    if code in _TOKEN_ERRORS:
        return status or 400, {"content-type": "application/json"}, token_error(code, message)
    if status is not None and status < 400:
        return status, {}, b""
    number = status or _STATUSES.get(code or "", 400)
    if number in (502, 503, 504) and code is None and message is None:
        return number, {"content-type": "text/html"}, _gateway_page(number)
    name = code or _CODES.get(number, "UNEXPECTED_ERROR")
    unknown = _unexpected() if number >= 500 else _DETAILS["USER_ERROR"]
    detail = message or _DETAILS.get(name, unknown)
    return number, {"content-type": MEDIA_TYPE}, ApiError(number, name, detail).body


def token_error(error: str, description: str | None = None) -> bytes:
    """The token endpoint's body (RFC 6749, 5.2)."""
    body = {"error": error}
    if description:
        body["error_description"] = description
    return json.dumps(body).encode()


def _unexpected() -> str:
    return f"An unexpected error occurred. Error ID: {uuid4().hex[:22]}"


def _gateway_page(status: int) -> bytes:
    title = f"{status} {_title(status)}"
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>".encode()


def _type_link(status: int) -> str:
    if status == 429:
        return "https://www.rfc-editor.org/rfc/rfc6585.html#section-4"
    return f"https://www.rfc-editor.org/rfc/rfc9110.html#section-{_SECTIONS.get(status, '15.5.1')}"


def _title(status: int) -> str:
    """The title; a 429 says "Bad Request" on live accounts."""
    return "Bad Request" if status == 429 else HTTPStatus(status).phrase
