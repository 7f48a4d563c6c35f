"""What Salesforce's error answers mean, in bodies as the REST API sends them."""

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
from app.salesforce.errors import TABLE, AllowanceUsedUp, error_of

EXPIRED = "Session expired or invalid"
SCOPE = (
    "This session is not valid for use with the specified REST API endpoint. One of the following "
    "scopes is required: api"
)
QUERY = "\nSELECT Nmae FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nmae'"
HTML = "<html><head><title>503</title></head><body>Down for maintenance</body></html>"
TRUNCATED = '[{"message": "Session expired or inv'
CASES = [
    (401, "INVALID_SESSION_ID", SCOPE, AuthenticationFailed, None),
    (401, "INVALID_SESSION_ID", EXPIRED, AuthenticationFailed, None),
    (401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", AuthenticationFailed, None),
    (
        403,
        "API_DISABLED_FOR_ORG",
        "The REST API is not enabled for this Organization.",
        AuthenticationFailed,
        None,
    ),
    (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", AllowanceUsedUp, None),
    (403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", RateLimited, 5.0),
    (
        400,
        "UNABLE_TO_LOCK_ROW",
        "unable to obtain exclusive access to this record",
        RecordLocked,
        None,
    ),
    (
        400,
        "QUERY_TIMEOUT",
        "Your query request was running for too long.",
        ServiceUnavailable,
        None,
    ),
    (503, "SERVER_UNAVAILABLE", "We are down for maintenance.", ServiceUnavailable, None),
    (500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.", ServiceUnavailable, None),
    (400, "INVALID_QUERY_LOCATOR", "invalid query locator", ServiceUnavailable, None),
    (400, "INVALID_FIELD", QUERY, RecordRejected, None),
    (400, "INVALID_TYPE", "sObject type 'Acount' is not supported.", RecordRejected, None),
    (400, "MALFORMED_QUERY", "unexpected token: 'FORM'", RecordRejected, None),
    (
        400,
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights on object id",
        RecordRejected,
        None,
    ),
    (
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: NetSuite_Id__c. Please check the security settings",
        RecordRejected,
        None,
    ),
    (
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "AccountTrigger: execution of AfterUpdate caused by: UNABLE_TO_LOCK_ROW, unable to obtain",
        RecordLocked,
        None,
    ),
    (
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "AccountTrigger: System.NullPointerException",
        RecordRejected,
        None,
    ),
    (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Give it an owner.", RecordRejected, None),
    (400, "FIELD_INTEGRITY_EXCEPTION", "field integrity exception", RecordRejected, None),
    (400, "STRING_TOO_LONG", "data value too large: 1001 (max length=3)", RecordRejected, None),
    (400, "DUPLICATES_DETECTED", "Use one of these records?", RecordRejected, None),
    (400, "MALFORMED_ID", "malformed id 001", RecordNotFound, None),
    (404, "NOT_FOUND", "The requested resource does not exist", RecordNotFound, None),
    (404, "ENTITY_IS_DELETED", "entity is deleted", RecordNotFound, None),
]


def answer(status: int, code: str, message: str, **headers: str) -> httpx.Response:
    return httpx.Response(
        status, json=[{"message": message, "errorCode": code}], headers={**headers}
    )


@pytest.mark.parametrize(("status", "code", "message", "expected", "wait"), CASES)
def test_a_code_and_its_message_mean_one_error(
    status: int, code: str, message: str, expected: type[SyncError], wait: float | None
) -> None:
    response = answer(status, code, message)

    error = error_of(response)

    assert type(error) is expected
    assert error.service == "salesforce"
    assert error.service_words == f"{status} {code} {message}"
    assert not isinstance(error, TransientError) or error.retry_after == wait


def test_every_row_of_the_table_is_met() -> None:
    rows = list(TABLE)

    met = [str(error_of(answer(status, code, said))) for status, code, said, *_ in CASES]

    assert met == [row.words for row in rows]


def test_the_code_counts_and_not_the_status() -> None:
    locked, limited = (
        answer(403, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access"),
        answer(400, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    )

    errors = [error_of(locked), error_of(limited)]

    assert [type(error) for error in errors] == [RecordLocked, AllowanceUsedUp]


def test_the_servers_wish_comes_before_ours() -> None:
    limited = answer(
        403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", **{"Retry-After": "42"}
    )
    bare = [httpx.Response(status, headers={"Retry-After": "42"}) for status in (429, 503)]

    errors = [error_of(response) for response in (limited, *bare)]

    assert [getattr(error, "retry_after", None) for error in errors] == [42.0] * 3


@pytest.mark.parametrize(
    "code", ["REQUIRED_FIELD_MISSING", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"]
)
def test_an_unknown_code_is_for_a_person_to_read(code: str) -> None:
    response = answer(400, code, "as it is said")

    error = error_of(response)

    assert type(error) is PermanentError
    assert error.service_words == f"400 {code} as it is said"


@pytest.mark.parametrize("body", [HTML, "", TRUNCATED, "[]", "{}", "null", "[null]", '"text"'])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((400, PermanentError), (401, AuthenticationFailed), (403, PermanentError)),
        *((404, PermanentError), (429, RateLimited), (500, ServiceUnavailable)),
        *((502, ServiceUnavailable), (503, ServiceUnavailable), (504, ServiceUnavailable)),
    ],
)
def test_without_a_code_the_status_decides(
    status: int, expected: type[SyncError], body: str
) -> None:
    response = httpx.Response(status, text=body)

    error = error_of(response)

    assert type(error) is expected
    assert error.service_words.startswith(str(status))
    assert body not in (HTML, TRUNCATED) or body in error.service_words


def test_the_token_endpoints_words_are_kept() -> None:
    body = {"error": "invalid_grant", "error_description": "user hasn't approved this consumer"}

    error = error_of(httpx.Response(400, json=body))

    assert error.service_words == "400 invalid_grant user hasn't approved this consumer"


def test_a_long_answer_is_cut() -> None:
    responses = [httpx.Response(502, text=HTML * 500), answer(400, "INVALID_FIELD", "x" * 9000)]

    errors = [error_of(response) for response in responses]

    assert all(len(error.service_words) <= 1020 for error in errors)
