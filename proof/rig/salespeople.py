"""Salesforce as people see it who save records and look at them."""

from typing import Any
from urllib.parse import urljoin

from workers.demo.people import Salesperson


class Salespeople(Salesperson):
    """Raises (every method): httpx.HTTPError when Salesforce refuses or does not answer."""

    def rows(self, soql: str) -> list[dict[str, Any]]:
        """All records of a query, page by page."""
        page = self._ask("GET", "query", params={"q": soql})
        found: list[dict[str, Any]] = page["records"]
        while not page["done"]:
            page = self._ask("GET", page["nextRecordsUrl"])
            found += page["records"]
        return found

    def events_delivered(self) -> int:
        """To all subscribers together; an event that is heard again counts again."""
        limit = self._ask("GET", "limits")["DailyDeliveredPlatformEvents"]
        return int(limit["Max"] - limit["Remaining"])

    def inject_event(self, entity: str, change_type: str, records: list[str], **event: Any) -> str:
        """Whatever the platform may send → the event's replay id, in hex."""
        body = {"entity": entity, "change_type": change_type, "record_ids": records} | event
        return str(self._ask("POST", "/_simulator/events", json=body)["replay_ids"][0])

    def _ask(self, method: str, path: str, **given: Any) -> Any:
        url = urljoin(str(self._client.base_url), path)  # httpx would append what begins with /
        answer = self._client.request(method, url, **given)
        answer.raise_for_status()
        return answer.json()
