"""Aggregate queries: COUNT and its kin, with and without GROUP BY."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulators.salesforce import syntax
from simulators.salesforce.errors import ApiError
from simulators.salesforce.schema import NUMBER_TYPES, TEXT_TYPES
from simulators.salesforce.scope import Scope
from simulators.salesforce.soql import located
from simulators.salesforce.store import Record
from simulators.salesforce.values import to_json

_FUNCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "COUNT": len,
    "COUNT_DISTINCT": lambda values: len(set(values)),
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
    "SUM": lambda values: sum(values) if values else None,
    "AVG": lambda values: sum(values) / len(values) if values else None,
}
_NUMERIC = frozenset({"SUM", "AVG"})
_MOST_ROWS = 2000

Row = Callable[[Sequence[Record]], Any]


class Grouping:
    """One aggregate query; a row is made of the records of a group."""

    def __init__(self, scope: Scope, query: syntax.Query) -> None:
        self._scope = scope
        self._query = query
        self._grouped = {scope.column(path) for path in query.group_by}
        self._keys = [_key(scope, path) for path in query.group_by]
        self._columns = self._named_columns()

    def groups(self, records: Sequence[Record]) -> list[list[Record]]:
        """The records of each group, in the order asked for."""
        found: dict[tuple[Any, ...], list[Record]] = {}
        for record in records:
            key = tuple(key(record) for key in self._keys)
            found.setdefault(key, []).append(record)
        if not found and not self._keys:
            found[()] = []
        return list(found.values())

    def value(self, item: syntax.Path | syntax.Aggregate) -> Row:
        """What gives a group's value of an aggregate or of a grouped field.

        Raises:
            ApiError: MALFORMED_QUERY, the field is not grouped or the function does not fit.
        """
        if isinstance(item, syntax.Path):
            column = self._scope.column(item)
            if column not in self._grouped:
                message = f"Field must be grouped or aggregated: {item.names[-1]}"
                raise located(self._scope.text, item.start, message)
            reader = column.reader(self._scope.org)
            return lambda group: reader(group[0])
        return self._aggregate(item)

    def render(self, groups: Sequence[Sequence[Record]]) -> list[dict[str, Any]]:
        """The rows as JSON.

        Raises:
            ApiError: EXCEEDED_ID_LIMIT, more than 2,000 rows cannot be paged.
        """
        if len(groups) > _MOST_ROWS:
            raise ApiError(
                "EXCEEDED_ID_LIMIT",
                "Aggregate query does not support queryMore(), use LIMIT to restrict the results "
                "to a single batch",
            )
        return [
            {
                "attributes": {"type": "AggregateResult"},
                **{name: to_json(row(group)) for name, row in self._columns.items()},
            }
            for group in groups
        ]

    def _named_columns(self) -> dict[str, Row]:
        columns: dict[str, Row] = {}
        unnamed = 0
        for item in self._query.items:
            if isinstance(item, syntax.Query):
                raise ApiError("MALFORMED_QUERY", "Aggregates and subqueries do not mix")
            if isinstance(item, syntax.FieldItem):
                name = item.alias or self._scope.column(item.path).field.name
                columns[name] = self.value(item.path)
            else:
                columns[item.alias or f"expr{unnamed}"] = self.value(item)
                unnamed += item.alias is None
        return columns

    def _aggregate(self, item: syntax.Aggregate) -> Row:
        if item.function not in _FUNCTIONS or item.path is None:
            message = f"Invalid aggregate function: {item.function}"
            raise located(self._scope.text, item.start, message)
        column = self._scope.column(item.path)
        if item.function in _NUMERIC and column.field.type not in NUMBER_TYPES:
            message = f"field {column.field.name} does not support aggregate operator"
            raise located(self._scope.text, item.start, f"{message} {item.function}")
        reader, function = column.reader(self._scope.org), _FUNCTIONS[item.function]

        def row(group: Sequence[Record]) -> Any:
            return function([v for v in map(reader, group) if v is not None])

        return row


def _key(scope: Scope, path: syntax.Path) -> Callable[[Record], Any]:
    """What tells groups apart: text without regard to capitals, everything else as it is."""
    column = scope.column(path)
    reader = column.reader(scope.org)
    if column.field.type not in TEXT_TYPES:
        return reader
    return lambda record: (reader(record) or "").lower() or None
