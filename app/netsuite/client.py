"""NetSuite's REST services: reads go through SuiteQL, writes through the record API.

The record API loads records in edit mode even to read them, so nothing is read there.
"""

import json
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

import httpx

from app.breaker import Breaker, is_probing
from app.errors import AuthenticationFailed, RateLimited, ServiceUnavailable, SyncError
from app.netsuite.auth import Login
from app.netsuite.errors import ensure_served, error_of
from app.netsuite.governor import Governor
from app.retry import Backoff
from app.silence import Silence
from app.transport import has_time_for, json_object, open_client, send, telling, timeouts

_Taken = TypeVar("_Taken")
Permit = Callable[[], object]
"""Called right before a write is sent; what it raises keeps the write from being sent."""
_SUITEQL = "/services/rest/query/v1/suiteql"
_PAGE = 1000
_TRIES = 6
_LONGEST_QUERY_SECONDS = 15.0
_BACKOFF = Backoff(first=0.5, longest=8.0)


class NetSuiteClient:
    """One per process; threads share it. Every request holds one of the governor's slots, save a
    probe's: where NetSuite answers nothing, its calls hold them all.

    Raises (every call): AuthenticationFailed, RateLimited, RecordLocked, ServiceUnavailable, or
    what app/netsuite/errors.py makes of the answer.
    """

    def __init__(
        self,
        base_url: str,
        auth: Login,
        governor: Governor,
        breaker: Breaker,
        timeout_seconds: float,
        connections: int = 32,
        backoff: Backoff = _BACKOFF,
        query_seconds: float = _LONGEST_QUERY_SECONDS,
    ) -> None:
        """`timeout_seconds`: for a save, which may be slow and is not to be sent twice.
        `query_seconds`: for a query, if that is shorter: it may be, and many wait for it.
        `backoff`: between the tries of a request that NetSuite refuses for their number.
        """
        self.auth, self._governor, self._breaker = auth, governor, breaker
        self._silence = Silence(breaker)
        self._base, self._backoff = base_url, backoff
        self._query_timeouts = timeouts(min(query_seconds, timeout_seconds))
        self._client = open_client(timeout_seconds, connections, auth)

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
            timeout=self._query_timeouts,
        )
        return [_row(row) for row in self._send(request, _rows)]

    def log_in_anew(self) -> None:
        """Tries the credentials, whether or not there is a good token."""
        self.auth.log_in()

    def suspect_with(self, suspect: Callable[[], object]) -> None:
        """What is to ask when NetSuite is silent (app/silence.py)."""
        self._silence.probe_with(suspect)

    def ask_anything(self) -> None:
        """A cheap call, to see whether NetSuite answers."""
        self.suiteql("SELECT id FROM customer WHERE id = ?", ["0"], limit=1)

    def read(self, path: str, accept: str) -> dict[str, Any]:
        """A JSON object, by its path; `accept` is the media type that is asked for."""
        request = self._client.build_request("GET", self._base + path, headers={"Accept": accept})
        return self._send(request, _object)

    def write(
        self, method: str, path: str, body: dict[str, object], permit: Permit = lambda: None
    ) -> httpx.Response:
        """A write's answer. `path` begins with a slash and may hold a query. `permit`: of what must
        not be sent once more while this waits for a slot.
        """
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
        return self._send(request, lambda response: response, permit)

    def close(self) -> None:
        self._silence.close()
        self._client.close()
        self.auth.close()

    def _send(
        self,
        request: httpx.Request,
        take: Callable[[httpx.Response], _Taken],
        permit: Permit | None = None,
    ) -> _Taken:
        """`take` makes something of the answer; if it cannot, that is a failure of NetSuite's.
        `permit`: None for a read.
        """
        with telling(request):
            return self._insist(request, take, permit)

    def _insist(
        self,
        request: httpx.Request,
        take: Callable[[httpx.Response], _Taken],
        permit: Permit | None,
    ) -> _Taken:
        """A throttled request was not carried out: the same goes again, while the run has time. A
        probe's does not: it has its answer, and as it held no slot, the slots are none too many.
        """
        failures = 0
        while True:
            response, taken = self._ask(request, take, permit)
            if taken is not None:
                return taken
            error = error_of(response)
            throttled = self._throttled(error)
            if is_probing():
                raise throttled
            if throttled is error:  # a refused login must not make the storm last
                self._governor.refused(throttled.retry_after)
            failures += 1
            wait = self._backoff.delay(failures)
            if failures == _TRIES or not has_time_for(wait):
                raise throttled
            time.sleep(wait)

    def _ask(
        self,
        request: httpx.Request,
        take: Callable[[httpx.Response], _Taken],
        permit: Permit | None,
    ) -> tuple[httpx.Response, _Taken | None]:
        """→ the answer, and what was taken from it; None: it is a refusal."""
        writes = permit is not None
        try:
            with self._breaker.watch(_record(request) if writes else ""):
                self.auth.prepare()  # not while a slot is held: a token endpoint may be slow
                with self._slot(ahead=not writes):
                    self._breaker.ensure_up()  # it may have gone down while a slot was waited for
                    if permit is not None:
                        permit()
                    with self._silence.awaiting(request):
                        response = send(self._client, "NetSuite", request, writes=writes)
                ensure_served(response, writes=writes)
                return response, take(response) if response.status_code < 400 else None
        except AuthenticationFailed as refused:  # by the token endpoint
            raise self._throttled(refused) from None

    def _slot(self, *, ahead: bool) -> AbstractContextManager[None]:
        return nullcontext() if is_probing() else self._governor.slot(ahead=ahead)

    def _throttled(self, error: SyncError) -> RateLimited:
        """The error, if it is for the number of requests. In a storm of such refusals NetSuite
        refuses logins, too, and means the same.

        Raises:
            SyncError: the error, if it is for something else.
        """
        if isinstance(error, AuthenticationFailed) and self._governor.is_storm():
            words = "NetSuite's request limit is reached, and it refuses logins."
            return RateLimited(
                words,
                service="netsuite",
                service_words=error.service_words,
                request=error.request,
            )
        if isinstance(error, RateLimited):
            return error
        raise error


def _record(request: httpx.Request) -> str:
    """What is written. New records have no address of their own yet."""
    path = request.url.path
    return f"{path} {hash(request.content)}" if request.method == "POST" else path


def _object(response: httpx.Response) -> dict[str, Any]:
    return json_object(response, "NetSuite")


def _rows(response: httpx.Response) -> list[dict[str, Any]]:
    rows = _object(response).get("items")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ServiceUnavailable("NetSuite answered a query without rows.", service="netsuite")
    return rows


def _row(given: dict[str, Any]) -> dict[str, str]:
    """Names in lower case, whatever their spelling in this release; scalars come as text."""
    return {
        name.lower(): str(value)
        for name, value in given.items()
        if isinstance(value, str | int | float)
    }
