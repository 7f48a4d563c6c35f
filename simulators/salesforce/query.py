"""Runs SOQL queries on the org."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from simulators.salesforce import syntax
from simulators.salesforce.errors import ApiError
from simulators.salesforce.grouping import Grouping
from simulators.salesforce.matching import Matching
from simulators.salesforce.org import Org
from simulators.salesforce.rows import ChildRows, Shape
from simulators.salesforce.schema import TEXT_TYPES, Field, SObject
from simulators.salesforce.scope import Scope, unsupported_type
from simulators.salesforce.soql import located, parse
from simulators.salesforce.store import Record

_MOST_OFFSET = 2000

T = TypeVar("T")


def run_query(org: Org, text: str, version: str, *, deleted: bool) -> list[Any] | int:
    """All rows of a query as JSON, or the number for ``SELECT COUNT()``.

    ``deleted`` is queryAll: rows in the recycle bin too. The caller holds the org's lock.

    Raises:
        ApiError: MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE …
    """
    query = parse(text)
    sobject = org.schema.find(str(query.source))
    if sobject is None:
        raise unsupported_type(text, query.source)
    return _Run(org, text, version, deleted=deleted).rows(query, sobject)


class _Run:
    def __init__(self, org: Org, text: str, version: str, *, deleted: bool) -> None:
        self._org = org
        self._text = text
        self._version = version
        self._matching = Matching(org, text, deleted=deleted)

    def rows(self, query: syntax.Query, sobject: SObject) -> list[Any] | int:
        scope = Scope(self._org, sobject, query.alias, self._text)
        if self._counts(query):
            return len(self._cut(query, self._matching.records(scope, query)))
        if query.group_by or any(isinstance(item, syntax.Aggregate) for item in query.items):
            grouping = Grouping(scope, query)
            groups = grouping.groups(self._matching.records(scope, query))
            ordered = self._ordered(scope, query, groups, grouping.value)
            return grouping.render(self._cut(query, ordered))
        shape = self._shape(scope, query)
        records = self._selected(scope, query, self._matching.records(scope, query))
        return [shape.render(self._org, record, self._version) for record in records]

    def _selected(
        self, scope: Scope, query: syntax.Query, records: list[Record]
    ) -> Sequence[Record]:
        def reader(key: syntax.Path | syntax.Aggregate) -> Callable[[Record], Any]:
            if isinstance(key, syntax.Aggregate):
                raise located(self._text, key.start, "Ordering by an aggregate needs GROUP BY")
            return scope.column(key).reader(self._org)

        return self._cut(query, self._ordered(scope, query, records, reader))

    def _shape(self, scope: Scope, query: syntax.Query) -> Shape:
        shape = Shape(scope.sobject)
        seen = set()
        for item in query.items:
            if isinstance(item, syntax.Query):
                name, rows = self._children(scope, item)
                shape.parts[name] = rows
            elif isinstance(item, syntax.FieldItem):
                column = scope.column(item.path)
                if column in seen:
                    message = f"duplicate field selected: {item.path}"
                    raise located(self._text, item.path.start, message, "INVALID_FIELD")
                seen.add(column)
                shape.add(self._org, column)
        return shape

    def _children(self, scope: Scope, query: syntax.Query) -> tuple[str, ChildRows]:
        name = str(query.source)
        found = self._org.schema.child_relationship(scope.sobject, name)
        if found is None:
            message = f"Didn't understand relationship '{name}' in FROM part of query call."
            raise located(self._text, query.source.start, message, "INVALID_TYPE")
        child, reference = found
        self._check_children(query)
        inner = Scope(self._org, child, query.alias, self._text)
        shape = self._shape(inner, query)
        matches = self._matching.predicate(inner, query)
        self._selected(inner, query, [])  # refuses a wrong ORDER BY also where no row is

        def rows(parent: Record) -> list[dict[str, Any]]:
            own = self._own(child, reference, parent["Id"])
            records = [record for record in own if matches(record)]
            chosen = self._selected(inner, query, records)
            return [shape.render(self._org, record, self._version) for record in chosen]

        return reference.children or name, rows

    def _check_children(self, query: syntax.Query) -> None:
        """One level of children, and records alone: no functions, no groups."""
        problem = None
        if any(isinstance(item, syntax.Query) for item in query.items):
            problem = "A child sub-select cannot hold another one"
        elif query.group_by or any(isinstance(item, syntax.Aggregate) for item in query.items):
            problem = "A child sub-select takes no aggregate functions and no GROUP BY"
        elif query.offset is not None:
            problem = "A child sub-select takes no OFFSET"
        if problem is not None:
            raise located(self._text, query.source.start, problem)

    def _own(self, child: SObject, reference: Field, parent_id: str) -> list[Record]:
        table = self._org.store.table(child.name)
        ids = self._org.store.referrers(child.name, reference.name, parent_id)
        return [table[record_id] for record_id in sorted(ids)]

    def _ordered(
        self,
        scope: Scope,
        query: syntax.Query,
        rows: list[T],
        reader: Callable[[Any], Callable[[T], Any]],
    ) -> list[T]:
        for item in reversed(query.order_by):
            value = reader(item.key)
            filled = [row for row in rows if value(row) is not None]
            empty = [row for row in rows if value(row) is None]
            fold = _folding(scope, item.key)
            filled.sort(key=lambda row: fold(value(row)), reverse=item.descending)
            rows = filled + empty if item.nulls_last else empty + filled
        return rows

    def _cut(self, query: syntax.Query, rows: Sequence[T]) -> Sequence[T]:
        offset = query.offset or 0
        if offset > _MOST_OFFSET:
            raise ApiError(
                "NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {_MOST_OFFSET}"
            )
        end = None if query.limit is None else offset + query.limit
        return rows[offset:end]

    def _counts(self, query: syntax.Query) -> bool:
        """Whether it is ``SELECT COUNT()``; every other function needs a field."""
        bare = [i for i in query.items if isinstance(i, syntax.Aggregate) and i.path is None]
        if not bare:
            return False
        if bare[0].function != "COUNT" or len(query.items) > 1 or query.group_by:
            raise located(self._text, bare[0].start, "unexpected token: '('")
        return True


def _folding(scope: Scope, key: syntax.Path | syntax.Aggregate) -> Callable[[Any], Any]:
    """What makes values sortable: text without regard to capitals, ids with it."""
    path = key if isinstance(key, syntax.Path) else key.path
    if path is not None and scope.column(path).field.type in TEXT_TYPES:
        return lambda value: value.lower() if isinstance(value, str) else value
    return lambda value: value
