"""A simulated cloud as the proofs see it: its log, its switches, its faults."""

from typing import Any

import httpx

from proof.rig.traffic import Request

_TIMEOUT_SECONDS = 60.0
"""A log of some thousand requests is written and read while the cloud serves."""


class Plane:
    """One cloud's admin plane (docs/simulators.md).

    Raises (every method): httpx.HTTPError when it refuses or does not answer.
    """

    def __init__(self, cloud_url: str) -> None:
        self._client = httpx.Client(
            base_url=f"{cloud_url}/_simulator/", timeout=_TIMEOUT_SECONDS, trust_env=False
        )

    def switch(self, **settings: object) -> None:
        self._ask("PATCH", "settings", settings)

    def requests(self) -> list[Request]:
        """All since they were forgotten, in the order in which they ended."""
        rows = self._ask("GET", "requests")["requests"]
        return [_request(row) for row in rows]

    def count(self, call: str = "", contains: str = "") -> int:
        """Of the requests whose name fits the pattern and whose body holds the text."""
        wanted = httpx.QueryParams({"call": call, "contains": contains})
        return int(self._ask("GET", f"requests/count?{wanted}")["count"])

    def forget_requests(self) -> None:
        self._ask("DELETE", "requests")

    def fault(self, **fault: object) -> None:
        self._ask("POST", "faults", fault)

    def faults_fired(self) -> int:
        """How many calls the present faults have hit."""
        return sum(int(fault["fired"]) for fault in self._ask("GET", "faults")["faults"])

    def forgive(self) -> None:
        """Ends all faults."""
        self._ask("DELETE", "faults")

    def tell(self, path: str, body: object = None) -> None:
        """Whatever else this cloud's plane takes as a POST."""
        self._ask("POST", path, body)

    def expire_sessions(self) -> None:
        """Whoever was logged in is not any more."""
        self._ask("POST", "sessions/expire")

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        answer = self._client.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None


class NetSuitePlane(Plane):
    """NetSuite's has more."""

    def customers(self) -> list[dict[str, Any]]:
        """Every Customer, whole, as NetSuite's record API shows it."""
        found: list[dict[str, Any]] = self._ask("GET", "customers")["customers"]
        return found

    def customer_names(self) -> list[str]:
        """Of every Customer, whoever made it."""
        return [str(customer["companyName"]) for customer in self.customers()]

    def concurrency(self) -> dict[str, int]:
        """`limit`, and since it was counted anew: `peak`, `admitted`, `refused`."""
        found: dict[str, int] = self._ask("GET", "concurrency")
        return found

    def count_concurrency_anew(self) -> None:
        self._ask("DELETE", "concurrency")


def _request(row: dict[str, Any]) -> Request:
    said = f"{row['path']}?{row['query']}\n{row['body']}"
    return Request(row["call"], row["status"], row["at"], row["seconds"], said)
