"""Salesforce's REST API: queries, and one write, which is off unless a setting names its field."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

import httpx

from app.answers import decoded
from app.breaker import Breaker
from app.errors import ServiceUnavailable
from app.salesforce import answers
from app.salesforce.auth import Credentials, SalesforceAuth, Session
from app.salesforce.errors import error_of
from app.transport import json_object, open_client, send, telling

_Watch = Callable[[str], AbstractContextManager[object]]
CLIENT_NAME = "closedwon"
"""Marks our calls, so that a change event tells whether we caused it (changeOrigin)."""


class SalesforceClient:
    """One per process; threads share it.

    Raises (every call): AuthenticationFailed, RateLimited, RecordLocked, ServiceUnavailable, or
    what app/salesforce/errors.py makes of the answer.
    """

    def __init__(
        self,
        credentials: Credentials,
        version: str,
        timeout_seconds: float,
        connections: int = 32,
        note_usage: Callable[[str], None] | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        """`version` as in 66.0. `note_usage` gets what each answer says of the daily limit: the
        header Sforce-Limit-Info, empty where there is none. `breaker`: without, each call is tried.
        """
        self._version = version
        self._watch: _Watch = breaker.watch if breaker else nullcontext
        self._tokens = open_client(timeout_seconds, 2, None)
        self.auth = SalesforceAuth(credentials, self._tokens)
        self._client = open_client(timeout_seconds, connections, self.auth)
        self._client.headers["Sforce-Call-Options"] = f"client={CLIENT_NAME}"
        self._note_usage = note_usage

    @property
    def session(self) -> Session:
        return self.auth.session()

    def query(self, soql: str, *, deleted_too: bool = False) -> Iterator[dict[str, Any]]:
        """The records, page by page. `soql` holds no raw values: format_soql has quoted them."""
        page = self.first_page(soql, deleted_too=deleted_too)
        while True:
            yield from page.records
            if page.next_path is None:
                return
            page = answers.page(self._get(page.next_path, None))

    def first_page(self, soql: str, *, deleted_too: bool = False) -> answers.Page:
        """The first 2,000 records at most, in one call."""
        return answers.page(self._ask(soql, deleted_too))

    def count(self, soql: str) -> int:
        """What a `SELECT COUNT()` finds."""
        return answers.total(self._ask(soql, deleted_too=False))

    def retrieve(
        self, entity: str, ids: Sequence[str], fields: Sequence[str]
    ) -> list[dict[str, Any] | None]:
        """Records by up to 2,000 ids, in their order; None: deleted, gone or hidden from our user.

        It reads, although it is a POST: so many ids fit into no address.
        """
        url = f"{self._data}/composite/sobjects/{entity}"
        body = {"ids": list(ids), "fields": list(fields)}
        return answers.retrieved(decoded(self._send("POST", url, json=body)), ids)

    def log_in_anew(self) -> None:
        """Begins a new session, whether or not there is a good one."""
        self.auth.session(self.auth.session())

    def ask_usage(self) -> None:
        """Makes Salesforce say how many of the day's API calls are used."""
        self._get(f"{self._data}/limits", None)

    def describe(self, entity: str) -> dict[str, Any]:
        """What the integration user may see of an object: above all its `fields`, with a `name`."""
        return answers.description(self._get(f"{self._data}/sobjects/{entity}/describe", None))

    def update(self, entity: str, record: str, fields: Mapping[str, object]) -> None:
        """Saves these fields of a record. If no answer comes, they may be saved nonetheless."""
        path = f"{self._data}/sobjects/{entity}/{record}"
        # Else territory rules would run on our change (REST API: Assignment Rule Header).
        self._send("PATCH", path, json=dict(fields), headers={"Sforce-Auto-Assign": "FALSE"})

    def close(self) -> None:
        self._client.close()
        self._tokens.close()

    @property
    def _data(self) -> str:
        return f"/services/data/v{self._version}"

    def _ask(self, soql: str, deleted_too: bool) -> dict[str, Any]:
        return self._get(f"{self._data}/{'queryAll' if deleted_too else 'query'}", {"q": soql})

    def _get(self, path: str, parameters: dict[str, str] | None) -> dict[str, Any]:
        return json_object(self._send("GET", path, params=parameters), "Salesforce")

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        with ExitStack() as shown:
            with self._watch(path if method == "PATCH" else ""):
                url = self.session.instance_url + path
                request = self._client.build_request(method, url, **content)
                shown.enter_context(telling(request))
                response = send(self._client, "Salesforce", request)
                if self._note_usage:
                    self._note_usage(response.headers.get("Sforce-Limit-Info", ""))
                error = error_of(response) if response.status_code >= 400 else None
                if isinstance(error, ServiceUnavailable) and response.status_code >= 500:
                    raise error
            if error:
                raise error
        return response
