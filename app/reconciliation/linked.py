"""The step `linked`: the Accounts that the ledger knows to have a Customer.

They are looked through with SCAN. Its cursor means something to one run of Redis alone, so that a
place names the run, and the step begins anew in another. What one SCAN gave out another does not:
where a batch ends moves when keys come and go. So the place of a page that was left half-way
carries the accounts that are still to be dealt with, and where SCAN goes on behind them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis

from app.links import Links
from app.reconciliation.found import Found, Page, account_in, is_deleted, winner_in
from app.salesforce.accounts import IDS_PER_QUERY
from app.salesforce.answers import moment
from app.salesforce.client import SalesforceClient
from app.salesforce.soql import format_soql

_SCANNED_AT_A_TIME = 200
_SCANS = 250
"""At most so many for a page: where few rows are linked, it ends before it is full."""
_FIELDS = ("Id", "SystemModstamp")
_MISSING = "SELECT Id, SystemModstamp, IsDeleted, MasterRecordId FROM Account WHERE Id IN {}"


@dataclass(frozen=True, slots=True)
class _Scanned(Page):
    """A page whose accounts no second SCAN would give out alike."""

    scan: str
    """The run of Redis, and its cursor behind these accounts."""

    def left_at(self, dealt: int) -> str:
        """At most a page's ids, 18 characters each: below 50 kB in the stored pass."""
        return f"{self.scan} {','.join(found.account for found in self.found[dealt:])}"


class Linked:
    """Raises (every call): redis.exceptions.RedisError; what app/salesforce/client.py raises; and
    ServiceUnavailable for what is malformed.
    """

    def __init__(self, client: SalesforceClient, redis: Redis, limit: int) -> None:
        """`redis` must decode responses. `limit`: accounts a page."""
        self._client = client
        self._redis: Any = redis
        self._links = Links(redis)
        self._limit = limit

    def page(self, place: str) -> Page:
        """Accounts and what Salesforce says of them: a call for up to 2,000."""
        ids, scan = self._ids(place)
        records: dict[str, Found] = {}
        for at in range(0, len(ids), self._limit):
            records |= self._records(ids[at : at + self._limit])
        return _page((records[i] for i in ids), scan)

    def all(self, place: str) -> Page:
        """Accounts alone, without a call."""
        ids, scan = self._ids(place)
        return _page(map(Found, ids), scan)

    def _ids(self, place: str) -> tuple[list[str], str]:
        """Linked accounts in the order of their ids; and where SCAN goes on behind them."""
        run = str(self._redis.info("server")["run_id"])[:8]
        in_run, _, rest = place.partition(" ")
        first, _, left = rest.partition(" ") if in_run == run else ("0", "", "")
        if left:
            return sorted(self._links.linked(left.split(","))), f"{run} {first}"
        ids: set[str] = set()
        cursor = int(first)
        for _ in range(_SCANS):
            cursor, linked = self._links.scanned(cursor, _SCANNED_AT_A_TIME)
            ids |= linked.keys()
            if not cursor or len(ids) + _SCANNED_AT_A_TIME > self._limit:
                break
        return sorted(ids), f"{run} {cursor}"

    def _records(self, ids: list[str]) -> dict[str, Found]:
        """What cannot be retrieved is asked for once more: a query tells deleted from gone."""
        found = {account: Found(account, is_gone=True) for account in ids}
        retrieved = self._client.retrieve("Account", ids, _FIELDS)
        missing: list[str] = []
        for account, record in zip(ids, retrieved, strict=True):
            if record is None:
                missing.append(account)
            else:
                found[account] = Found(account, stamp=moment(record, "SystemModstamp"))
        for at in range(0, len(missing), IDS_PER_QUERY):
            soql = format_soql(_MISSING, missing[at : at + IDS_PER_QUERY])
            for record in self._client.query(soql, deleted_too=True):
                account = account_in(record, "Id")
                found[account] = Found(
                    account,
                    stamp=moment(record, "SystemModstamp"),
                    is_deleted=is_deleted(record),
                    merged_into=winner_in(record),
                )
        return found


def _page(found: Iterable[Found], scan: str) -> Page:
    is_over = scan.endswith(" 0")
    return _Scanned(list(found), None if is_over else f"{scan} ", scan)
