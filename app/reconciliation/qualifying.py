"""The step `qualifying`: all Accounts that have an Opportunity which meets the criteria."""

from collections.abc import Callable
from typing import Any

from app.reconciliation.found import Found, Page, account_in
from app.salesforce.answers import moment
from app.salesforce.client import SalesforceClient
from app.salesforce.soql import format_soql

_WHICH = "FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE {:literal})"
_BESIDES = " AND ({:literal})"


class Qualifying:
    """Raises (every call) what app/salesforce/client.py raises, and ServiceUnavailable for what is
    malformed. A `where` is an admin's condition in SOQL besides, as it was given.
    """

    def __init__(self, client: SalesforceClient, condition: Callable[[], str], limit: int) -> None:
        """`condition`: what an Opportunity must meet now, in SOQL. `limit`: records a page."""
        self._client = client
        self._condition = condition
        self._limit = limit

    def page(self, place: str, where: str) -> Page:
        """By their ids, behind `place`, an id. One more is asked for than is wanted: it tells,
        without a call, whether more follows.
        """
        soql = f"SELECT Id, SystemModstamp {self._all(where)}"
        if place:
            soql += format_soql(" AND Id > {}", place)
        soql += format_soql(" ORDER BY Id LIMIT {}", self._limit + 1)
        page = self._client.first_page(soql)
        found = [_account(record) for record in page.records[: self._limit]]
        goes_on = page.next_path is not None or len(page.records) > self._limit
        return Page(found, found[-1].place if found and goes_on else None)

    def count(self, where: str) -> int:
        """How many there are, in one call."""
        return self._client.count(f"SELECT COUNT() {self._all(where)}")

    def _all(self, where: str) -> str:
        which = str(format_soql(_WHICH, self._condition()))
        return which + (format_soql(_BESIDES, where) if where else "")


def _account(record: dict[str, Any]) -> Found:
    account = account_in(record, "Id")
    return Found(account, place=account, stamp=moment(record, "SystemModstamp"))
