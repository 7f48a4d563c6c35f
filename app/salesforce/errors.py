"""Which of Salesforce's error codes means what: one table. Codes, not HTTP statuses, decide, since
400 and 403 carry locks and limits too (facts: REST error bodies).
"""

from typing import NamedTuple

import httpx

from app.answers import refusal
from app.errors import (
    AuthenticationFailed,
    PermanentError,
    RateLimited,
    RecordLocked,
    RecordNotFound,
    RecordRejected,
    ServiceUnavailable,
    SyncError,
)
from app.response_body import json_of, words_of
from app.transport import retry_after


class AllowanceUsedUp(ServiceUnavailable):
    """The org's API calls of the day are used up, for every program: nothing passes until some of
    them are 24 hours old. It is as good as down, and is probed as what is down.
    """

    counts = False


class Row(NamedTuple):
    code: str
    detail: str
    """Part of the message that must occur, in lower case; empty: any."""
    error: type[SyncError]
    words: str
    wait_seconds: float | None = None


_FIELDS = (
    "Salesforce knows no such field, or hides it: check the field names in flow.toml, the "
    "criteria ('closedwon criteria show'), SALESFORCE_CUSTOMER_FIELD, and what the integration "
    "user may see."
)
_READ_ONLY = "The integration user may not edit this: let it edit the object and the field."
_AUTOMATION = "A trigger or flow in Salesforce fails on the write: its own words say which."
TABLE = (
    Row(
        "INVALID_SESSION_ID",
        "scope",
        AuthenticationFailed,
        "The Salesforce app lacks an OAuth scope: give it 'api'.",
    ),
    Row("INVALID_SESSION_ID", "", AuthenticationFailed, "Salesforce refuses our session."),
    Row("INVALID_AUTH_HEADER", "", AuthenticationFailed, "Salesforce refuses our session."),
    Row("API_DISABLED_FOR_ORG", "", AuthenticationFailed, "This Salesforce org has no API access."),
    Row(
        "REQUEST_LIMIT_EXCEEDED",
        "totalrequests",
        AllowanceUsedUp,
        "Salesforce's daily API limit is used up.",
    ),
    Row("REQUEST_LIMIT_EXCEEDED", "", RateLimited, "Too many long requests to Salesforce.", 5.0),
    Row("UNABLE_TO_LOCK_ROW", "", RecordLocked, "Salesforce is saving the record just now."),
    Row("QUERY_TIMEOUT", "", ServiceUnavailable, "Salesforce took too long to answer the query."),
    Row("SERVER_UNAVAILABLE", "", ServiceUnavailable, "Salesforce is not available."),
    Row("UNKNOWN_EXCEPTION", "", ServiceUnavailable, "Salesforce failed without a reason."),
    Row("INVALID_QUERY_LOCATOR", "", ServiceUnavailable, "Salesforce closed the query's cursor."),
    Row("INVALID_FIELD", "", RecordRejected, _FIELDS),
    Row("INVALID_TYPE", "", RecordRejected, _FIELDS),
    Row("MALFORMED_QUERY", "", RecordRejected, _FIELDS),
    Row("INSUFFICIENT_ACCESS_OR_READONLY", "", RecordRejected, _READ_ONLY),
    Row("INVALID_FIELD_FOR_INSERT_UPDATE", "", RecordRejected, _READ_ONLY),
    Row(
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "unable_to_lock_row",
        RecordLocked,
        "Salesforce is saving a related record just now.",
    ),
    Row("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "", RecordRejected, _AUTOMATION),
    Row(
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "",
        RecordRejected,
        "A validation rule in Salesforce refuses the record: correct it, or exempt our user.",
    ),
    Row(
        "FIELD_INTEGRITY_EXCEPTION",
        "",
        RecordRejected,
        "Salesforce refuses a value of the record: its own words say which.",
    ),
    Row("STRING_TOO_LONG", "", RecordRejected, "The field in Salesforce is too short."),
    Row("DUPLICATES_DETECTED", "", RecordRejected, "A duplicate rule in Salesforce refuses it."),
    Row("MALFORMED_ID", "", RecordNotFound, "Salesforce knows no such id."),
    Row("NOT_FOUND", "", RecordNotFound, "Salesforce knows no such record."),
    Row("ENTITY_IS_DELETED", "", RecordNotFound, "The record is deleted in Salesforce."),
)


def error_of(response: httpx.Response) -> SyncError:
    """The error that an answer with a status of 400 or more means."""
    code, message = _code_and_message(response)
    words = f"{response.status_code} {code} {message}".strip()
    for row in TABLE:
        if row.code == code and row.detail in message.lower():
            return _build(row.error, row.words, words, retry_after(response) or row.wait_seconds)
    if response.status_code == 401:
        return _build(AuthenticationFailed, "Salesforce refuses our session.", words)
    if response.status_code == 429:
        return _build(RateLimited, "Salesforce asks us to slow down.", words, retry_after(response))
    if response.status_code >= 500:
        return _build(
            ServiceUnavailable, "Salesforce is not available.", words, retry_after(response)
        )
    return _build(PermanentError, "Salesforce refuses the request for a reason of its own.", words)


def _build(
    error: type[SyncError], sentence: str, words: str, wait: float | None = None
) -> SyncError:
    return refusal(error, sentence, service="salesforce", words=words, wait=wait)


def _code_and_message(response: httpx.Response) -> tuple[str, str]:
    """REST answers a list of errors, OAuth an object, gateways HTML or nothing."""
    body = json_of(response)
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "", words_of(response)[:300]
    code = first.get("errorCode") or first.get("error") or ""
    message = first.get("message") or first.get("error_description") or ""
    return str(code), str(message)[:1000]
