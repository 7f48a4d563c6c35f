"""WHERE clauses: conditions compiled to predicates over records."""

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from simulators.salesforce import syntax
from simulators.salesforce.dates import COMPARE, as_datetimes, span_of
from simulators.salesforce.errors import ApiError
from simulators.salesforce.ids import normalise
from simulators.salesforce.org import now_in_seconds
from simulators.salesforce.schema import NUMBER_TYPES, TEXT_TYPES, Field
from simulators.salesforce.scope import Column, Scope
from simulators.salesforce.soql import like_pattern, located
from simulators.salesforce.store import Record

Predicate = Callable[[Record], bool]
Membership = Callable[[syntax.Query], Callable[[Any], bool]]

_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Conditions:
    """Compiles the conditions of one query; ``membership`` compiles a semi-join's subquery."""

    def __init__(self, scope: Scope, membership: Membership) -> None:
        self._scope = scope
        self._membership = membership

    def compile(self, condition: syntax.Condition) -> Predicate:
        """The predicate.

        Raises:
            ApiError: unknown names, or literals and operators that do not fit a field's type.
        """
        match condition:
            case syntax.Junction("AND", parts):
                return _all([self.compile(part) for part in parts])
            case syntax.Junction(_, parts):
                return _any([self.compile(part) for part in parts])
            case syntax.Negation(inner):
                return _not(self.compile(inner))
            case syntax.Comparison(path, "LIKE", literal):
                return self._like(path, literal)
            case syntax.Comparison(path, sign, literal):
                return self._comparison(path, sign, literal)
            case syntax.InList(path, literals, negated):
                return self._in_list(path, literals, negated=negated)
            case syntax.InQuery(path, query, negated):
                value, member = self._value(path), self._membership(query)
                return lambda record: member(value(record)) != negated

    def _value(self, path: syntax.Path) -> Callable[[Record], Any]:
        column = self._column(path)
        reader = column.reader(self._scope.org)
        if column.field.type in TEXT_TYPES:
            return lambda record: _folded(reader(record))
        return reader

    def _column(self, path: syntax.Path) -> Column:
        column = self._scope.column(path)
        long_text = column.field.type == "textarea" and column.field.length > 255
        if long_text or column.field.type == "address":
            name = column.field.name
            message = f"field '{name}' can not be filtered in a query call"
            raise self._refused(path, message)
        return column

    def _in_list(self, path: syntax.Path, literals: Any, *, negated: bool) -> Predicate:
        if any(isinstance(literal, syntax.DateLiteral) for literal in literals):
            either = _any([self._comparison(path, "=", literal) for literal in literals])
            return _not(either) if negated else either
        column, value = self._column(path), self._value(path)
        wanted = {self._typed(path, column.field, literal) for literal in literals}
        return lambda record: (value(record) in wanted) != negated

    def _comparison(self, path: syntax.Path, sign: str, literal: syntax.Literal) -> Predicate:
        field, value = self._column(path).field, self._value(path)
        if sign in _ORDERED and (field.type == "boolean" or literal is None):
            raise self._refused(
                path,
                f"invalid operator on {field.type} field",
                "INVALID_QUERY_FILTER_OPERATOR",
            )
        if isinstance(literal, syntax.DateLiteral):
            return self._in_span(path, field, value, sign, literal)
        wanted = self._typed(path, field, literal)
        if sign in _ORDERED:
            wanted = self._orderable(path, field, wanted)
            compare = _ORDERED[sign]
            return lambda record: (found := value(record)) is not None and compare(found, wanted)
        equal = sign == "="
        return lambda record: (value(record) == wanted) == equal

    def _orderable(self, path: syntax.Path, field: Field, wanted: Any) -> Any:
        """Empty text equals null, but for ``<`` and ``>`` it stands before all other text."""
        if wanted is None and field.type in TEXT_TYPES:
            return ""
        if wanted is None:
            raise self._refused(path, "invalid ID field: ", "INVALID_QUERY_FILTER_OPERATOR")
        return wanted

    def _in_span(
        self,
        path: syntax.Path,
        field: Field,
        value: Callable[[Record], Any],
        sign: str,
        literal: syntax.DateLiteral,
    ) -> Predicate:
        span = span_of(literal.name, literal.count, now_in_seconds().date())
        if span is None:
            raise located(self._scope.text, path.start, f"unexpected token: '{literal.name}'")
        if field.type not in ("date", "datetime"):
            raise self._mistyped(path, field)
        bounds: Any = span if field.type == "date" else as_datetimes(span)
        compare = COMPARE[sign]
        return lambda record: (
            compare(found, bounds) if (found := value(record)) is not None else sign == "!="
        )

    def _like(self, path: syntax.Path, literal: syntax.Literal) -> Predicate:
        column = self._column(path)
        if column.field.type not in TEXT_TYPES:
            raise self._refused(
                path,
                f"invalid operator on {column.field.type} field",
                "INVALID_QUERY_FILTER_OPERATOR",
            )
        if not isinstance(literal, syntax.Quoted):
            raise self._mistyped(path, column.field)
        pattern, value = like_pattern(literal.raw), column.reader(self._scope.org)
        return lambda record: (
            (found := value(record)) is not None and pattern.fullmatch(found) is not None
        )

    def _typed(self, path: syntax.Path, field: Field, literal: syntax.Literal) -> Any:
        """The literal as values of the field compare."""
        if literal is None:
            return None
        if field.type in ("id", "reference") and isinstance(literal, syntax.Quoted):
            record_id = normalise(literal)
            if record_id is None and literal:
                raise self._refused(
                    path, f"invalid ID field: {literal}", "INVALID_QUERY_FILTER_OPERATOR"
                )
            return record_id
        if field.type in TEXT_TYPES and isinstance(literal, syntax.Quoted):
            return _folded(literal or None)
        if not _fits(field, literal):
            raise self._mistyped(path, field)
        return literal

    def _mistyped(self, path: syntax.Path, field: Field) -> ApiError:
        quoted = field.type in TEXT_TYPES or field.type in ("id", "reference")
        kind = "string" if quoted else {"datetime": "dateTime"}.get(field.type, field.type)
        return self._refused(
            path,
            f"value of filter criterion for field '{field.name}' must be of type {kind} and "
            f"should {'' if quoted else 'not '}be enclosed in quotes",
        )

    def _refused(self, path: syntax.Path, message: str, code: str = "INVALID_FIELD") -> ApiError:
        return located(self._scope.text, path.start, message, code)


def _fits(field: Field, literal: Any) -> bool:
    if field.type == "boolean":
        return isinstance(literal, bool)
    if field.type == "datetime":
        return isinstance(literal, datetime)
    if field.type == "date":
        return isinstance(literal, date) and not isinstance(literal, datetime)
    number = isinstance(literal, int | float) and not isinstance(literal, bool)
    return field.type in NUMBER_TYPES and number


def _folded(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _all(parts: list[Predicate]) -> Predicate:
    return lambda record: all(part(record) for part in parts)


def _any(parts: list[Predicate]) -> Predicate:
    return lambda record: any(part(record) for part in parts)


def _not(part: Predicate) -> Predicate:
    return lambda record: not part(record)
