"""The simulated org: its tables, its bus, its sessions, and one lock that guards all writes."""

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from simulators.salesforce.avro import SchemaRegistry
from simulators.salesforce.bus import Bus
from simulators.salesforce.cursors import Cursors
from simulators.salesforce.ids import IdSource
from simulators.salesforce.schema import Schema
from simulators.salesforce.sessions import Sessions
from simulators.salesforce.settings import create_settings
from simulators.salesforce.stages import shipped_stages
from simulators.salesforce.store import Store


class Org:
    """Everything a Salesforce org holds. ``lock`` is held over each write and its events."""

    def __init__(self, username: str) -> None:
        self.lock = threading.RLock()
        self.username = username
        self.settings = create_settings()
        self.schema = Schema(self.settings)
        self.schemas = SchemaRegistry()
        self.store = Store()
        self.bus = Bus(self.settings)
        self.ids = IdSource()
        self.cursors = Cursors()
        self.id = self.ids.next("00D")
        self.user_id = self.ids.next("005")
        self.sessions = Sessions(self.settings, self.id)
        self.api_calls = 0
        self._commits = 11_334_298_542_449
        self._furnish()

    def clear(self) -> None:
        """Back to an org without accounts; ids, keys and sessions stay."""
        with self.lock:
            self.store.clear()
            self.bus.clear()
            self.cursors.clear()
            self.api_calls = 0
            self._furnish()

    def next_commit(self) -> int:
        """The commit number of the next transaction, growing."""
        self._commits += 1
        return self._commits

    def publish_schemas(self) -> None:
        """Make the present event schemas known by id, as GetTopic answers them."""
        for name in ("Account", "Opportunity"):
            self.schemas.current(self.schema.objects[name])

    def audit(self) -> dict[str, Any]:
        """The audit fields of a record that is made now."""
        now = now_in_seconds()
        return {
            "CreatedDate": now,
            "CreatedById": self.user_id,
            "LastModifiedDate": now,
            "LastModifiedById": self.user_id,
            "SystemModstamp": now,
        }

    def _furnish(self) -> None:
        audit = self.audit()
        self._put("Organization", self.id, {**_ORGANIZATION, **audit})
        self._put("User", self.user_id, {**_USER, "Username": self.username, **audit})
        for stage in shipped_stages():
            self._put("OpportunityStage", self.ids.next("01J"), {**stage, **audit})

    def _put(self, sobject: str, record_id: str, record: Mapping[str, Any]) -> None:
        self.store.put(sobject, record_id, {"Id": record_id, **record})


def now_in_seconds() -> datetime:
    """The time, UTC, cut to whole seconds: the platform stores no finer stamps."""
    return datetime.fromtimestamp(int(time.time()), UTC)


_ORGANIZATION = {
    "Name": "Closed Won Simulated",
    "IsSandbox": False,
    "OrganizationType": "Developer Edition",
    "InstanceName": "SIM1",
    "LanguageLocaleKey": "en_US",
    "DefaultLocaleSidKey": "en_US",
    "TimeZoneSidKey": "America/Los_Angeles",
}
_USER = {
    "Name": "Integration User",
    "FirstName": "Integration",
    "LastName": "User",
    "Email": "integration@closedwon.example",
    "IsActive": True,
    "UserType": "Standard",
    "DefaultCurrencyIsoCode": "USD",
}
