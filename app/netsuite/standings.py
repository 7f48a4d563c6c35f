"""Reads what NetSuite holds of many Customers: up to 500 a call, for comparing.

Not every field of the record API can be queried, and none says so before it is asked for: a query
with such a column is refused as a whole. So a refusal makes each column be tried alone, once, and
those that are refused are gone on without.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.answers import unexpected
from app.errors import AuthenticationFailed, PermanentError
from app.flow import Flow
from app.netsuite.client import NetSuiteClient
from app.netsuite.comparing import Standing, column_of
from app.netsuite.rows import internal_id, page_behind

CUSTOMERS_PER_QUERY = 500
"""An IN takes 1,000 values at most."""
_ROWS_PER_QUERY = 1000
_FIELDS = "SELECT {columns} FROM customer WHERE id IN ({marks}) ORDER BY id"
_LINES = (
    "SELECT b.internalid, b.entity, b.label, a.addr1, a.addr2, a.addr3, a.city, a.state, a.zip, "
    "a.country, a.addressee FROM customeraddressbook b JOIN customeraddressbookentityaddress a "
    "ON b.addressbookaddress = a.nkey WHERE b.internalid > ? AND b.entity IN ({marks}) "
    "ORDER BY b.internalid"
)
_RELATIONSHIPS = (
    "SELECT id, entity, subsidiary{primary} FROM customersubsidiaryrelationship"
    " WHERE id > ? AND entity IN ({marks}) ORDER BY id"
)


class Standings:
    """One for a command's run: it remembers which columns cannot be queried.

    Raises (every call) what app/netsuite/client.py raises.
    """

    def __init__(self, client: NetSuiteClient, flow: Flow) -> None:
        self._client = client
        self._columns = _columns(flow)
        self._flags = {column_of(r.customer) for r in flow.mapping.fields if r.kind == "boolean"}
        self._addresses = flow.mapping.billing_address or flow.mapping.shipping_address
        rules = flow.subsidiaries
        self._primary = rules.enabled and rules.update_primary
        self._further = rules.enabled and bool(rules.further or rules.further_field)
        self.skipped = _in_no_query(flow)
        """Fields that NetSuite does not let us query, in its own lower case: not compared."""

    def read(self, customers: Iterable[str]) -> dict[str, Standing]:
        """Internal id to what stands there; one that is not found is gone, or hidden from our role.
        At most CUSTOMERS_PER_QUERY ids.
        """
        ids = sorted(set(customers))
        if not ids:
            return {}
        rows = {internal_id(row, "id"): row for row in self._rows(ids)}
        lines = self._lines(sorted(rows))
        subsidiaries, primaries = self._subsidiaries(sorted(rows))
        return {
            customer: Standing(
                customer,
                compared=frozenset(self._columns),
                fields=self._fields(row),
                lines=None if lines is None else tuple(lines[customer]),
                subsidiaries=None if subsidiaries is None else frozenset(subsidiaries[customer]),
                primary=primaries.get(customer),
            )
            for customer, row in rows.items()
        }

    def _fields(self, row: Mapping[str, str]) -> dict[str, str]:
        return {
            column: row[column]
            for column in self._columns
            if column in row and not (column in self._flags and row[column] == "F")
        }

    def _rows(self, ids: Sequence[str]) -> list[dict[str, str]]:
        try:
            return self._select(self._columns.values(), ids)
        except AuthenticationFailed:
            raise
        except PermanentError:
            self._leave_out_refused(ids[:1])
            return self._select(self._columns.values(), ids)

    def _leave_out_refused(self, ids: Sequence[str]) -> None:
        """
        Raises:
            PermanentError: it is not a column that NetSuite refuses, but the query itself.
        """
        self._select([], ids)
        for column, expression in list(self._columns.items()):
            try:
                self._select([expression], ids)
            except AuthenticationFailed:
                raise
            except PermanentError:
                del self._columns[column]
                self.skipped.append(column)

    def _select(self, expressions: Iterable[str], ids: Sequence[str]) -> list[dict[str, str]]:
        columns = ", ".join(["id", *expressions])
        query = _FIELDS.format(columns=columns, marks=_marks(ids))
        return self._client.suiteql(query, ids, limit=_ROWS_PER_QUERY)

    def _lines(self, ids: Sequence[str]) -> dict[str, list[dict[str, str]]] | None:
        """All of them: which is ours by its label is for Python to tell."""
        if not self._addresses:
            return None
        found: dict[str, list[dict[str, str]]] = {customer: [] for customer in ids}
        for row in self._all(_LINES.format(marks=_marks(ids)), "internalid", ids):
            found[row["entity"]].append(row)
        return found

    def _subsidiaries(
        self, ids: Sequence[str]
    ) -> tuple[dict[str, set[str]] | None, dict[str, str]]:
        """All that each belongs to, and the primary one."""
        if not (self._further or self._primary):
            return None, {}
        primary = ", isprimarysub" if self._primary else ""
        query = _RELATIONSHIPS.format(primary=primary, marks=_marks(ids))
        found: dict[str, set[str]] = {customer: set() for customer in ids}
        primaries: dict[str, str] = {}
        for row in self._all(query, "id", ids):
            found[row["entity"]].add(internal_id(row, "subsidiary"))
            if row.get("isprimarysub") == "T":
                primaries[row["entity"]] = row["subsidiary"]
        return found if self._further else None, primaries

    def _all(self, query: str, key: str, parameters: Sequence[str]) -> Iterator[dict[str, str]]:
        """Page by page; the query's first parameter is the key behind which a page begins."""
        last = "0"
        while parameters:
            rows = self._client.suiteql(query, [last, *parameters], limit=_ROWS_PER_QUERY)
            for row in rows:
                if internal_id(row, "entity") not in parameters:
                    raise unexpected("NetSuite", "a query with a row of another Customer")
                yield row
            if len(rows) < _ROWS_PER_QUERY:
                return
            last = page_behind(rows, key, last)


def _in_no_query(flow: Flow) -> list[str]:
    rules = flow.currencies
    further = rules.enabled and (rules.further or rules.further_field)
    return ["currencylist"] if further else []


def _columns(flow: Flow) -> dict[str, str]:
    """Column to the expression that selects it: dates come in the user's own format otherwise."""
    columns = {"externalid": "externalid", "parent": "parent"}
    if flow.matching.id_field:
        columns[column_of(flow.matching.id_field)] = column_of(flow.matching.id_field)
    for rule in flow.mapping.fields:
        if rule.when == "always":
            name = column_of(rule.customer)
            is_date = rule.kind == "date"
            columns[name] = f"TO_CHAR({name}, 'YYYY-MM-DD') AS {name}" if is_date else name
    return columns


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
