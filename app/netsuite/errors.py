"""Which of NetSuite's errors means what: one table as data.

The record API answers most business errors with 400 USER_ERROR, so the detail's English text has to
be read; throttling is known by its code, not its status (facts: error bodies).
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
from app.transport import retry_after


class EntityExists(RecordRejected):
    """A name or an external id is taken: by our own earlier write, or by somebody else's record."""


class Row(NamedTuple):
    code: str
    detail: str
    """Part of the detail that must occur, in lower case; empty: any."""
    error: type[SyncError]
    words: str


_ROLE = "The NetSuite role lacks a permission: compare it with docs/operations.md."
_TAKEN = "NetSuite has an entity with this name or external id already."
_VALUE = "NetSuite rejects a value: correct it in Salesforce, or the mapping in flow.toml."
_REFUSED = "NetSuite refuses the request: check NETSUITE_BASE_URL and docs/operations.md."
TABLE = (
    Row("CONCURRENCY_LIMIT_EXCEEDED", "", RateLimited, "NetSuite's request limit is reached."),
    Row("SSS_REQUEST_LIMIT_EXCEEDED", "", RateLimited, "NetSuite's request limit is reached."),
    Row("INVALID_LOGIN", "", AuthenticationFailed, "NetSuite refuses our token."),
    Row("INVALID_LOGIN_ATTEMPT", "", AuthenticationFailed, "NetSuite refuses our token."),
    Row("INSUFFICIENT_PERMISSION", "", PermanentError, _ROLE),
    Row("USER_ERROR", "does not have permission", PermanentError, _ROLE),
    Row("USER_ERROR", "do not have privileges", PermanentError, _ROLE),
    Row("USER_ERROR", "entity already exists", EntityExists, _TAKEN),
    Row("USER_ERROR", "with this id already exists", EntityExists, _TAKEN),
    Row("DUP_ENTITY", "", EntityExists, _TAKEN),
    Row("UNIQUE_CUST_ID_REQD", "", EntityExists, _TAKEN),
    Row("NONEXISTENT_ID", "", RecordNotFound, "NetSuite knows no such Customer."),
    Row("RCRD_HAS_BEEN_CHANGED", "", RecordLocked, "Somebody else is saving the Customer."),
    Row("USER_ERROR", "record has been changed", RecordLocked, "Somebody else is saving it."),
    Row(
        "USER_ERROR",
        "locked by a user defined workflow",
        RecordRejected,
        "A NetSuite workflow locks the Customer: requeue once it is approved.",
    ),
    Row("UNEXPECTED_ERROR", "", ServiceUnavailable, "NetSuite failed without a reason."),
    Row("USER_ERROR", "", RecordRejected, _VALUE),
    Row("INVALID_CONTENT", "", RecordRejected, _VALUE),
    Row("INVALID_VALUE", "", RecordRejected, _VALUE),
    Row("INVALID_KEY_OR_REF", "", RecordRejected, _VALUE),
    Row("INVALID_HEADER", "", PermanentError, "NetSuite refuses our request: this is a bug."),
    Row("INVALID_REQUEST", "", PermanentError, "NetSuite refuses our request: this is a bug."),
    Row("INVALID_PARAMETER", "", PermanentError, "NetSuite refuses our request: this is a bug."),
    Row("INVALID_ID", "", RecordNotFound, "NetSuite knows no such Customer."),
)


def error_of(response: httpx.Response) -> SyncError:
    """The error that an answer with a status of 400 or more means."""
    details = _details(response)
    said = " | ".join(f"{code}: {text}" for code, text in details) or response.text
    words = f"{response.status_code} {said[:1000]}".strip()
    for row in TABLE:
        if any(code == row.code and row.detail in text.lower() for code, text in details):
            return _build(row.error, row.words, words, response)
    if response.status_code == 401:
        return _build(AuthenticationFailed, "NetSuite refuses our token.", words, response)
    if response.status_code == 403:
        return _build(PermanentError, _ROLE, words, response)
    if response.status_code == 429:
        return _build(RateLimited, "NetSuite's request limit is reached.", words, response)
    if response.status_code >= 500:
        return _build(ServiceUnavailable, "NetSuite is not available.", words, response)
    if response.status_code == 400:
        return _build(RecordRejected, _VALUE, words, response)
    return _build(PermanentError, _REFUSED, words, response)


def _build(
    error: type[SyncError], sentence: str, words: str, response: httpx.Response
) -> SyncError:
    wait = retry_after(response)
    return refusal(error, sentence, service="netsuite", words=words, wait=wait)


def _details(response: httpx.Response) -> list[tuple[str, str]]:
    """(code, detail) for each; empty where a gateway answered HTML, or nothing."""
    try:
        body = response.json()
    except ValueError:
        return []
    if not isinstance(body, dict):
        return []
    listed = body.get("o:errorDetails")
    entries = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
    if not entries:
        entries = [body]
    overall = str(body.get("o:errorCode") or body.get("error") or "")
    details = [
        (
            str(entry.get("o:errorCode") or overall),
            str(entry.get("detail") or entry.get("error_description") or body.get("title") or ""),
        )
        for entry in entries
    ]
    return [(code, text) for code, text in details if code or text]
