"""Which of NetSuite's errors means what: one table as data.

The record API answers most business errors with 400 USER_ERROR, so the detail's English text has to
be read; throttling is known by its code, not its status (facts: error bodies).

Of several details the one counts whose row stands first in the table: first what says that nothing
was looked at (limits, logins, permissions), then what Customer is meant, then somebody else's
doing, then values. All of them stand in the service's words.
"""

import re
from typing import NamedTuple

import httpx

from app.answers import refusal
from app.errors import (
    AuthenticationFailed,
    NoAnswer,
    PermanentError,
    RateLimited,
    RecordLocked,
    RecordNotFound,
    RecordRejected,
    ServiceFailed,
    ServiceUnavailable,
    SyncError,
)
from app.response_body import json_of, words_of
from app.transport import retry_after


class EntityExists(RecordRejected):
    """A name or an external id is taken: by our own earlier write, or by somebody else's record."""


class ReferenceRejected(RecordRejected):
    """A field names a record that is not there, any more, or not for this Customer. `field` is
    NetSuite's name for it, empty where it does not say.
    """

    field = ""

    @property
    def is_currency(self) -> bool:
        return "currency" in self.field.lower()


class Row(NamedTuple):
    code: str
    detail: str
    """Part of the detail that must occur, in lower case; empty: any."""
    error: type[SyncError]
    words: str
    """`{field}`: the field that NetSuite names, with a space before it, or nothing."""


class Detail(NamedTuple):
    """One of the errors that an answer lists."""

    code: str
    text: str
    path: str = ""
    """Where in the body it is, as in `currency` or `addressBook.items[0].label`."""

    @property
    def field(self) -> str:
        """The field that it names, in its text or by its path; empty: none."""
        found = next(filter(None, (pattern.search(self.text) for pattern in _FIELDS)), None)
        return found[1] if found else self.path


_FIELDS = (
    re.compile(r"for the following field:\s*([\w.]+)", re.IGNORECASE),
    re.compile(r"field '([^']+)'", re.IGNORECASE),
    re.compile(r"invalid (\w+) reference key", re.IGNORECASE),
)
_ERROR_ID = re.compile(r"Error ID:\s*([\w-]+)", re.IGNORECASE)

_LIMIT = "NetSuite's request limit is reached."
_LOGIN = "NetSuite refuses our token."
_CREDENTIALS = "NetSuite refuses the credentials: compare them with docs/netsuite-setup.md."
_ROLE = "The NetSuite role lacks a permission: compare it with docs/netsuite-setup.md."
_TAKEN = "NetSuite has an entity with this name or external id already."
_CHANGED = "Somebody else is saving the Customer."
_VALUE = "NetSuite rejects a value{field}: correct it in Salesforce, or the mapping in flow.toml."
_REFERENCE = (
    "NetSuite knows no such value{field}, or not for this Customer: correct it in Salesforce, or "
    "the mapping in flow.toml."
)
_BUG = "NetSuite refuses our request: this is a bug."
_FAILED = "NetSuite failed without a reason"
_DOWN = "NetSuite is not available."
_REFUSED = "NetSuite refuses the request: check NETSUITE_BASE_URL and docs/netsuite-setup.md."
TABLE = (
    Row("CONCURRENCY_LIMIT_EXCEEDED", "", RateLimited, _LIMIT),
    Row("SSS_REQUEST_LIMIT_EXCEEDED", "", RateLimited, _LIMIT),
    Row("INVALID_LOGIN", "", AuthenticationFailed, _LOGIN),
    Row("INVALID_LOGIN_ATTEMPT", "", AuthenticationFailed, _LOGIN),
    Row("invalid_client", "", AuthenticationFailed, _CREDENTIALS),
    Row("invalid_grant", "", AuthenticationFailed, _CREDENTIALS),
    Row("INSUFFICIENT_PERMISSION", "", PermanentError, _ROLE),
    Row("USER_ERROR", "does not have permission", PermanentError, _ROLE),
    Row("USER_ERROR", "do not have privileges", PermanentError, _ROLE),
    Row("USER_ERROR", "entity already exists", EntityExists, _TAKEN),
    Row("USER_ERROR", "with this id already exists", EntityExists, _TAKEN),
    Row("DUP_ENTITY", "", EntityExists, _TAKEN),
    Row("UNIQUE_CUST_ID_REQD", "", EntityExists, _TAKEN),
    Row("NONEXISTENT_ID", "", RecordNotFound, "NetSuite knows no such Customer."),
    Row("RCRD_HAS_BEEN_CHANGED", "", RecordLocked, _CHANGED),
    Row("USER_ERROR", "record has been changed", RecordLocked, _CHANGED),
    Row(
        "IDEMPOTENCY_ERROR",
        "",
        RecordLocked,
        "NetSuite is still at an earlier submission of the same write.",
    ),
    Row(
        "USER_ERROR",
        "locked by a user defined workflow",
        RecordRejected,
        "A NetSuite workflow locks the Customer: requeue once it is approved.",
    ),
    Row("USER_ERROR", "invalid field value", ReferenceRejected, _REFERENCE),
    Row("INVALID_CONTENT", "invalid field value", ReferenceRejected, _REFERENCE),
    Row("USER_ERROR", "reference key", ReferenceRejected, _REFERENCE),
    Row("INVALID_KEY_OR_REF", "", ReferenceRejected, _REFERENCE),
    Row(
        "USER_ERROR",
        "invalid url",
        RecordRejected,
        "NetSuite rejects the web address: correct it in Salesforce.",
    ),
    Row(
        "USER_ERROR",
        "phone number should have",
        RecordRejected,
        "NetSuite rejects a phone number{field}: correct it in Salesforce.",
    ),
    Row("USER_ERROR", "", RecordRejected, _VALUE),
    Row("INVALID_VALUE", "", RecordRejected, _VALUE),
    Row("INVALID_CONTENT", "", RecordRejected, _VALUE),
    Row("INVALID_HEADER", "", PermanentError, _BUG),
    Row("INVALID_REQUEST", "", PermanentError, _BUG),
    Row("INVALID_PARAMETER", "", PermanentError, _BUG),
    Row("INVALID_ID", "", PermanentError, _BUG),
    Row(
        "UNEXPECTED_ERROR",
        "error id:",
        ServiceFailed,
        f"{_FAILED}: if it stays so, look for a script that fails on this record.",
    ),
    Row("UNEXPECTED_ERROR", "", ServiceFailed, f"{_FAILED}, and without an Error ID."),
)
BY_STATUS = {
    400: (RecordRejected, _VALUE),
    401: (AuthenticationFailed, _LOGIN),
    403: (PermanentError, _ROLE),
    429: (RateLimited, _LIMIT),
}
"""Where no code is given that we know; from 500 on NetSuite is not available."""
_SAVED = 204
"""What NetSuite itself says to a write, without a body (facts: operations)."""
_NOT_NETSUITE = "Something else answers in NetSuite's place: it may be closed for maintenance."


def error_of(response: httpx.Response) -> SyncError:
    """The error that an answer with a status of 400 or more means."""
    details = _details(response)
    for row in TABLE:
        for detail in details:
            if detail.code == row.code and row.detail in detail.text.lower():
                return _build(row.error, row.words, response, detail)
    status = response.status_code
    otherwise = (ServiceUnavailable, _DOWN) if status >= 500 else (PermanentError, _REFUSED)
    error, words = BY_STATUS.get(status, otherwise)
    return _build(error, words, response, details[0] if details else Detail("", ""))


def ensure_served(response: httpx.Response, *, writes: bool) -> None:
    """NetSuite itself has answered, be it with a refusal.

    Raises:
        NoAnswer: a gateway has, to a write: it may be carried out nonetheless, or later.
        ServiceUnavailable: NetSuite failed, or something else answers in its place.
    """
    by_gateway = response.status_code in (502, 504)
    is_page = "html" in response.headers.get("Content-Type", "")
    if response.status_code < 400 and (is_page or (writes and response.status_code != _SAVED)):
        error: SyncError = _build(ServiceUnavailable, _NOT_NETSUITE, response, Detail("", ""))
        by_gateway = True
    elif response.status_code >= 400:
        error = error_of(response)
    else:
        return
    if writes and by_gateway and type(error) is ServiceUnavailable:
        words = f"{error} Whether it acted is unknown."
        raise NoAnswer(words, service="netsuite", service_words=error.service_words)
    if isinstance(error, ServiceUnavailable):
        raise error


def _build(
    error: type[SyncError], sentence: str, response: httpx.Response, detail: Detail
) -> SyncError:
    said = " | ".join(f"{one.code}: {one.text}" for one in _details(response)) or words_of(response)
    field = detail.field
    if (found := _ERROR_ID.search(said)) and error is ServiceFailed:
        sentence = f"{sentence.rstrip('.')} (Error ID {found[1]})."
    built = refusal(
        error,
        sentence.format(field=f" of {field}" if field else ""),
        service="netsuite",
        words=f"{response.status_code} {said[:1000]}".strip(),
        wait=retry_after(response),
    )
    if isinstance(built, ReferenceRejected):
        built.field = field
    return built


def _details(response: httpx.Response) -> list[Detail]:
    """Each error that the answer lists; none where a gateway answered HTML, or nothing."""
    body = json_of(response)
    if not isinstance(body, dict):
        return []
    listed = body.get("o:errorDetails")
    entries = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
    overall = str(body.get("o:errorCode") or body.get("error") or "")
    details = [
        Detail(
            str(entry.get("o:errorCode") or overall),
            str(entry.get("detail") or entry.get("error_description") or body.get("title") or ""),
            str(entry.get("o:errorPath") or ""),
        )
        for entry in entries or [body]
    ]
    return [detail for detail in details if detail.code or detail.text]
