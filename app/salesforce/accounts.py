"""Accounts as the stages read them: always the newest state, deleted ones included.

SOQL is built with simple-salesforce's quoting alone; names of fields come from the flow file, where
they are held to letters, digits and underscores.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from simple_salesforce.format import format_soql

from app.answers import text, unexpected
from app.errors import RecordRejected
from app.flow import Criterion, Qualification
from app.models import Account, Address, Scalar
from app.salesforce.answers import SERVICE, optional_id, optional_text, record_id
from app.salesforce.client import SalesforceClient

IDS_PER_QUERY = 200
"""An encoded id takes 27 bytes of a URL that may have 16,384."""

_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
_PARTS = tuple(f"{kind}{part}" for kind in ("Billing", "Shipping") for part in _ADDRESS)
_ALWAYS = ("Id", "Name", "IsDeleted", "ParentId")


class Accounts:
    """Reads Accounts, and which Opportunities they have."""

    def __init__(self, client: SalesforceClient, fields: Iterable[str]) -> None:
        """`fields`: the API names that the mapping needs beside those that are always read."""
        self._client = client
        self._fields = tuple(dict.fromkeys((*_ALWAYS, *_PARTS, *fields)))

    def read(self, account: str) -> Account | None:
        """None: Salesforce knows no such Account, or does not show it to our user."""
        soql = format_soql(
            "SELECT {:literal} FROM Account WHERE Id = {}", ", ".join(self._fields), account
        )
        return next((account_of(found) for found in self._query(soql)), None)

    def has_match(self, account: str, criteria: Qualification) -> bool:
        """Whether one Opportunity of the Account meets the criteria."""
        joint = " AND " if criteria.match == "all" else " OR "
        condition = joint.join(_condition(criterion) for criterion in criteria.criteria)
        soql = format_soql(
            "SELECT Id FROM Opportunity WHERE AccountId = {} AND ({:literal}) LIMIT 1",
            account,
            condition,
        )
        return any(True for _ in self._client.query(soql))

    def of_opportunities(self, opportunities: Iterable[str]) -> set[str]:
        """The Accounts of Opportunities, deleted ones included."""
        found: set[str] = set()
        for ids in _batches(sorted(set(opportunities))):
            soql = format_soql("SELECT AccountId FROM Opportunity WHERE Id IN {}", ids)
            found |= {
                owner for row in self._query(soql) if (owner := optional_id(row, "AccountId"))
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
            soql = format_soql("SELECT Id, Name FROM Account WHERE Id IN {}", ids)
            names |= {
                record_id(row, "Id"): text(row, "Name", SERVICE, "an Account")
                for row in self._query(soql)
            }
        return names

    def _query(self, soql: str) -> Iterator[dict[str, Any]]:
        return self._client.query(soql, deleted_too=True)


def account_of(found: dict[str, Any]) -> Account:
    """The Account in a record that was read.

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
        parent_id=optional_id(found, "ParentId"),
        currency=optional_text(found, "CurrencyIsoCode") if has_currency else None,
        billing=_address(found, "Billing"),
        shipping=_address(found, "Shipping"),
        fields={name: _scalar(found, name) for name in found if name != "attributes"},
    )


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


def _condition(criterion: Criterion) -> str:
    several = criterion.operator in ("in", "not in")
    value: object = list(criterion.values) if several else criterion.values[0]
    operator = criterion.operator.upper()
    return str(format_soql("{:literal} {:literal} {}", criterion.field, operator, value))


def _batches(ids: list[str]) -> Iterator[list[str]]:
    return (ids[at : at + IDS_PER_QUERY] for at in range(0, len(ids), IDS_PER_QUERY))
