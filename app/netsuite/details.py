"""What people are shown of a few Customers beside each other: live, and in a handful of queries.

What NetSuite refuses to tell this role is left out; a page is not to fail for a column.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import AuthenticationFailed, PermanentError
from app.netsuite.client import NetSuiteClient

MOST = 100
"""Customers in one reading."""
_PLAIN = ("phone", "email", "url", "parent")
_DATES = ("datecreated", "lastmodifieddate")
_LINES = (
    "SELECT b.internalid, b.entity, b.defaultbilling, b.defaultshipping, a.addr1, a.addr2, a.addr3,"
    " a.city, a.state, a.zip, a.country FROM customeraddressbook b JOIN"
    " customeraddressbookentityaddress a ON b.addressbookaddress = a.nkey WHERE b.entity IN"
    " ({marks}) AND (b.defaultbilling = 'T' OR b.defaultshipping = 'T') ORDER BY b.internalid"
)
_SUBSIDIARIES = (
    "SELECT r.id, r.entity, r.subsidiary, s.name FROM customersubsidiaryrelationship r LEFT JOIN"
    " subsidiary s ON r.subsidiary = s.id WHERE r.entity IN ({marks}) ORDER BY r.id"
)
_FIELDS = "SELECT {columns} FROM customer WHERE id IN ({{marks}})"
_NAMES = "SELECT id, companyname FROM customer WHERE id IN ({marks})"
_PARTS = ("addr1", "addr2", "addr3", "zip", "city", "state", "country")


@dataclass(frozen=True, slots=True)
class Detail:
    """One Customer. Empty: nothing stands there, or it is not shown to our role."""

    fields: Mapping[str, str] = field(default_factory=dict)
    """By SuiteQL's names of the columns."""
    billing: str = ""
    shipping: str = ""
    """The default addresses, on one line each."""
    subsidiaries: tuple[str, ...] = ()
    parent: str = ""
    """The parent Customer's name."""


def read_details(
    client: NetSuiteClient,
    customers: Iterable[str],
    columns: Iterable[str],
    *,
    has_subsidiaries: bool,
) -> dict[str, Detail]:
    """Internal id to what stands there, of MOST at most. `columns`: to be read besides.

    Raises:
        AuthenticationFailed, TransientError: as app/netsuite/client.py says.
    """
    ids = list(dict.fromkeys(customers))[:MOST]
    fields = {row["id"]: row for row in _fields(client, ids, columns) if "id" in row}
    lines = _asked(client, _LINES, ids)
    belongs = _asked(client, _SUBSIDIARIES, ids) if has_subsidiaries else []
    parents = _names(client, fields.values())
    return {
        customer: Detail(
            fields=(about := fields.get(customer, {})),
            billing=_default(lines, customer, "defaultbilling"),
            shipping=_default(lines, customer, "defaultshipping"),
            subsidiaries=tuple(
                row.get("name") or row.get("subsidiary", "")
                for row in belongs
                if row.get("entity") == customer
            ),
            parent=parents.get(about.get("parent", ""), ""),
        )
        for customer in ids
    }


def _fields(
    client: NetSuiteClient, ids: Sequence[str], columns: Iterable[str]
) -> list[dict[str, str]]:
    """Without the further columns, if NetSuite takes one of them in no query."""
    dates = [f"TO_CHAR({name}, 'YYYY-MM-DD') AS {name}" for name in _DATES]
    safe = ["id", *_PLAIN]
    further = [name for name in dict.fromkeys(columns) if name not in safe]
    for selected in ([*safe, *further, *dates], [*safe, *dates], safe):
        if rows := _asked(client, _FIELDS.format(columns=", ".join(selected)), ids):
            return rows
    return []


def _names(client: NetSuiteClient, rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    parents = sorted({row["parent"] for row in rows if "parent" in row})
    found = _asked(client, _NAMES, parents)
    return {row["id"]: row.get("companyname", "") for row in found if "id" in row}


def _asked(client: NetSuiteClient, query: str, ids: Sequence[str]) -> list[dict[str, str]]:
    """None where NetSuite refuses the query."""
    if not ids:
        return []
    try:
        return client.suiteql(query.format(marks=", ".join("?" * len(ids))), ids)
    except AuthenticationFailed:
        raise
    except PermanentError:
        return []


def _default(lines: Iterable[Mapping[str, str]], customer: str, kind: str) -> str:
    for line in lines:
        if line.get("entity") == customer and line.get(kind) == "T":
            return ", ".join(line[part] for part in _PARTS if line.get(part))
    return ""
