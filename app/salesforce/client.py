"""Salesforce's REST API: queries, and one write, which is off unless a setting names its field."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any, TypeVar

import httpx

from app.answers import decoded, unexpected
from app.breaker import Breaker
from app.errors import ServiceUnavailable
from app.salesforce import answers
from app.salesforce.auth import Credentials, SalesforceAuth, Session
from app.salesforce.errors import AllowanceUsedUp, error_of
from app.silence import Silence
from app.transport import json_object, open_client, send, telling

_Shaped = TypeVar("_Shaped")
_Watch = Callable[[str], AbstractContextManager[object]]
_LONGEST_LOGIN_SECONDS = 15.0
"""Everybody waits for it."""
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
        self._silence = Silence(breaker) if breaker else None
        self._tokens = open_client(min(_LONGEST_LOGIN_SECONDS, timeout_seconds), 2, None)
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
        been: set[str] = set()
        while True:
            yield from page.records
            if page.next_path is None:
                return
            if page.next_path in been:
                raise unexpected(answers.SERVICE, "a query whose pages go round in a circle")
            been.add(page.next_path)
            page = self._get(page.next_path, None, answers.page)

    def first_page(self, soql: str, *, deleted_too: bool = False) -> answers.Page:
        """The first 2,000 records at most, in one call."""
        return self._ask(soql, answers.page, deleted_too=deleted_too)

    def count(self, soql: str) -> int:
        """What a `SELECT COUNT()` finds."""
        return self._ask(soql, answers.total)

    def retrieve(
        self, entity: str, ids: Sequence[str], fields: Sequence[str]
    ) -> list[dict[str, Any] | None]:
        """Records by up to 2,000 ids, in their order; None: deleted, gone or hidden from our user.

        It reads, although it is a POST: so many ids fit into no address.
        """
        url = f"{self._data}/composite/sobjects/{entity}"
        body = {"ids": list(ids), "fields": list(fields)}
        return self._send("POST", url, lambda it: answers.retrieved(decoded(it), ids), json=body)

    def now(self) -> float:
        """What time it is in Salesforce, whose stamps are by its own clock: epoch seconds. Logs in
        where nobody has yet: until then only this host has told the time.
        """
        if not self.auth.has_session:
            with self._watch(""):
                self.auth.session()
        return self.auth.clock.now()

    def log_in_anew(self) -> None:
        """Begins a new session, whether or not there is a good one."""
        self.auth.session(self.auth.session())

    def suspect_with(self, suspect: Callable[[], object]) -> None:
        """What is to ask when Salesforce is silent (app/silence.py)."""
        if self._silence:
            self._silence.probe_with(suspect)

    def ask_usage(self) -> None:
        """Makes Salesforce say how many of the day's API calls are used."""
        self._get(f"{self._data}/limits", None, dict)

    def describe(self, entity: str) -> dict[str, Any]:
        """What the integration user may see of an object: above all its `fields`, with a `name`."""
        path = f"{self._data}/sobjects/{entity}/describe"
        return self._get(path, None, answers.description)

    def update(self, entity: str, record: str, fields: Mapping[str, object]) -> None:
        """Saves these fields of a record. If no answer comes, they may be saved nonetheless."""
        path = f"{self._data}/sobjects/{entity}/{record}"
        # Else territory rules would run on our change (REST API: Assignment Rule Header).
        headers = {"Sforce-Auto-Assign": "FALSE"}
        self._send("PATCH", path, _ensure_saved, json=dict(fields), headers=headers)

    def close(self) -> None:
        if self._silence:
            self._silence.close()
        self._client.close()
        self._tokens.close()

    @property
    def _data(self) -> str:
        return f"/services/data/v{self._version}"

    def _ask(
        self, soql: str, shape: Callable[[object], _Shaped], *, deleted_too: bool = False
    ) -> _Shaped:
        path = f"{self._data}/{'queryAll' if deleted_too else 'query'}"
        return self._get(path, {"q": soql}, shape)

    def _get(
        self,
        path: str,
        parameters: dict[str, str] | None,
        shape: Callable[[dict[str, Any]], _Shaped],
    ) -> _Shaped:
        def taken(response: httpx.Response) -> _Shaped:
            return shape(json_object(response, "Salesforce"))

        return self._send("GET", path, taken, params=parameters)

    def _send(
        self, method: str, path: str, take: Callable[[httpx.Response], _Shaped], **content: Any
    ) -> _Shaped:
        """`take` makes something of the answer; if it cannot, that is a failure of Salesforce's."""
        with ExitStack() as shown:
            with self._watch(path if method == "PATCH" else ""):
                url = self.session.instance_url + path
                request = self._client.build_request(method, url, **content)
                shown.enter_context(telling(request))
                with self._silence.awaiting(request) if self._silence else nullcontext():
                    response = send(self._client, "Salesforce", request)
                self.auth.clock.heed(response)
                if self._note_usage:
                    self._note_usage(response.headers.get("Sforce-Limit-Info", ""))
                error = error_of(response) if response.status_code >= 400 else None
                is_down = isinstance(error, ServiceUnavailable) and response.status_code >= 500
                if error and (is_down or isinstance(error, AllowanceUsedUp)):
                    raise error
                if error is None:
                    return take(response)
            raise error


def _ensure_saved(response: httpx.Response) -> None:
    if response.status_code != httpx.codes.NO_CONTENT:
        raise unexpected(answers.SERVICE, f"a save with status {response.status_code}")
