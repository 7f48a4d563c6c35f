"""NetSuite's REST services: reads go through SuiteQL, writes through the record API.

The record API loads records in edit mode even to read them, so nothing is read there.
"""

import json
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import httpx

from app.errors import ServiceUnavailable
from app.models import AddressLine, Customer
from app.netsuite.auth import Credentials, NetSuiteAuth
from app.netsuite.errors import error_of
from app.netsuite.governor import Governor
from app.netsuite.names import folded
from app.transport import json_object, open_client, send

_RECORD = "/services/rest/record/v1"
_SUITEQL = "/services/rest/query/v1/suiteql"
_PAGE = 1000
_CURRENCIES_KEPT_SECONDS = 600.0
_BY_EXTERNAL_ID = (
    "SELECT id, companyname, externalid, isinactive FROM customer WHERE externalid = ? ORDER BY id"
)
_BY_NAME = (
    "SELECT id, companyname, externalid, isinactive FROM customer "
    "WHERE isperson = 'F' AND TRIM(REPLACE(REPLACE(REPLACE(UPPER(companyname), "
    "'  ', ' '), '  ', ' '), '  ', ' ')) = UPPER(?) ORDER BY id"
)


class NetSuiteClient:
    """One per process; threads share it. Every request holds one of the governor's slots.

    Raises (every call): AuthenticationFailed, RateLimited, RecordLocked, ServiceUnavailable, or
    what app/netsuite/errors.py makes of the answer.
    """

    def __init__(
        self,
        credentials: Credentials,
        governor: Governor,
        timeout_seconds: float,
        connections: int = 32,
    ) -> None:
        self._base, self._governor = credentials.base_url, governor
        self._tokens = open_client(timeout_seconds, 2, None)
        self.auth = NetSuiteAuth(credentials, self._tokens)
        self._client = open_client(timeout_seconds, connections, self.auth)
        self._currencies: tuple[float, dict[str, str]] = (0.0, {})

    def create(self, external_id: str, body: dict[str, object]) -> str:
        """Creates the Customer → its internal id. A PUT by external id: repeated, or carried out
        late, it changes the one Customer; its addresses replace those that a repetition has brought
        meanwhile (docs/decisions/0019-unanswered-writes.md).
        """
        path = f"{_RECORD}/customer/eid:{quote(external_id, safe='')}"
        if "addressBook" in body:
            path += "?replace=addressBook"
        response = self.write("PUT", path, body)
        last = response.headers.get("Location", "").rstrip("/").rpartition("/")[2]
        if last.isascii() and last.isdigit():
            return str(last)
        return self._id_of(external_id)

    def update(self, customer: str, body: dict[str, object]) -> None:
        """Changes the Customer's named fields and leaves all others."""
        self.write("PATCH", f"{_RECORD}/customer/{quote(customer, safe='')}", body)

    def find_by_external_id(self, external_id: str) -> list[Customer]:
        return self._find(_BY_EXTERNAL_ID, external_id)

    def find_by_name(self, name: str) -> list[Customer]:
        """Companies of that name. NetSuite's UPPER, which is not Python's, only picks candidates,
        with runs of up to eight spaces as one; Python decides.
        """
        wanted = folded(name)
        found = self._find(_BY_NAME, " ".join(name.split()))
        return [customer for customer in found if folded(customer.name) == wanted]

    def address_lines(self, customer: str) -> list[AddressLine]:
        """The lines of the Customer's address book, oldest first."""
        rows = self.suiteql(
            "SELECT internalid, label FROM customeraddressbook WHERE entity = ? "
            "ORDER BY internalid",
            [customer],
        )
        return [AddressLine(_text(row, "internalid"), row.get("label") or "") for row in rows]

    def currencies(self) -> dict[str, str]:
        """ISO code to internal id, as they were at most ten minutes ago."""
        read_at, known = self._currencies
        if known and time.monotonic() < read_at + _CURRENCIES_KEPT_SECONDS:
            return known
        rows = self.suiteql("SELECT id, symbol FROM currency ORDER BY id", [])
        known = {row["symbol"]: _text(row, "id") for row in rows if row.get("symbol")}
        self._currencies = (time.monotonic(), known)
        return known

    def suiteql(
        self, query: str, parameters: Iterable[str], limit: int = _PAGE
    ) -> list[dict[str, str]]:
        """At most `limit` rows, keys in lower case; null columns are missing.

        `query` is a constant of ours with `?` where `parameters` go, which are bound, not pasted.
        """
        body = {"q": query, "params": list(parameters)}
        request = self._client.build_request(
            "POST",
            f"{self._base}{_SUITEQL}",
            params={"limit": limit, "offset": 0},
            headers={"Prefer": "transient"},
            json=body,
        )
        answer = json_object(self._send(request), "NetSuite")
        rows = answer.get("items")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ServiceUnavailable("NetSuite answered a query without rows.", service="netsuite")
        return [_row(row) for row in rows]

    def read(self, path: str, accept: str) -> dict[str, Any]:
        """A JSON object, by its path; `accept` is the media type that is asked for."""
        request = self._client.build_request("GET", self._base + path, headers={"Accept": accept})
        return json_object(self._send(request), "NetSuite")

    def slots_in_use(self) -> int:
        """How many requests are under way, over all workers."""
        return self._governor.in_use()

    def close(self) -> None:
        self._client.close()
        self._tokens.close()

    def _find(self, query: str, value: str) -> list[Customer]:
        return [
            Customer(
                _text(row, "id"),
                row.get("companyname") or "",
                row.get("externalid"),
                row.get("isinactive") == "T",
            )
            for row in self.suiteql(query, [value])
        ]

    def _id_of(self, external_id: str) -> str:
        found = self.find_by_external_id(external_id)
        if not found:
            raise ServiceUnavailable(
                f"NetSuite took {external_id} but does not show it yet.", service="netsuite"
            )
        return found[0].id

    def write(self, method: str, path: str, body: dict[str, object]) -> httpx.Response:
        """A write's answer. `path` begins with a slash and may hold a query."""
        request = self._client.build_request(
            method,
            self._base + path,
            headers={
                "Content-Type": "application/json",
                # The default only warns, in a header, and drops what is misspelt.
                "X-NetSuite-PropertyNameValidation": "Error",
            },
            content=json.dumps(body),
        )
        return self._send(request, writes=True)

    def _send(self, request: httpx.Request, *, writes: bool = False) -> httpx.Response:
        self.auth.token()  # before a slot is held: a slow token endpoint must not use slots up
        with self._governor.slot():
            response = send(self._client, "NetSuite", request, writes=writes)
        if response.status_code >= 400:
            raise error_of(response)
        return response


def _row(given: dict[str, Any]) -> dict[str, str]:
    """Names in lower case, whatever their spelling in this release; scalars come as text."""
    return {
        name.lower(): str(value)
        for name, value in given.items()
        if isinstance(value, str | int | float)
    }


def _text(row: dict[str, str], name: str) -> str:
    try:
        return row[name]
    except KeyError:
        raise ServiceUnavailable(
            f"NetSuite answered a query with a row without {name}.", service="netsuite"
        ) from None
