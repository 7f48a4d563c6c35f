"""The steps `modified:Account` and `modified:Opportunity`: what Salesforce wrote since a time.

Records come by keyset, (SystemModstamp, Id): an OFFSET ends at 2,000, and what changes meanwhile
moves to the end of the line, where it is read again.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from app.reconciliation.found import Found, Page, account_in, is_deleted, winner_in
from app.salesforce.answers import moment, record_id
from app.salesforce.client import SalesforceClient
from app.salesforce.soql import format_soql

_ACCOUNTS = "SELECT Id, SystemModstamp, IsDeleted, MasterRecordId FROM Account WHERE {:literal}"
_OPPORTUNITIES = (
    "SELECT Id, AccountId, SystemModstamp FROM Opportunity "
    "WHERE AccountId != null AND {:literal} AND {:literal}"
)
_PAGE = " ORDER BY SystemModstamp, Id LIMIT {}"


class Modified:
    """Raises (every call) what app/salesforce/client.py raises, and ServiceUnavailable for what is
    malformed.
    """

    def __init__(self, client: SalesforceClient, condition: Callable[[], str], limit: int) -> None:
        """`condition`: what an Opportunity must meet now, in SOQL. `limit`: records a page."""
        self._client = client
        self._condition = condition
        self._limit = limit

    def accounts(self, since: int, place: str) -> Page:
        """Those that are deleted, too. `since`: epoch seconds; `place`: empty, or of a page."""
        soql = format_soql(_ACCOUNTS, _after(since, place))
        return self._page(soql, _account, deleted_too=True)

    def opportunities(self, since: int, place: str) -> Page:
        """Those alone that meet the condition: nothing else can come of an Opportunity."""
        soql = format_soql(_OPPORTUNITIES, self._condition(), _after(since, place))
        return self._page(soql, _opportunity, deleted_too=False)

    def _page(
        self, soql: str, read: Callable[[dict[str, Any]], Found], *, deleted_too: bool
    ) -> Page:
        """One more is asked for than is wanted: it tells, without a call, whether more follows."""
        more = format_soql(_PAGE, self._limit + 1)
        page = self._client.first_page(soql + more, deleted_too=deleted_too)
        found = [read(record) for record in page.records[: self._limit]]
        goes_on = page.next_path is not None or len(page.records) > self._limit
        return Page(found, found[-1].place if found and goes_on else None)


def _after(since: int, place: str) -> str:
    if not place:
        return str(format_soql("SystemModstamp >= {}", _moment(since)))
    stamp, _, last = place.partition(" ")
    at = _moment(int(stamp))
    return str(
        format_soql("(SystemModstamp > {} OR (SystemModstamp = {} AND Id > {}))", at, at, last)
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _place(record: dict[str, Any]) -> str:
    return f"{moment(record, 'SystemModstamp')} {record_id(record, 'Id')}"


def _account(record: dict[str, Any]) -> Found:
    return Found(
        account=account_in(record, "Id"),
        place=_place(record),
        stamp=moment(record, "SystemModstamp"),
        is_deleted=is_deleted(record),
        merged_into=winner_in(record),
    )


def _opportunity(record: dict[str, Any]) -> Found:
    return Found(
        account=account_in(record, "AccountId"),
        place=_place(record),
        stamp=moment(record, "SystemModstamp"),
    )
