"""Accounts as the stages read them: always the newest state, deleted ones included.

SOQL is built with simple-salesforce's quoting alone; names of fields come from the flow file, where
they are held to letters, digits and underscores.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from app.answers import an_object, text, unexpected
from app.errors import RecordNotFound, RecordRejected
from app.flow import Criterion, Qualification
from app.models import Account, Address, Scalar, account_id
from app.salesforce.answers import SERVICE, moment, optional_id, optional_text, page, record_id
from app.salesforce.client import SalesforceClient
from app.salesforce.glance import FIELDS, Glance, glance_of
from app.salesforce.soql import format_soql

IDS_PER_QUERY = 200
"""An encoded id takes 27 bytes of a URL that may have 16,384."""
LONGEST_QUERY = 12_000
"""Bytes of an encoded query: headers, a session id of 2,000 characters among them, count as well
(facts: 414 and 431 beyond 16,384).
"""

_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
_PARTS = tuple(f"{kind}{part}" for kind in ("Billing", "Shipping") for part in _ADDRESS)
_ALWAYS = ("Id", "Name", "IsDeleted", "MasterRecordId", "SystemModstamp", "ParentId")
_SECONDS_TO_BE_OVER = 2
"""So long after a stamp its second is over for sure, whichever host's clock is a little off."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What Salesforce said of an Account."""

    account: Account | None = None
    """None: Salesforce knows no such Account, or does not show it to our user."""
    qualifies: bool = False
    """Whether one of its Opportunities meets the criteria."""
    criteria: Qualification = field(default=Qualification(), compare=False)
    """Those by which that was judged, where the Account was read."""


class Accounts:
    """Reads Accounts, and which Opportunities they have."""

    def __init__(self, client: SalesforceClient, fields: Iterable[str]) -> None:
        """`fields`: the API names that the mapping needs beside those that are always read."""
        self._client = client
        wanted: dict[str, str] = {}
        for name in (*_ALWAYS, *_PARTS, *fields):
            wanted.setdefault(name.lower(), name)  # a field named twice would refuse the query
        self._fields = tuple(wanted.values())

    @property
    def fields(self) -> tuple[str, ...]:
        """The API names that every read asks for: a hidden one would refuse it."""
        return self._fields

    def read(self, account: str) -> Account | None:
        """None: Salesforce knows no such Account, or does not show it to our user."""
        soql = format_soql(
            "SELECT {:literal} FROM Account WHERE Id = {}", ", ".join(self._fields), account
        )
        asked_at = self._client.now()
        read = next((account_of(found, asked_at) for found in self._query(soql)), None)
        if read and read.id[:15] != account[:15]:
            raise unexpected(SERVICE, "a query with another Account than was asked for")
        return read

    def read_many(
        self, accounts: Sequence[str], criteria: Qualification
    ) -> dict[str, Reading | RecordRejected]:
        """Each Account and whether it qualifies, in one query unless its address grew too long; a
        record that cannot be taken is an error of its own.
        """
        soql = format_soql(
            "SELECT {:literal}, (SELECT Id FROM Opportunities WHERE {:literal} AND "
            "IsDeleted = false LIMIT 1) FROM Account WHERE Id IN {}",
            ", ".join(self._fields),
            condition_of(criteria),
            accounts,
        )
        if len(quote_plus(soql)) > LONGEST_QUERY and len(accounts) > 1:
            half = len(accounts) // 2
            first = self.read_many(accounts[:half], criteria)
            return first | self.read_many(accounts[half:], criteria)
        asked_at = self._client.now()
        found = {
            record_id(row, "Id")[:15]: reading_of(row, asked_at, criteria)
            for row in self._query(soql)
        }
        return {account: found.get(account[:15], Reading()) for account in accounts}

    def of_opportunities(self, opportunities: Iterable[str]) -> dict[str, str]:
        """Opportunity, the first 15 characters of its id, to its Account. Deleted ones included;
        left out are those without an Account, and those that are not found.
        """
        found: dict[str, str] = {}
        for ids in _batches(sorted({opportunity[:15] for opportunity in opportunities})):
            soql = format_soql("SELECT Id, AccountId FROM Opportunity WHERE Id IN {}", ids)
            found |= {
                record_id(row, "Id")[:15]: owner
                for row in self._query(soql)
                if (owner := optional_id(row, "AccountId"))
            }
        return found

    def ancestors(self, account: str) -> list[str]:
        """The Account's parents, nearest first; a circle is walked once."""
        line: list[str] = []
        at = self.read(account)
        while at and at.parent_id and at.parent_id not in (account, *line):
            line.append(at.parent_id)
            at = self.read(at.parent_id)
        return line

    def names(self, accounts: Iterable[str]) -> dict[str, str]:
        """Account id to name, for people to read; unknown ids are left out."""
        names: dict[str, str] = {}
        for ids in _batches(sorted(set(accounts))):
            names |= self._names(format_soql("Id IN {}", ids))
        return names

    def search_names(self, part: str, limit: int) -> dict[str, str]:
        """Account id to name, of those whose name holds this, whatever its case: by name, and the
        first `limit` of them alone.
        """
        return self._names(
            format_soql("Name LIKE '%{:like}%' ORDER BY Name, Id LIMIT {}", part, limit)
        )

    def glance(self, account: str) -> Glance | None:
        """The Account with its parent's name, in one call; None: as `read`."""
        soql = format_soql("SELECT {:literal} FROM Account WHERE Id = {}", FIELDS, account)
        return next(map(glance_of, self._query(soql)), None)

    def _names(self, condition: str) -> dict[str, str]:
        soql = format_soql("SELECT Id, Name FROM Account WHERE {:literal}", condition)
        return {
            record_id(row, "Id"): text(row, "Name", SERVICE, "an Account")
            for row in self._query(soql)
        }

    def _query(self, soql: str) -> Iterator[dict[str, Any]]:
        return self._client.query(soql, deleted_too=True)


def account_of(found: dict[str, Any], asked_at: float) -> Account:
    """The Account in a record that was read. `asked_at`: epoch seconds; it is no older than that.

    Raises:
        ServiceUnavailable: a field that is always read is missing or of the wrong type.
        RecordRejected: a mapped field is a compound one.
    """
    is_deleted = found.get("IsDeleted")
    if not isinstance(is_deleted, bool):
        raise unexpected(SERVICE, "an Account without IsDeleted")
    has_currency = "CurrencyIsoCode" in found
    return Account(
        id=record_id(found, "Id"),
        name=text(found, "Name", SERVICE, "an Account"),
        is_deleted=is_deleted,
        merged_into=_winner(found),
        seen=_seen(found, asked_at),
        parent_id=optional_id(found, "ParentId"),
        currency=optional_text(found, "CurrencyIsoCode") if has_currency else None,
        billing=_address(found, "Billing"),
        shipping=_address(found, "Shipping"),
        fields={name: _scalar(found, name) for name in found if name != "attributes"},
    )


def reading_of(
    found: dict[str, Any], asked_at: float, criteria: Qualification
) -> Reading | RecordRejected:
    """The Account in a record that was read with the Opportunities that meet the criteria; the
    error if one of its mapped fields is a compound one.

    Raises:
        ServiceUnavailable: as `account_of`, or the Opportunities are no answer of a query.
    """
    fields = dict(found)
    won = fields.pop("Opportunities", missing := object())
    if won is missing:
        raise unexpected(SERVICE, "an Account without its Opportunities")
    qualifies = won is not None and bool(page(an_object(won, SERVICE, "Opportunities")).records)
    try:
        return Reading(account_of(fields, asked_at), qualifies, criteria)
    except RecordRejected as compound:
        return compound


def _seen(found: dict[str, Any], asked_at: float) -> int:
    """Up to which stamp the record's changes are in it. Stamps are whole seconds: while one is not
    over, another change may come under the same.
    """
    stamp = moment(found, "SystemModstamp")
    return stamp if asked_at >= stamp + _SECONDS_TO_BE_OVER else stamp - 1


def _winner(found: dict[str, Any]) -> str | None:
    """The Account that took this one's place in a merge (facts: Merge)."""
    master = optional_id(found, "MasterRecordId")
    try:
        return master and account_id(master)
    except RecordNotFound:
        raise unexpected(SERVICE, "an Account whose MasterRecordId is no Account") from None


def _address(found: dict[str, Any], kind: str) -> Address:
    return Address(*(optional_text(found, f"{kind}{part}") for part in _ADDRESS))


def _scalar(found: dict[str, Any], name: str) -> Scalar:
    value = found[name]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise RecordRejected(
        f"{name} holds no single value: name its parts in flow.toml, as BillingCity for "
        "BillingAddress.",
        service="salesforce",
    )


def condition_of(criteria: Qualification) -> str:
    """What an Opportunity must meet, as a condition in SOQL, in parentheses."""
    joint = " AND " if criteria.match == "all" else " OR "
    return f"({joint.join(_condition(criterion) for criterion in criteria.criteria)})"


def _condition(criterion: Criterion) -> str:
    several = criterion.operator in ("in", "not in")
    value: object = list(criterion.values) if several else criterion.values[0]
    operator = criterion.operator.upper()
    return str(format_soql("{:literal} {:literal} {}", criterion.field, operator, value))


def _batches(ids: list[str]) -> Iterator[list[str]]:
    return (ids[at : at + IDS_PER_QUERY] for at in range(0, len(ids), IDS_PER_QUERY))
