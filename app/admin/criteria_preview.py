"""How many Accounts would newly qualify by a draft, and how many no longer, counted in the org."""

from dataclasses import dataclass
from urllib.parse import quote_plus

from app.answers import text
from app.errors import RecordRejected
from app.links import Links
from app.models import account_id
from app.salesforce.accounts import LONGEST_QUERY, condition_of
from app.salesforce.answers import SERVICE, record_id
from app.salesforce.client import SalesforceClient
from app.salesforce.soql import format_soql
from app.saved_criteria import Saved
from app.services import Services

_LOOKED_UP = 2_000
"""Accounts whose links are looked up: one page of a query."""
_SHOWN = 10
_QUALIFY = "FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE {:literal})"
_BUT_NOT = (
    " AND Id NOT IN (SELECT AccountId FROM Opportunity WHERE AccountId != null AND {:literal})"
)
"""Two subqueries are as many as Salesforce takes (facts: Semi-join rules)."""
_STAY = (
    "Accounts that are Customers stay linked, and their changes go on being synced, whether or not "
    "they still qualify. Parents that become Customers with their children are not counted."
)


@dataclass(frozen=True, slots=True)
class Sample:
    """An Account, for people."""

    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing this version would change. Numbers are Accounts."""

    version: str
    newly: int
    newly_linked: int
    """How many of them are Customers already."""
    no_longer: int
    no_longer_linked: int
    qualifying_now: int
    qualifying_then: int
    newly_sample: list[Sample]
    no_longer_sample: list[Sample]
    note: str
    """For people: what the numbers leave out."""


@dataclass(frozen=True, slots=True)
class _Difference:
    """Accounts that qualify by the one and not by the other."""

    count: int
    linked: int
    sample: list[Sample]

    @property
    def is_cut(self) -> bool:
        return self.count > _LOOKED_UP


def preview_of(services: Services, draft: Saved) -> Preview:
    """In four to six calls, all of which read.

    Raises:
        SyncError: Salesforce does not answer, or refuses.
        redis.exceptions.RedisError: Redis does not answer.
    """
    client, links = services.salesforce, Links(services.redis)
    now, then = condition_of(services.criteria.current()), condition_of(draft.qualification)
    newly = _difference(client, links, then, now)
    no_longer = _difference(client, links, now, then)
    return Preview(
        version=draft.version,
        newly=newly.count,
        newly_linked=newly.linked,
        no_longer=no_longer.count,
        no_longer_linked=no_longer.linked,
        qualifying_now=_count(client, format_soql(_QUALIFY, now)),
        qualifying_then=_count(client, format_soql(_QUALIFY, then)),
        newly_sample=newly.sample,
        no_longer_sample=no_longer.sample,
        note=_note(newly, no_longer),
    )


def _difference(client: SalesforceClient, links: Links, one: str, other: str) -> _Difference:
    which = format_soql(_QUALIFY + _BUT_NOT, one, other)
    soql = format_soql("SELECT Id, Name {:literal} ORDER BY Id LIMIT {}", which, _LOOKED_UP)
    if len(quote_plus(soql)) > LONGEST_QUERY:
        raise RecordRejected(
            "The draft and the criteria that hold are together too long for one query, so they "
            "cannot be compared: use fewer values."
        )
    records = list(client.query(soql))
    ids = [account_id(record_id(record, "Id")) for record in records]
    names = [text(record, "Name", SERVICE, "an Account") for record in records[:_SHOWN]]
    return _Difference(
        count=len(ids) if len(ids) < _LOOKED_UP else _count(client, which),
        linked=len(links.linked(ids)),
        sample=[Sample(*each) for each in zip(ids, names, strict=False)],
    )


def _count(client: SalesforceClient, which: str) -> int:
    return client.count(f"SELECT COUNT() {which}")


def _note(newly: _Difference, no_longer: _Difference) -> str:
    cut = f"Only the first {_LOOKED_UP:,} of those that {{}} were looked up for Customers."
    told = [
        cut.format(words)
        for words, found in (("newly qualify", newly), ("no longer do", no_longer))
        if found.is_cut
    ]
    return " ".join([_STAY, *told])
