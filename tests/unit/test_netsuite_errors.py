"""What NetSuite's error codes and texts mean: every row of the table, met by its body."""

import httpx
import pytest

from app.errors import (
    AuthenticationFailed,
    PermanentError,
    RateLimited,
    RecordLocked,
    RecordNotFound,
    RecordRejected,
    ServiceFailed,
    SyncError,
)
from app.netsuite.errors import TABLE, EntityExists, ReferenceRejected, error_of
from tests.unit.netsuite_bodies import (
    BLOCKED,
    CHANGED,
    EXISTS,
    FIELD,
    LOCKED,
    LOGIN,
    OTHER_PREFIX,
    PREFIX,
    SAME_ID,
    VIOLATION,
    answer,
)

CASES = [
    (429, "CONCURRENCY_LIMIT_EXCEEDED", BLOCKED, RateLimited),
    (400, "CONCURRENCY_LIMIT_EXCEEDED", BLOCKED, RateLimited),
    (429, "SSS_REQUEST_LIMIT_EXCEEDED", "Request limit exceeded.", RateLimited),
    (401, "INVALID_LOGIN", LOGIN, AuthenticationFailed),
    (401, "INVALID_LOGIN_ATTEMPT", LOGIN, AuthenticationFailed),
    (403, "INSUFFICIENT_PERMISSION", VIOLATION, PermanentError),
    (400, "USER_ERROR", PREFIX + VIOLATION, PermanentError),
    (400, "USER_ERROR", OTHER_PREFIX + VIOLATION, PermanentError),
    (400, "USER_ERROR", PREFIX + "You do not have privileges to view this.", PermanentError),
    (400, "USER_ERROR", OTHER_PREFIX + "You do not have privileges to view this.", PermanentError),
    (400, "USER_ERROR", PREFIX + EXISTS, EntityExists),
    (400, "USER_ERROR", OTHER_PREFIX + EXISTS, EntityExists),
    (400, "USER_ERROR", PREFIX + SAME_ID, EntityExists),
    (400, "USER_ERROR", OTHER_PREFIX + SAME_ID, EntityExists),
    (400, "DUP_ENTITY", EXISTS, EntityExists),
    (400, "UNIQUE_CUST_ID_REQD", SAME_ID, EntityExists),
    (
        404,
        "NONEXISTENT_ID",
        "The record instance does not exist. Provide a valid record instance ID.",
        RecordNotFound,
    ),
    (409, "RCRD_HAS_BEEN_CHANGED", PREFIX + CHANGED, RecordLocked),
    (400, "USER_ERROR", PREFIX + CHANGED, RecordLocked),
    (400, "USER_ERROR", OTHER_PREFIX + CHANGED, RecordLocked),
    (
        400,
        "IDEMPOTENCY_ERROR",
        "A request with this idempotency key was already submitted.",
        RecordLocked,
    ),
    (400, "USER_ERROR", PREFIX + LOCKED, RecordRejected),
    (400, "USER_ERROR", OTHER_PREFIX + LOCKED, RecordRejected),
    (500, "UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: k3x9-1", ServiceFailed),
    (500, "UNEXPECTED_ERROR", "An unexpected error occurred.", ServiceFailed),
    (400, "USER_ERROR", PREFIX + FIELD, ReferenceRejected),
    (400, "USER_ERROR", OTHER_PREFIX + FIELD, ReferenceRejected),
    (400, "INVALID_CONTENT", FIELD, ReferenceRejected),
    (400, "INVALID_KEY_OR_REF", PREFIX + "Invalid salesrep reference key 99.", ReferenceRejected),
    (400, "INVALID_KEY_OR_REF", "The specified key is invalid.", ReferenceRejected),
    (400, "USER_ERROR", PREFIX + "Invalid terms reference key 99.", ReferenceRejected),
    (400, "USER_ERROR", PREFIX + "Invalid URL. Url must start with http://.", RecordRejected),
    (
        400,
        "USER_ERROR",
        OTHER_PREFIX + "Phone number should have seven digits or more.",
        RecordRejected,
    ),
    (400, "USER_ERROR", PREFIX + "Please enter value(s) for: Primary Subsidiary", RecordRejected),
    (400, "INVALID_CONTENT", "Invalid content in the request body: line 1.", RecordRejected),
    (
        400,
        "INVALID_VALUE",
        "Invalid value for the resource or sub-resource field 'phone'. Provide a valid value.",
        RecordRejected,
    ),
    (400, "INVALID_HEADER", "Provide the header 'Prefer: transient'.", PermanentError),
    (400, "INVALID_REQUEST", "The request could not be understood.", PermanentError),
    (400, "INVALID_PARAMETER", "Invalid query parameter 'limit'.", PermanentError),
    (400, "INVALID_ID", "Invalid value for the resource ID.", PermanentError),
]
OF_THE_TOKEN_ENDPOINT = [
    {"error": "invalid_client"},
    {"error": "invalid_client", "error_description": "No certificate is registered."},
    {"error": "invalid_grant", "error_description": "The assertion has expired."},
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


@pytest.mark.parametrize("body", OF_THE_TOKEN_ENDPOINT)
def test_a_refusal_of_the_token_endpoint_is_one_of_our_credentials(body: dict[str, str]) -> None:
    response = httpx.Response(400, json=body)

    error = error_of(response)

    assert type(error) is AuthenticationFailed
    assert "docs/netsuite-setup.md" in str(error)
    assert error.service_words.startswith(f"400 {body['error']}")


def test_every_row_of_the_table_is_met() -> None:
    given = [(code, detail) for _, code, detail, _ in CASES]
    given += [(body["error"], "") for body in OF_THE_TOKEN_ENDPOINT]

    met = [
        next(row for row in TABLE if row.code == code and row.detail in detail.lower())
        for code, detail in given
    ]

    assert [row for row in TABLE if row not in met] == []


@pytest.mark.parametrize(
    ("code", "detail", "path", "field"),
    [
        ("USER_ERROR", PREFIX + FIELD, "parent", "parent"),
        ("USER_ERROR", OTHER_PREFIX + FIELD, "", "parent"),
        ("INVALID_CONTENT", FIELD, "parent", "parent"),
        ("INVALID_KEY_OR_REF", "Invalid salesrep reference key 99.", "", "salesrep"),
        ("INVALID_KEY_OR_REF", "The specified key is invalid.", "salesRep", "salesRep"),
    ],
)
def test_a_reference_that_leads_nowhere_names_its_field(
    code: str, detail: str, path: str, field: str
) -> None:
    response = answer(400, (code, detail), path=path)

    error = error_of(response)

    assert isinstance(error, ReferenceRejected)
    assert error.field == field
    assert f"no such value of {field}," in str(error)


def test_a_rejected_value_names_its_field_where_netsuite_does() -> None:
    named = answer(400, ("INVALID_VALUE", "Invalid value for the field 'phone'."))
    placed = answer(400, ("USER_ERROR", "Too long."), path="addressBook.items[0].label")
    neither = answer(400, ("USER_ERROR", "Please configure the tax schedule."))

    sentences = [str(error_of(response)) for response in (named, placed, neither)]

    assert "rejects a value of phone:" in sentences[0]
    assert "rejects a value of addressBook.items[0].label:" in sentences[1]
    assert "rejects a value:" in sentences[2]


def test_the_id_of_an_unexpected_error_is_kept() -> None:
    response = answer(500, ("UNEXPECTED_ERROR", "An error occurred. Error ID: k3x9-1 Call us."))

    error = error_of(response)

    assert "(Error ID k3x9-1)" in str(error)
