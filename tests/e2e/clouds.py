"""What people do in the two clouds, and what a test may ask the simulators."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import jwt

from tests.keys import parsed
from tests.tls import trust

_API = "/services/data/v66.0"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def _answer(response: httpx.Response) -> Any:
    assert response.is_success, f"{response.request.url}: {response.status_code} {response.text}"
    return response.json() if response.content else None


def _requests(response: httpx.Response) -> list[dict[str, Any]]:
    """Those of a simulator's log, in the order in which they ended."""
    found: list[dict[str, Any]] = _answer(response)["requests"]
    return found


class Salesforce:
    """The org, as a person who saves records sees it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        url = environment["SALESFORCE_LOGIN_URL"]
        self._client = httpx.Client(base_url=url, timeout=30, verify=trust())
        self._log_in()

    def _log_in(self) -> None:
        given = self._environment
        claims = {
            "iss": given["SALESFORCE_CLIENT_ID"],
            "sub": given["SALESFORCE_USERNAME"],
            "aud": given["SALESFORCE_LOGIN_URL"],
            "exp": int(time.time()) + 120,
        }
        key = parsed(Path(given["SALESFORCE_PRIVATE_KEY_FILE"]).read_bytes())
        grant = {"grant_type": _JWT_BEARER, "assertion": jwt.encode(claims, key, "RS256")}
        session = _answer(self._client.post("/services/oauth2/token", data=grant))
        self._client.headers["Authorization"] = f"Bearer {session['access_token']}"

    def create(self, entity: str, fields: Mapping[str, object]) -> str:
        return str(_answer(self._client.post(f"{_API}/sobjects/{entity}", json=fields))["id"])

    def create_many(self, entity: str, records: Iterable[Mapping[str, object]]) -> list[str]:
        """In one call, as a data loader would: at most 200."""
        typed = [{"attributes": {"type": entity}, **record} for record in records]
        return self._save("POST", typed)

    def update(self, entity: str, record: str, fields: Mapping[str, object]) -> None:
        _answer(self._client.patch(f"{_API}/sobjects/{entity}/{record}", json=fields))

    def update_many(self, entity: str, changes: Mapping[str, Mapping[str, object]]) -> None:
        """Record to its new values; in one call, at most 200."""
        typed = [
            {"attributes": {"type": entity}, "id": record, **fields}
            for record, fields in changes.items()
        ]
        self._save("PATCH", typed)

    def delete(self, entity: str, record: str) -> None:
        _answer(self._client.delete(f"{_API}/sobjects/{entity}/{record}"))

    def undelete(self, record: str) -> None:
        _answer(self._client.post(f"/_simulator/records/{record}/undelete"))

    def merge(self, winner: str, loser: str) -> None:
        _answer(self._client.post("/_simulator/merge", json={"winner": winner, "losers": [loser]}))

    def fault(self, **fault: Any) -> str:
        """→ its id, for `forgive`."""
        return str(_answer(self._client.post("/_simulator/faults", json=fault))["id"])

    def forgive(self, fault: str) -> None:
        _answer(self._client.delete(f"/_simulator/faults/{fault}"))

    def rows(self, soql: str) -> list[dict[str, Any]]:
        """All records of a query, page by page."""
        page = _answer(self._client.get(f"{_API}/query", params={"q": soql}))
        found: list[dict[str, Any]] = page["records"]
        while not page["done"]:
            page = _answer(self._client.get(page["nextRecordsUrl"]))
            found += page["records"]
        return found

    def events_delivered(self) -> int:
        """To all subscribers together; an event that is heard again counts again."""
        limit = _answer(self._client.get(f"{_API}/limits"))["DailyDeliveredPlatformEvents"]
        return int(limit["Max"] - limit["Remaining"])

    def inject_event(self, entity: str, change_type: str, records: list[str], **event: Any) -> str:
        """Whatever the platform may send → the event's replay id, in hex."""
        body = {"entity": entity, "change_type": change_type, "record_ids": records} | event
        return str(_answer(self._client.post("/_simulator/events", json=body))["replay_ids"][0])

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        return _requests(self._client.get("/_simulator/requests", params=filters))

    def switch(self, **settings: object) -> None:
        _answer(self._client.patch("/_simulator/settings", json=settings))

    def close(self) -> None:
        self._client.close()

    def _save(self, method: str, records: list[dict[str, Any]]) -> list[str]:
        """All of them or none → their ids."""
        body = {"allOrNone": True, "records": records}
        saved = _answer(self._client.request(method, f"{_API}/composite/sobjects", json=body))
        assert all(result["success"] for result in saved), saved
        return [result["id"] for result in saved]


class NetSuite:
    """The account, as finance sees it, and the simulator's faults."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/_simulator", timeout=30, verify=trust())

    def plant(self, fields: Mapping[str, object]) -> str:
        """A Customer made by hand → its internal id."""
        return str(_answer(self._client.post("/customers", json=fields))["id"])

    def customers(self, **filters: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = _answer(self._client.get("/customers", params=filters))[
            "customers"
        ]
        return found

    def customer(self, customer: str) -> dict[str, Any]:
        """The one of this internal id, as a whole record."""
        return next(found for found in self.customers() if found["id"] == customer)

    def merge(self, customer: str, into: str) -> None:
        _answer(self._client.post(f"/customers/{customer}/merge", json={"into": int(into)}))

    def plant_entity(self, **fields: object) -> None:
        """Of another type: a vendor, an employee."""
        _answer(self._client.post("/entities", json=fields))

    def fault(self, **fault: Any) -> str:
        """→ its id, for `forgive`."""
        return str(_answer(self._client.post("/faults", json=fault))["id"])

    def has_fired(self, fault: str) -> bool:
        listed = _answer(self._client.get("/faults"))["faults"]
        return any(one["id"] == fault and one["fired"] for one in listed)

    def forgive(self, fault: str) -> None:
        _answer(self._client.delete(f"/faults/{fault}"))

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        return _requests(self._client.get("/requests", params=filters))

    def count(self, **filters: str) -> int:
        """Of the requests that `requests` would list."""
        return int(_answer(self._client.get("/requests/count", params=filters))["count"])

    def switch(self, **settings: object) -> None:
        _answer(self._client.patch("/settings", json=settings))

    def edit(self, customer: str, fields: Mapping[str, object]) -> None:
        _answer(self._client.patch(f"/customers/{customer}", json=fields))

    def remove(self, customer: str) -> None:
        _answer(self._client.delete(f"/customers/{customer}"))

    def forget_requests(self) -> None:
        _answer(self._client.delete("/requests"))

    def reset(self) -> None:
        """No records, and every switch as at the start."""
        _answer(self._client.post("/reset"))

    def close(self) -> None:
        self._client.close()
