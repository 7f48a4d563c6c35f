"""What Salesforce and NetSuite hold at the end, compared: the one truth of an experiment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FIELDS = {
    "Name": "companyName",
    "Phone": "phone",
    "Fax": "fax",
    "Website": "url",
    "AccountNumber": "accountNumber",
}
"""Account field to Customer field, as the default flow maps them."""
ACCOUNTS = f"SELECT Id, {', '.join(FIELDS)}, BillingStreet, BillingCity, ParentId FROM Account"
WINNERS = "SELECT AccountId FROM Opportunity WHERE IsWon = true"
_LABEL = "Billing (Salesforce)"
_PREFIX = "SF-"
_SHOWN = 5


@dataclass(frozen=True)
class Org:
    """Salesforce's side. `parents`: Account to whatever was its parent at any time."""

    accounts: Sequence[Mapping[str, Any]]
    winners: frozenset[str]
    parents: Mapping[str, Iterable[str]]

    def must_be(self) -> set[str]:
        """Accounts that qualify now: those with a Closed Won, and all above them."""
        now = {row["Id"]: [row["ParentId"]] for row in self.accounts if row["ParentId"]}
        return _with_all_above(self.winners, now)

    def may_be(self) -> set[str]:
        """Those that qualified at any time, as far as it can be known."""
        return _with_all_above(self.winners, self.parents) | self.must_be()


@dataclass
class Findings:
    """What is wrong, some words for each case. Its text is empty when nothing is."""

    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    """Customers that no Account asks for."""

    def __str__(self) -> str:
        return "\n".join(
            f"{len(cases)} {kind}: {'; '.join(cases[:_SHOWN])}{' ...' * (len(cases) > _SHOWN)}"
            for kind, cases in vars(self).items()
            if cases
        )


def compared(org: Org, customers: Iterable[Mapping[str, Any]]) -> Findings:
    """Every Account that qualifies has exactly one Customer, and it holds the newest state."""
    held: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    by_id: dict[str, str] = {}
    for customer in customers:
        external_id = str(customer.get("externalId"))
        held[external_id].append(customer)
        by_id[str(customer["id"])] = external_id
    findings, must_be, may_be = Findings(), org.must_be(), org.may_be()
    for row in org.accounts:
        account = row["Id"]
        own = held.pop(_PREFIX + account, [])
        if not own and account in must_be:
            findings.missing.append(f"{account} ({row['Name']})")
        if len(own) > 1:
            findings.doubled.append(f"{account} ({row['Name']}): {[c['id'] for c in own]}")
        if own and account not in may_be:
            findings.stray.append(f"{account} ({row['Name']}) never qualified")
        findings.stale += [words for each in own for words in _differences(row, each, by_id)]
    findings.stray += [
        f"Customer {each['id']} of {key}" for key, own in held.items() for each in own
    ]
    return findings


def _differences(
    row: Mapping[str, Any], customer: Mapping[str, Any], by_id: Mapping[str, str]
) -> list[str]:
    wanted = {ours: row[theirs] for theirs, ours in FIELDS.items()}
    found = {ours: customer.get(ours) for ours in wanted}
    parent = customer.get("parent")
    wanted["parent"] = row["ParentId"] and _PREFIX + row["ParentId"]
    found["parent"] = parent and by_id.get(parent["id"], parent["id"])
    has_address = row["BillingStreet"] or row["BillingCity"]
    wanted["billing"] = [(row["BillingStreet"], row["BillingCity"])] if has_address else []
    lines = [line for line in customer["addressBook"]["items"] if line.get("label") == _LABEL]
    inner = [line["addressBookAddress"] for line in lines]
    found["billing"] = [(address.get("addr1"), address.get("city")) for address in inner]
    return [
        f"{row['Id']}: {name} is {found[name]!r} and should be {wanted[name]!r}"
        for name in wanted
        if found[name] != wanted[name]
    ]


def _with_all_above(accounts: Iterable[str], parents: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(accounts)
    while ahead:
        account = ahead.pop()
        if account not in found:
            found.add(account)
            ahead += parents.get(account, ())
    return found
