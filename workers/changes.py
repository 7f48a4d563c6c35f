"""Which accounts a batch of change events may concern, and why, in words without values."""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from app.breaker import probing
from app.errors import RecordNotFound, ServiceUnavailable
from app.flow import Qualification
from app.models import account_id
from app.salesforce.accounts import Accounts
from app.salesforce.change_events import ChangeEvent
from app.salesforce.client import CLIENT_NAME
from app.saved_criteria import CriteriaUnreadable
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
_STAMPS = ("lastmodifieddate", "lastmodifiedbyid", "systemmodstamp")
_REASON_BYTES = 64
"""Redis keeps a row compact while none of its values is longer."""
_AND_MORE = ", …"


class Consequences(NamedTuple):
    orders: list[Order]
    """One per account."""
    owners: dict[str, str | None]
    """Opportunity, the first 15 characters of its id, to the Account that it has now."""
    misnamed: list[ChangeEvent]
    """They name what is no record's id: which one they mean is not known."""


class Changes:
    """Turns a channel's change events into orders for the ledger."""

    def __init__(
        self,
        channel: str,
        accounts: Accounts,
        criteria: Callable[[], Qualification],
        describe: Callable[[str], dict[str, Any]],
        former_owners: Callable[[Collection[str]], Mapping[str, str]],
        customer_field: str = "",
    ) -> None:
        """`criteria`: by which Accounts qualify now; asked for each batch that tells of
        Opportunities. `describe`: an object's name to what Salesforce tells of it; asked once for
        the same criteria, if need be.
        `former_owners`: Opportunities to the Accounts that they are known to have had.
        `customer_field`: the Account field that we write; empty: we write none.
        """
        self._channel, self._accounts, self._describe = channel, accounts, describe
        self._former_owners = former_owners
        ours = {customer_field.lower(), *_STAMPS}
        self._ours = frozenset(ours) if customer_field else frozenset[str]()
        self._asked_criteria = criteria
        self._criteria = frozenset[str]()
        self._every_update: bool | None = None
        self._unreadable = False

    def consequences(self, events: Sequence[ChangeEvent]) -> Consequences:
        """Asks Salesforce once, and Redis twice, if Opportunities are among the events.

        Raises:
            SyncError: Salesforce does not tell whose the Opportunities are, or of which fields.
            redis.exceptions.RedisError: Redis does not answer.
        """
        deals = [event for event in events if event.entity == "Opportunity"]
        if deals:
            self._heed_criteria()
        decisive = [event for event in deals if self._can_matter(event)]
        owners, by_deals = self._of_opportunities(decisive)
        ours = [e for e in events if e.entity == "Account" and not self._is_our_own(e)]
        by_itself = _of_accounts(ours)
        orders = []
        for account in by_deals | by_itself:
            about = [*by_deals.get(account, ()), *by_itself.get(account, ())]
            first = min(event.commit_ms for event in about)
            reason = _reason(by_itself.get(account) or about)
            heard = f"{first // 1000}.{self._channel}"
            orders.append(Order(account, reason, heard=heard))
        misnamed = [event for event in (*decisive, *ours) if _misnames(event)]
        return Consequences(orders, owners, misnamed)

    def _of_opportunities(
        self, events: Sequence[ChangeEvent]
    ) -> tuple[dict[str, str | None], dict[str, list[ChangeEvent]]]:
        """→ whose they are, and the events by Account. An event names the Account only where it
        changed, and then the new one, so Salesforce is asked for all. The former one, if it is
        known, may have lost what it qualified by.
        """
        ids = list(dict.fromkeys(record for event in events for record in _opportunities(event)))
        if not ids:
            return {}, {}
        former = self._former_owners(ids)
        with probing():  # the listener tries again by itself, whatever the stages wait for
            now = self._accounts.of_opportunities(ids)
        found: dict[str, list[ChangeEvent]] = {}
        for event in events:
            for record in _opportunities(event):
                for account in dict.fromkeys((now.get(record), former.get(record))):
                    if account:
                        _append(found, account_id(account), event)
        return {record: now.get(record) for record in ids}, found

    def _is_our_own(self, event: ChangeEvent) -> bool:
        """Whether the event only tells that we wrote the Customer's id. The client's name alone
        does not say so: what a trigger or a flow changed on our write has the same origin.
        """
        touched = {field.lower() for field in event.touched_fields}
        return (
            bool(self._ours and touched)
            and event.change_type == "UPDATE"
            and not event.unlisted
            and f"client={CLIENT_NAME}" in event.change_origin.split(";")
            and touched <= self._ours
        )

    def _heed_criteria(self) -> None:
        """What was left unheard by older criteria is no loss: it was committed before others were
        published, and these are compared with all Accounts after that. While they cannot be read,
        nothing is left unheard: Accounts' own events come in the same batches, and must go on.
        """
        try:
            asked = self._asked_criteria().criteria
        except CriteriaUnreadable as unreadable:
            if not self._unreadable:
                words = "Every change of an Opportunity is taken for one that can matter: %s"
                log.error(words, unreadable)
            self._unreadable, self._every_update = True, True
            return
        fields = frozenset(criterion.field.lower() for criterion in asked) - _DECISIVE
        if self._unreadable or fields != self._criteria:
            self._unreadable, self._criteria, self._every_update = False, fields, None

    def _can_matter(self, event: ChangeEvent) -> bool:
        """Whether it may turn an Opportunity into one that meets the criteria, or move it."""
        touched = {field.lower() for field in event.touched_fields}
        if event.change_type != "UPDATE" or not touched:
            return True
        touched |= {field.partition(".")[0] for field in touched}
        return not touched.isdisjoint(_DECISIVE | self._criteria) or self._every_update_can_matter()

    def _every_update_can_matter(self) -> bool:
        """Whether a criterion names a field that may change without being named as changed
        (facts: Bodies). Kept until other fields are published, or the process ends.
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


def _of_accounts(events: Sequence[ChangeEvent]) -> dict[str, list[ChangeEvent]]:
    found: dict[str, list[ChangeEvent]] = {}
    for event in events:
        for record in event.record_ids:
            with suppress(RecordNotFound):  # those are misnamed
                _append(found, account_id(record), event)
    return found


def _misnames(event: ChangeEvent) -> bool:
    """Whether it names what is no record's id, which is said."""
    if event.unlisted:
        return False
    is_one = _is_account if event.entity == "Account" else _OPPORTUNITY.fullmatch
    wrong = [record for record in event.record_ids if not is_one(record)]
    for record in wrong:
        words = "An event of transaction %s: %r is no %s id."
        log.error(words, event.transaction_key, record[:40], event.entity)
    return bool(wrong)


def _append(found: dict[str, list[ChangeEvent]], account: str, event: ChangeEvent) -> None:
    """An event that names an account many times is about it once."""
    about = found.setdefault(account, [])
    if not about or about[-1] is not event:
        about.append(event)


def _is_account(record: str) -> bool:
    try:
        account_id(record)
    except RecordNotFound:
        return False
    return True


def _opportunities(event: ChangeEvent) -> Iterator[str]:
    for record in event.record_ids:
        if _OPPORTUNITY.fullmatch(record):
            # Without the last three characters, which only repeat the case of the others: a query
            # with a wrong one would be refused as a whole, and so would every later try.
            yield record[:15]


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
