"""What NetSuite's answers mean that hold several errors, or none that we know."""

import httpx
import pytest

from app.errors import (
    AuthenticationFailed,
    NoAnswer,
    PermanentError,
    RateLimited,
    RecordLocked,
    RecordRejected,
    ServiceUnavailable,
    SyncError,
    TransientError,
)
from app.netsuite.errors import EntityExists, ReferenceRejected, ensure_served, error_of
from tests.unit.netsuite_bodies import (
    BLOCKED,
    CHANGED,
    EXISTS,
    FIELD,
    HTML,
    LOCKED,
    PREFIX,
    VIOLATION,
    answer,
)


@pytest.mark.parametrize(
    ("details", "winner"),
    [
        ((("USER_ERROR", FIELD), ("USER_ERROR", EXISTS)), EntityExists),
        ((("USER_ERROR", EXISTS), ("USER_ERROR", VIOLATION)), PermanentError),
        ((("INVALID_VALUE", FIELD), ("RCRD_HAS_BEEN_CHANGED", CHANGED)), RecordLocked),
        ((("USER_ERROR", LOCKED), ("CONCURRENCY_LIMIT_EXCEEDED", BLOCKED)), RateLimited),
        ((("UNEXPECTED_ERROR", "Error ID: 1"), ("USER_ERROR", FIELD)), ReferenceRejected),
    ],
)
def test_of_several_details_the_table_says_which_counts(
    details: tuple[tuple[str, str], ...], winner: type[SyncError]
) -> None:
    both = (answer(400, *details), answer(400, *reversed(details)))

    errors = [error_of(response) for response in both]

    assert [type(error) for error in errors] == [winner, winner]


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
    assert error.service_words == f"{status} {body}".strip(" \ufeff")


@pytest.mark.parametrize(
    ("status", "writes", "expected"),
    [
        (503, True, ServiceUnavailable),
        (502, False, ServiceUnavailable),
        *((502, True, NoAnswer), (504, True, NoAnswer)),
        *((200, True, NoAnswer), (200, False, ServiceUnavailable)),
    ],
)
def test_what_a_gateway_answers_is_no_answer_of_netsuite(
    status: int, writes: bool, expected: type[SyncError]
) -> None:
    response = httpx.Response(status, html=HTML)

    with pytest.raises(ServiceUnavailable) as raised:
        ensure_served(response, writes=writes)

    assert type(raised.value) is expected


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200),
        httpx.Response(200, text='{"items": [{"id'),
        httpx.Response(302, headers={"Location": "https://example.com/customer/7"}),
    ],
)
def test_a_write_that_is_not_answered_as_netsuite_does_is_in_doubt(
    response: httpx.Response,
) -> None:
    with pytest.raises(NoAnswer) as raised:
        ensure_served(response, writes=True)

    assert str(raised.value).endswith("Whether it acted is unknown.")


@pytest.mark.parametrize(
    "response", [httpx.Response(204), answer(400, ("USER_ERROR", FIELD)), httpx.Response(429)]
)
def test_a_refusal_is_an_answer(response: httpx.Response) -> None:
    asked = [False, True]

    for writes in asked:
        ensure_served(response, writes=writes)

    assert response.status_code < 500


def test_a_long_answer_is_cut() -> None:
    responses = [httpx.Response(502, text=HTML * 500), answer(400, ("USER_ERROR", "x" * 9000))]

    errors = [error_of(response) for response in responses]

    assert all(len(error.service_words) <= 1004 for error in errors)
