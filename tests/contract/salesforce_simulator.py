"""The Salesforce simulator's admin plane, as tests use it."""

from types import TracebackType
from typing import Any, Self

import httpx

from tests.tls import trust


class SalesforceSimulator:
    """Calls under ``/_simulator/``; each must succeed."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.Client(base_url=f"{base_url}/_simulator/", timeout=20, verify=trust())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON of a GET."""
        answer = self.http.get(path, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        """The JSON of a POST, if it has any."""
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def edit(self, record: str, **fields: Any) -> None:
        """As a user does in the UI."""
        answer = self.http.patch(f"records/{record}", json=fields)
        assert answer.is_success, answer.text

    def settings(self, **changes: Any) -> None:
        """Change switches."""
        answer = self.http.patch("settings", json=changes)
        assert answer.is_success, answer.text

    def fault(self, call: str, **effect: Any) -> None:
        """Post a fault."""
        self.post("faults", {"call": call, **effect})

    def inject(self, *events: dict[str, Any]) -> list[str]:
        """Events of one transaction on the bus; answers their replay ids in hex."""
        replay_ids: list[str] = self.post("events", list(events))["replay_ids"]
        return replay_ids
