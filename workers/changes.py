"""Which accounts a batch of change events may concern, and why, in words without values."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from app.errors import RecordNotFound, ServiceUnavailable
from app.flow import Flow
from app.models import account_id
from app.salesforce.accounts import Accounts
from app.salesforce.change_events import ChangeEvent
from app.terms import Order

log = logging.getLogger(__name__)

_OPPORTUNITY = re.compile(r"006[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?", re.ASCII)
_DECISIVE = frozenset(("stagename", "iswon", "isclosed", "accountid"))
_DERIVED = frozenset(
    (
        *("expectedrevenue", "fiscal", "fiscalquarter", "fiscalyear", "ageindays", "pushcount"),
        *("forecastcategory", "forecastcategoryname", "hasopportunitylineitem", "iqscore"),
        *("hasopenactivity", "hasoverduetask", "lastactivitydate", "lastactivityindays"),
        *("laststagechangedate", "laststagechangeindays", "lastamountchangedhistoryid"),
        *("lastclosedatechangedhistoryid", "lastmodifieddate", "lastmodifiedbyid"),
        *("systemmodstamp", "isdeleted", "lastvieweddate", "lastreferenceddate"),
    )
)
"""What Salesforce works out from other fields, other records or the calendar, beside what describe
calls calculated: events need not name it as changed. IsWon and IsClosed follow StageName.
"""
_REASON_BYTES = 64
"""Redis keeps a row compact while none of its values is longer."""
_AND_MORE = ", …"


class Changes:
    """Turns change events into orders for the ledger."""

    def __init__(
        self, accounts: Accounts, flow: Flow, describe: Callable[[str], dict[str, Any]]
    ) -> None:
        """`describe`: an object's name to what Salesforce tells of it; asked once, if need be."""
        self._accounts, self._describe = accounts, describe
        criteria = (criterion.field.lower() for criterion in flow.qualification.criteria)
        self._criteria = frozenset(criteria) - _DECISIVE
        self._every_update: bool | None = None

    def orders(self, events: Sequence[ChangeEvent]) -> list[Order]:
        """One order per account. Asks Salesforce once, and only if Opportunities are among them.

        Raises:
            SyncError: Salesforce does not tell whose the Opportunities are, or of which fields.
        """
        orders = self._of_opportunities([e for e in events if e.entity == "Opportunity"])
        orders |= _of_accounts([e for e in events if e.entity == "Account"])
        for event in events:
            if event.unlisted:
                _ask_for_help(event)
        return list(orders.values())

    def _of_opportunities(self, events: Sequence[ChangeEvent]) -> dict[str, Order]:
        """An event names the Account only where it changed, so Salesforce is asked for all."""
        decisive = [event for event in events if self._can_matter(event)]
        ids = {record for event in decisive for record in _opportunities(event)}
        if not ids:
            return {}
        reason = _reason(decisive)
        found = (account_id(account) for account in self._accounts.of_opportunities(ids))
        return {account: Order(account, reason) for account in found}

    def _can_matter(self, event: ChangeEvent) -> bool:
        """Whether it may turn an Opportunity into one that meets the criteria, or move it."""
        touched = {field.lower() for field in event.touched_fields}
        if event.change_type != "UPDATE" or not touched:
            return True
        touched |= {field.partition(".")[0] for field in touched}
        return not touched.isdisjoint(_DECISIVE | self._criteria) or self._every_update_can_matter()

    def _every_update_can_matter(self) -> bool:
        """Whether a criterion names a field that may change without being named as changed
        (facts: Bodies). Kept until the process ends.
        """
        if self._every_update is None:
            self._every_update = not self._criteria.isdisjoint(_DERIVED) or (
                bool(self._criteria) and not self._criteria <= self._plain_fields()
            )
        return self._every_update

    def _plain_fields(self) -> set[str]:
        """Those that are no formulas and no roll-ups; one that we may not see is none of them."""
        fields: Any = self._describe("Opportunity").get("fields")
        try:
            return {str(f["name"]).lower() for f in fields if f["calculated"] is False}
        except (KeyError, TypeError):
            raise ServiceUnavailable(
                "Salesforce describes Opportunity in a way that cannot be read.",
                service="salesforce",
            ) from None


def _of_accounts(events: Sequence[ChangeEvent]) -> dict[str, Order]:
    touched: dict[str, list[ChangeEvent]] = {}
    for event in events:
        for record in event.record_ids:
            try:
                touched.setdefault(account_id(record), []).append(event)
            except RecordNotFound as invalid:
                if not event.unlisted:
                    log.error("An event of transaction %s: %s", event.transaction_key, invalid)
    return {account: Order(account, _reason(about)) for account, about in touched.items()}


def _opportunities(event: ChangeEvent) -> Iterator[str]:
    for record in event.record_ids:
        if _OPPORTUNITY.fullmatch(record):
            # Without the last three characters, which only repeat the case of the others: a query
            # with a wrong one would be refused as a whole, and so would every later try.
            yield record[:15]
        elif not event.unlisted:
            words = "An event of transaction %s: %r is no Opportunity id."
            log.error(words, event.transaction_key, record[:40])


def _ask_for_help(event: ChangeEvent) -> None:
    log.error(
        "SOME CHANGES ARE NOT LISTED: Salesforce reports %s of %s without saying which records "
        "(%s; transaction %s). Sync the accounts that matter with `closedwon sync ID`; "
        "the listener goes on.",
        event.change_type,
        event.entity,
        ", ".join(event.record_ids[:3]) or "no ids",
        event.transaction_key,
    )


def _reason(events: Sequence[ChangeEvent]) -> str:
    """Such as `Account UPDATE: Phone, LastModifiedDate`; cut where it grows too long."""
    kinds = _distinct(event.change_type for event in events)
    reason = f"{events[0].entity} {'/'.join(kinds)}"[: _REASON_BYTES // 2]
    fields = _distinct(field for event in events for field in event.touched_fields)
    for at, field in enumerate(fields):
        longer = f"{reason}{', ' if at else ': '}{field}"
        whole = longer if at + 1 == len(fields) else longer + _AND_MORE
        if len(whole.encode()) > _REASON_BYTES:
            return reason + _AND_MORE if at else reason
        reason = longer
    return reason


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
