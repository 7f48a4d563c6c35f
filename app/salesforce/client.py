"""Salesforce's REST API: queries, and nothing else, since nothing is written there."""

from collections.abc import Iterator
from typing import Any

from app.salesforce import answers
from app.salesforce.auth import Credentials, SalesforceAuth, Session
from app.salesforce.errors import error_of
from app.transport import json_object, open_client, send

CLIENT_NAME = "closedwon"
"""Marks our calls, so that a change event tells whether we caused it (changeOrigin)."""


class SalesforceClient:
    """One per process; threads share it.

    Raises (every call): AuthenticationFailed, RateLimited, RecordLocked, ServiceUnavailable, or
    what app/salesforce/errors.py makes of the answer.
    """

    def __init__(
        self, credentials: Credentials, version: str, timeout_seconds: float, connections: int = 32
    ) -> None:
        """`version` as in 66.0."""
        self._version = version
        self._tokens = open_client(timeout_seconds, 2, None)
        self.auth = SalesforceAuth(credentials, self._tokens)
        self._client = open_client(timeout_seconds, connections, self.auth)
        self._client.headers["Sforce-Call-Options"] = f"client={CLIENT_NAME}"
        self.api_usage = ""
        """What the last answer said of the daily limit: `api-usage=18/15000`."""

    @property
    def session(self) -> Session:
        return self.auth.session()

    def query(self, soql: str, *, deleted_too: bool = False) -> Iterator[dict[str, Any]]:
        """The records, page by page. `soql` comes from app/salesforce/accounts.py: no raw
        values."""
        path = f"/services/data/v{self._version}/{'queryAll' if deleted_too else 'query'}"
        page = answers.page(self._get(path, {"q": soql}))
        while True:
            yield from page.records
            if page.next_path is None:
                return
            page = answers.page(self._get(page.next_path, None))

    def describe(self, entity: str) -> dict[str, Any]:
        """What the integration user may see of an object: above all its `fields`, with a `name`."""
        path = f"/services/data/v{self._version}/sobjects/{entity}/describe"
        return answers.description(self._get(path, None))

    def close(self) -> None:
        self._client.close()
        self._tokens.close()

    def _get(self, path: str, parameters: dict[str, str] | None) -> dict[str, Any]:
        url = self.session.instance_url + path
        request = self._client.build_request("GET", url, params=parameters)
        response = send(self._client, "Salesforce", request)
        self.api_usage = response.headers.get("Sforce-Limit-Info", self.api_usage)
        if response.status_code >= 400:
            raise error_of(response)
        return json_object(response, "Salesforce")
