"""The platform's rules for semi-joins and anti-joins, checked before a query runs."""

from collections.abc import Iterator

from simulators.salesforce import syntax
from simulators.salesforce.errors import ApiError
from simulators.salesforce.scope import Scope
from simulators.salesforce.soql import located

_MOST = 2


def check_joins(scope: Scope, condition: syntax.Condition | None) -> None:
    """All rules that concern the outer query.

    Raises:
        ApiError: MALFORMED_QUERY.
    """
    joins = list(_joins(condition, inside_or=False))
    if len(joins) > _MOST:
        raise ApiError("MALFORMED_QUERY", f"maximum {_MOST} semi join sub-selects are allowed")
    for join, inside_or in joins:
        _check(scope, join, inside_or=inside_or)


def _joins(
    condition: syntax.Condition | None, *, inside_or: bool
) -> Iterator[tuple[syntax.InQuery, bool]]:
    match condition:
        case syntax.Junction(word, parts):
            for part in parts:
                yield from _joins(part, inside_or=inside_or or word == "OR")
        case syntax.Negation(inner):
            yield from _joins(inner, inside_or=inside_or)
        case syntax.InQuery():
            yield condition, inside_or


def _check(scope: Scope, join: syntax.InQuery, *, inside_or: bool) -> None:
    inner = join.query
    problem = None
    if inside_or:
        problem = "Semi join sub-selects are not allowed with the 'OR' operator"
    elif len(join.path.names) > 1:
        problem = "The left operand in a semi join must be a field of the queried object itself"
    elif scope.column(join.path).field.type not in ("id", "reference"):
        problem = "Semi join sub-selects can only query id fields"
    elif list(_joins(inner.where, inside_or=False)):
        problem = "Nesting of semi join sub-selects is not supported"
    elif inner.order_by or inner.limit is not None or inner.offset is not None or inner.group_by:
        problem = "Semi join sub-selects take no ORDER BY, LIMIT, OFFSET or GROUP BY"
    elif len(inner.items) != 1 or not isinstance(inner.items[0], syntax.FieldItem):
        problem = "Semi join sub-selects must select exactly one id field"
    elif len(inner.items[0].path.names) > 1:
        problem = "Semi join sub-selects can only query simple id fields, cannot use: path"
    elif str(inner.source).lower() == scope.sobject.name.lower():
        problem = "The inner and outer selects should not be on the same object type"
    if problem is not None:
        raise located(scope.text, join.path.start, problem)
