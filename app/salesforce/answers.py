"""The shapes of Salesforce's answers: one reader for each.

Raises (every reader): ServiceUnavailable, whose words say what was missing or malformed.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import httpx

from app.answers import an_object, text, unexpected

SERVICE = "Salesforce"

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)
_ORIGIN = re.compile(r"https?://(?:[0-9A-Za-z.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?/?", re.ASCII)
_PATH = re.compile(r"/[!-.0-~][!-~]{0,8000}", re.ASCII)
"""One slash at its beginning: the address goes on behind a host, and must not name another."""


class Page(NamedTuple):
    records: list[dict[str, Any]]
    next_path: str | None


def page(body: object) -> Page:
    """A page of a query's records, and where the next one lies."""
    found = an_object(body, SERVICE, "a query with something")
    records = found.get("records")
    if not isinstance(records, list):
        raise unexpected(SERVICE, "a query without a list of records")
    if not all(isinstance(record, dict) for record in records):
        raise unexpected(SERVICE, "a query with a record that is no object")
    if found.get("done") is True:
        return Page(records, None)
    following = found.get("nextRecordsUrl")
    if not isinstance(following, str) or not _PATH.fullmatch(following):
        raise unexpected(SERVICE, "an unfinished query without the path of its next page")
    return Page(records, following)


def total(body: object) -> int:
    """How many records a `SELECT COUNT()` found."""
    found = an_object(body, SERVICE, "a query with something").get("totalSize")
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise unexpected(SERVICE, "a query without the number of its records")
    return found


def retrieved(body: object, ids: Sequence[str]) -> list[dict[str, Any] | None]:
    """A record, or null, for each id that was asked for; each record has the id of its place."""
    if not isinstance(body, list) or len(body) != len(ids):
        raise unexpected(SERVICE, "a retrieval with another number of records")
    for record, wanted in zip(body, ids, strict=True):
        if record is None:
            continue
        if record_id(an_object(record, SERVICE, "a record"), "Id")[:15] != wanted[:15]:
            raise unexpected(SERVICE, "a retrieval with another record")
    return body


def description(body: object) -> dict[str, Any]:
    """An object's description: `fields` is a list of objects that each have a `name`."""
    found = an_object(body, SERVICE, "a description")
    fields = found.get("fields")
    if not isinstance(fields, list):
        raise unexpected(SERVICE, "a description without a list of fields")
    for field in fields:
        text(an_object(field, SERVICE, "a field"), "name", SERVICE, "a field")
    return dict(found)


def record_id(record: Mapping[str, object], name: str) -> str:
    """An id of 15 or 18 letters and digits."""
    found = optional_id(record, name)
    if found is None:
        raise unexpected(SERVICE, f"a record without {name}")
    return found


def optional_id(record: Mapping[str, object], name: str) -> str | None:
    """The same, or null; the field itself must be there."""
    found = optional_text(record, name)
    if found is not None and not _ID.fullmatch(found):
        raise unexpected(SERVICE, f"a record whose {name} is no id")
    return found


def optional_text(record: Mapping[str, object], name: str) -> str | None:
    """A text or null; the field itself must be there, or null would clear what others hold."""
    if name not in record:
        raise unexpected(SERVICE, f"a record without {name}")
    found = record[name]
    if found is not None and not isinstance(found, str):
        raise unexpected(SERVICE, f"a record whose {name} is no text")
    return found


def moment(record: Mapping[str, object], name: str) -> int:
    """A date and time as epoch seconds: SystemModstamp and its like are whole ones."""
    given = optional_text(record, name)
    try:
        found = datetime.fromisoformat(given or "")
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise unexpected(SERVICE, f"a record whose {name} is no moment")
    return int(found.timestamp())


def instance_of(found: Mapping[str, object]) -> str:
    """Where the org answers: scheme, host and port alone, without a slash at its end."""
    given = text(found, "instance_url", SERVICE, "a login")
    try:
        port = httpx.URL(given).port or 0
    except httpx.InvalidURL:
        port = -1
    if not (0 <= port <= 65535 and _ORIGIN.fullmatch(given)):
        raise unexpected(SERVICE, "a login with a malformed instance_url")
    return given.rstrip("/")


def organization_of(found: Mapping[str, object]) -> str:
    """The org's id, the last but one part of the login's identity: https://…/id/<org>/<user>."""
    parts = text(found, "id", SERVICE, "a login").rstrip("/").split("/")
    if len(parts) < 2 or not _ID.fullmatch(parts[-2]):
        raise unexpected(SERVICE, "a login whose id names no org")
    return parts[-2]
