"""What NetSuite's error answers mean, in bodies as live accounts send them."""

from typing import Any

import httpx
import pytest

from app.errors import (
    AuthenticationFailed,
    PermanentError,
    RateLimited,
    RecordLocked,
    RecordNotFound,
    RecordRejected,
    ServiceUnavailable,
    SyncError,
    TransientError,
)
from app.netsuite.errors import TABLE, EntityExists, error_of

PREFIX = "Error while accessing a resource. "
OTHER_PREFIX = "Error while accessing resource: "
BLOCKED = "Concurrent request limit exceeded. Request blocked. Space your requests and try again."
LOGIN = "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI."
VIOLATION = (
    "Permission Violation: Your current role does not have permission to perform this action."
)
FIELD = "You have entered an Invalid Field Value 99 for the following field: parent"
HTML = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


def answer(
    status: int, *details: tuple[str, str], code: str | None = None, **headers: str
) -> httpx.Response:
    """`details` are pairs of code and detail; `code` is the one at the top."""
    body: dict[str, Any] = {
        "type": "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1",
        "title": "Bad Request",
        "status": status,
        "o:errorDetails": [{"detail": text, "o:errorCode": name} for name, text in details],
    }
    if code:
        body["o:errorCode"] = code
    media = {"Content-Type": "application/vnd.oracle.resource+json; type=error"}
    return httpx.Response(status, json=body, headers=media | headers)


CASES = [
    (429, "CONCURRENCY_LIMIT_EXCEEDED", BLOCKED, RateLimited),
    (400, "CONCURRENCY_LIMIT_EXCEEDED", BLOCKED, RateLimited),
    (429, "SSS_REQUEST_LIMIT_EXCEEDED", "Request limit exceeded.", RateLimited),
    (401, "INVALID_LOGIN", LOGIN, AuthenticationFailed),
    (401, "INVALID_LOGIN_ATTEMPT", LOGIN, AuthenticationFailed),
    (403, "INSUFFICIENT_PERMISSION", VIOLATION, PermanentError),
    (400, "USER_ERROR", PREFIX + VIOLATION, PermanentError),
    (
        400,
        "USER_ERROR",
        OTHER_PREFIX + "You do not have privileges to view this page.",
        PermanentError,
    ),
    (400, "USER_ERROR", PREFIX + "This entity already exists.", EntityExists),
    (
        400,
        "USER_ERROR",
        OTHER_PREFIX + "A customer record with this ID already exists. You must enter a unique ID.",
        EntityExists,
    ),
    (400, "DUP_ENTITY", "This entity already exists.", EntityExists),
    (400, "UNIQUE_CUST_ID_REQD", "A customer record with this ID already exists.", EntityExists),
    (
        404,
        "NONEXISTENT_ID",
        "The record instance does not exist. Provide a valid record instance ID.",
        RecordNotFound,
    ),
    (409, "RCRD_HAS_BEEN_CHANGED", PREFIX + "Record has been changed.", RecordLocked),
    (400, "USER_ERROR", PREFIX + "Record has been changed.", RecordLocked),
    (
        400,
        "USER_ERROR",
        PREFIX + "This record has been locked by a user defined workflow.",
        RecordRejected,
    ),
    (500, "UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: k3x9", ServiceUnavailable),
    (400, "USER_ERROR", PREFIX + FIELD, RecordRejected),
    (400, "INVALID_CONTENT", FIELD, RecordRejected),
    (
        400,
        "INVALID_VALUE",
        "Invalid value for the resource or sub-resource field 'phone'. Provide a valid value.",
        RecordRejected,
    ),
    (400, "INVALID_KEY_OR_REF", "The specified key is invalid.", RecordRejected),
    (400, "INVALID_HEADER", "Provide the header 'Prefer: transient'.", PermanentError),
    (400, "INVALID_REQUEST", "The request could not be understood.", PermanentError),
    (400, "INVALID_PARAMETER", "Invalid query parameter 'limit'.", PermanentError),
    (400, "INVALID_ID", "Invalid value for the resource ID.", RecordNotFound),
]


@pytest.mark.parametrize(("status", "code", "detail", "expected"), CASES)
def test_a_code_and_its_detail_mean_one_error(
    status: int, code: str, detail: str, expected: type[SyncError]
) -> None:
    response = answer(status, (code, detail))

    error = error_of(response)

    assert type(error) is expected
    assert error.service == "netsuite"
    assert error.service_words == f"{status} {code}: {detail}"


def test_every_row_of_the_table_is_met() -> None:
    rows = list(TABLE)

    met = [
        next(row for row in TABLE if row.code == code and row.detail in detail.lower())
        for _, code, detail, _ in CASES
    ]

    assert [row for row in rows if row not in met] == []
    assert [str(error_of(answer(s, (c, d)))) for s, c, d, _ in CASES] == [row.words for row in met]


def test_of_several_details_the_one_that_decides_most_counts() -> None:
    taken = ("USER_ERROR", PREFIX + "This entity already exists.")
    response = answer(400, ("USER_ERROR", PREFIX + FIELD), taken)

    error = error_of(response)

    assert type(error) is EntityExists
    assert error.service_words == f"400 USER_ERROR: {PREFIX}{FIELD} | USER_ERROR: {taken[1]}"


def test_the_code_at_the_top_counts_where_a_detail_has_none() -> None:
    body = {
        "title": "Bad Request",
        "status": 429,
        "o:errorCode": "CONCURRENCY_LIMIT_EXCEEDED",
        "o:errorDetails": [{"detail": BLOCKED}],
    }

    errors = [
        error_of(httpx.Response(400, json=given))
        for given in (body, {k: v for k, v in body.items() if k != "o:errorDetails"})
    ]

    assert [type(error) for error in errors] == [RateLimited, RateLimited]
    assert errors[1].service_words == "400 CONCURRENCY_LIMIT_EXCEEDED: Bad Request"


@pytest.mark.parametrize("status", [429, 503])
def test_the_servers_wish_is_passed_on(status: int) -> None:
    response = httpx.Response(status, headers={"Retry-After": "17"})

    error = error_of(response)

    assert isinstance(error, TransientError)
    assert error.retry_after == 17.0


TRUNCATED = '{"type": "https://www.rfc-editor.org/rfc", "title": "Bad Requ'


@pytest.mark.parametrize(
    "body", [HTML, "", TRUNCATED, "[]", '"text"', "{}", '{"o:errorDetails": [null]}', "\ufeff"]
)
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((400, RecordRejected), (401, AuthenticationFailed), (403, PermanentError)),
        *((404, PermanentError), (405, PermanentError), (429, RateLimited)),
        *((500, ServiceUnavailable), (502, ServiceUnavailable), (503, ServiceUnavailable)),
        (504, ServiceUnavailable),
    ],
)
def test_without_a_code_the_status_decides(
    status: int, expected: type[SyncError], body: str
) -> None:
    response = httpx.Response(status, text=body)

    error = error_of(response)

    assert type(error) is expected
    assert error.service_words == f"{status} {body}".strip()


@pytest.mark.parametrize("body", [{"error": "invalid_grant"}, {"error": "invalid_client"}])
def test_the_token_endpoints_words_are_kept(body: dict[str, str]) -> None:
    response = httpx.Response(400, json=body)

    error = error_of(response)

    assert isinstance(error, PermanentError)
    assert body["error"] in error.service_words


def test_a_long_answer_is_cut() -> None:
    responses = [httpx.Response(502, text=HTML * 500), answer(400, ("USER_ERROR", "x" * 9000))]

    errors = [error_of(response) for response in responses]

    assert all(len(error.service_words) <= 1004 for error in errors)
