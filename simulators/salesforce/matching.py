"""Which records a query is about: its WHERE clause, its semi-joins, the recycle bin."""

from collections.abc import Callable, Iterable
from typing import Any

from simulators.salesforce import syntax
from simulators.salesforce.candidates import candidates, indexed
from simulators.salesforce.evaluate import Conditions, Predicate
from simulators.salesforce.joins import check_joins
from simulators.salesforce.org import Org
from simulators.salesforce.scope import Column, Scope, unsupported_type
from simulators.salesforce.store import Record

Membership = Callable[[Any], bool]


class Matching:
    """The matching of one query and its subqueries; ``deleted`` is queryAll."""

    def __init__(self, org: Org, text: str, *, deleted: bool) -> None:
        self._org = org
        self._text = text
        self._deleted = deleted

    def records(self, scope: Scope, query: syntax.Query) -> list[Record]:
        """All matching records, oldest first.

        Raises:
            ApiError: the clause is wrong; also where no record exists.
        """
        matches = self.predicate(scope, query)
        return [record for record in self._candidates(scope, query) if matches(record)]

    def predicate(self, scope: Scope, query: syntax.Query) -> Predicate:
        """What tells whether a record matches.

        Raises:
            ApiError: as ``records``.
        """
        check_joins(scope, query.where)
        if query.where is None:
            return lambda record: self._deleted or not record.get("IsDeleted")
        holds = Conditions(scope, self._membership).compile(query.where)
        if self._deleted:
            return holds
        return lambda record: not record.get("IsDeleted") and holds(record)

    def _candidates(self, scope: Scope, query: syntax.Query) -> Iterable[Record]:
        ids = candidates(scope, query.where, self._selected_ids)
        table = self._org.store.table(scope.sobject.name)
        if ids is None:
            return table.values()
        return (table[record_id] for record_id in sorted(ids) if record_id in table)

    def _membership(self, query: syntax.Query) -> Membership:
        """What tells whether an id is among those that a semi-join's subquery selects."""
        scope, column = self._joined(query)
        matches = self.predicate(scope, query)
        if not indexed(column):
            ids = self._selected_ids(query)
            return lambda value: value in ids
        store, sobject, name = self._org.store, scope.sobject.name, column.field.name

        def member(value: Any) -> bool:
            referrers = store.referrers(sobject, name, value)
            return any(matches(store.table(sobject)[each]) for each in referrers)

        return member

    def _selected_ids(self, query: syntax.Query) -> frozenset[str]:
        scope, column = self._joined(query)
        values = map(column.reader(self._org), self.records(scope, query))
        return frozenset(value for value in values if value is not None)

    def _joined(self, query: syntax.Query) -> tuple[Scope, Column]:
        """The subquery's object and the one field it selects; its form is checked before."""
        sobject = self._org.schema.find(str(query.source))
        if sobject is None:
            raise unsupported_type(self._text, query.source)
        scope = Scope(self._org, sobject, query.alias, self._text)
        (item,) = query.items
        if not isinstance(item, syntax.FieldItem):
            raise TypeError("joins are checked before they run")
        return scope, scope.column(item.path)
