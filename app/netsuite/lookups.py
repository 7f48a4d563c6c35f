"""What is looked up in NetSuite before a write, over SuiteQL: many look-ups in one query.

The database only picks candidates; Python decides whose they are. Values are bound, not pasted.
Visibility follows the role: an empty answer does not prove that nothing is there.
"""

import logging
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from app.answers import text
from app.errors import PermanentError
from app.gathering import Gathering, one_by_one
from app.models import AddressLine, Candidates, Customer
from app.netsuite.client import NetSuiteClient
from app.netsuite.names import folded
from app.netsuite.rows import Row, internal_id, is_internal_id, page_behind
from app.renewable import Renewable

log = logging.getLogger(__name__)

_MOST = 500
"""Ids and names in one query, each: Oracle takes 1,000 values in an IN."""
_LONGEST_WINDOW_SECONDS = 0.5
_CURRENCIES_KEPT_SECONDS = 600.0
_STAGE = "searchstage"
_SPACED = "TRIM(REPLACE(REPLACE(REPLACE(UPPER(companyname), '  ', ' '), '  ', ' '), '  ', ' '))"
"""With runs of up to eight spaces as one."""


class _Wanted(NamedTuple):
    external_id: str
    name: str | None


class Lookups:
    """One per process; threads share it.

    Raises (every look-up): ServiceUnavailable, also where the time of this thread's run is used up;
    what the client raises.
    """

    def __init__(
        self,
        client: NetSuiteClient,
        id_column: str = "externalid",
        page: int = 1000,
        spare_seconds: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`id_column`: where Customers bear their Account's id, as SuiteQL calls it. What stands
        there is their external id to us, even if NetSuite's own is another application's. `page`:
        rows in one answer, 1,000 at most. `spare_seconds`: how long a look-up before a write may
        wait for others, because the writes before it keep NetSuite busy.
        """
        self._client, self._id_column, self._page = client, id_column.lower(), page
        self._asks_stage = True
        self._candidates = Gathering(
            one_by_one(self._find),
            Candidates(),
            most=_MOST,
            window=lambda: min(spare_seconds(), _LONGEST_WINDOW_SECONDS),
        )
        self._customers = Gathering[str, Customer | None](
            one_by_one(self._by_internal_id), None, most=_MOST
        )
        self._lines = Gathering[str, tuple[AddressLine, ...]](
            one_by_one(self._lines_of), (), most=_MOST
        )
        self._currencies = Renewable(self._read_currencies, _is_old)

    def candidates(self, external_id: str, name: str | None) -> Candidates:
        """The Customers that bear the id, persons among them, and the companies of that name."""
        return self._candidates.get(_Wanted(external_id, name))

    def candidates_of(self, pairs: Iterable[tuple[str, str | None]]) -> dict[str, Candidates]:
        """The same for many, by external id: one query for 500 of them."""
        found = self._find([_Wanted(*pair) for pair in dict.fromkeys(pairs)])
        return {key.external_id: candidates for key, candidates in found.items()}

    def customer(self, customer: str) -> Customer | None:
        """The Customer of an internal id; None: gone, merged, or hidden from our role."""
        if not is_internal_id(customer):
            return None
        return self._customers.get(customer)

    def address_lines(self, customer: str) -> list[AddressLine]:
        """The lines of the Customer's address book, oldest first."""
        return list(self._lines.get(customer))

    def currencies(self) -> dict[str, str]:
        """ISO code to internal id, as they were at most ten minutes ago."""
        return dict(self._currencies.get()[1])

    def known_currencies(self) -> dict[str, str]:
        """The same, however old, if they were ever read."""
        known = self._currencies.known()
        return dict(known[1]) if known else self.currencies()

    def renew_currencies(self) -> bool:
        """NetSuite refused one of them → whether they are others by now."""
        known = self._currencies.get()
        return self._currencies.get(known)[1] != known[1]

    def _find(self, wanted: Sequence[_Wanted]) -> dict[_Wanted, Candidates]:
        found: dict[_Wanted, Candidates] = {}
        for part in _parts(wanted):
            found |= self._find_part(part)
        return found

    def _find_part(self, wanted: Sequence[_Wanted]) -> dict[_Wanted, Candidates]:
        ids = list(dict.fromkeys(each.external_id for each in wanted))
        names = list(dict.fromkeys(name for each in wanted for name in _spellings(each.name)))
        condition = f"{self._id_column} IN ({_marks(ids)})"
        if names:
            spelt = ", ".join(["UPPER(?)"] * len(names))
            condition = f"({condition} OR (isperson = 'F' AND {_SPACED} IN ({spelt})))"
        rows = self._customer_rows(condition, [*ids, *names])
        by_id, by_name = self._sorted(rows)
        return {
            each: Candidates(
                tuple(by_id.get(each.external_id, ())),
                tuple(by_name.get(folded(each.name or ""), ())),
            )
            for each in wanted
        }

    def _sorted(
        self, rows: Iterable[Row]
    ) -> tuple[dict[str, list[Customer]], dict[str, list[Customer]]]:
        """Customers by the id they bear, and companies by folded name; in the order of the rows."""
        by_id: dict[str, list[Customer]] = {}
        by_name: dict[str, list[Customer]] = {}
        for customer in map(self._customer, rows):
            if customer.external_id:
                by_id.setdefault(customer.external_id, []).append(customer)
            if customer.name and not customer.is_person:
                by_name.setdefault(folded(customer.name), []).append(customer)
        return by_id, by_name

    def _by_internal_id(self, customers: Sequence[str]) -> dict[str, Customer | None]:
        rows = self._customer_rows(f"id IN ({_marks(customers)})", customers)
        return {customer.id: customer for customer in map(self._customer, rows)}

    def _lines_of(self, customers: Sequence[str]) -> dict[str, tuple[AddressLine, ...]]:
        columns, table = "internalid, entity, label", "customeraddressbook"
        condition = f"entity IN ({_marks(customers)})"
        found: dict[str, tuple[AddressLine, ...]] = {}
        for row in self._rows(columns, table, condition, customers, key="internalid"):
            line = AddressLine(internal_id(row, "internalid"), row.get("label", ""))
            customer = internal_id(row, "entity")
            found[customer] = (*found.get(customer, ()), line)
        return found

    def _read_currencies(self) -> tuple[float, dict[str, str]]:
        rows = self._rows("id, symbol", "currency", "symbol IS NOT NULL", [])
        return time.monotonic(), {_text(row, "symbol"): internal_id(row, "id") for row in rows}

    def _customer_rows(self, condition: str, values: Sequence[str]) -> list[Row]:
        """Customers; their stage is asked for as long as NetSuite takes the column, since nothing
        that Oracle publishes for SuiteQL names it. Without it everybody counts as a customer.
        """
        columns = f"id, companyname, isinactive, isperson, {self._id_column}"
        if self._asks_stage:
            try:
                return self._rows(f"{columns}, {_STAGE}", "customer", condition, values)
            except PermanentError as refused:
                if _STAGE not in refused.service_words.lower():
                    raise
            self._asks_stage = False
            log.warning("NetSuite shows no stage of Customers: leads and prospects go unnoticed.")
        return self._rows(columns, "customer", condition, values)

    def _rows(
        self, columns: str, table: str, condition: str, values: Sequence[str], key: str = "id"
    ) -> list[Row]:
        """All rows by `key`, a unique number; a page begins after the last one of the page before.

        All but `values` is text of ours; the flow file's id column is letters, digits and `_`.
        """
        rows: list[Row] = []
        begin = ["SELECT", columns, "FROM", table, "WHERE", condition]
        end = ["ORDER BY", key]
        page = self._client.suiteql(" ".join([*begin, *end]), values, self._page)
        last = "-1"
        while len(page) == self._page:
            rows += page
            last = page_behind(page, key, last)
            further = " ".join([*begin, "AND", key, "> ?", *end])
            page = self._client.suiteql(further, [*values, last], self._page)
        return [*rows, *page]

    def _customer(self, row: Row) -> Customer:
        return Customer(
            internal_id(row, "id"),
            row.get("companyname", ""),
            row.get(self._id_column) or None,
            is_inactive=row.get("isinactive") == "T",
            is_person=row.get("isperson") == "T",
            stage=(row.get(_STAGE) or "CUSTOMER").upper(),
        )


def _parts(wanted: Iterable[_Wanted]) -> Iterator[list[_Wanted]]:
    """As many in each as one query takes: a name that is spelt in two ways is two."""
    part: list[_Wanted] = []
    names = 0
    for each in wanted:
        more = len(_spellings(each.name))
        if len(part) == _MOST or names + more > _MOST:
            yield part
            part, names = [], 0
        part.append(each)
        names += more
    if part:
        yield part


def _spellings(name: str | None) -> list[str]:
    """The name as NetSuite may hold it: as it is, and composed (é as one character)."""
    spaced = " ".join((name or "").split())
    composed = unicodedata.normalize("NFC", spaced)
    return list(dict.fromkeys([composed, spaced])) if spaced else []


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _text(row: Row, name: str) -> str:
    return text(row, name, "NetSuite", "a query with a row")


def _is_old(currencies: tuple[float, dict[str, str]]) -> bool:
    return time.monotonic() >= currencies[0] + _CURRENCIES_KEPT_SECONDS
