"""Which records a WHERE clause can match at all, found through ids and references."""

from collections.abc import Callable, Iterator

from simulators.salesforce import syntax
from simulators.salesforce.ids import normalise
from simulators.salesforce.scope import Scope

IdsOf = Callable[[syntax.Query], frozenset[str]]


def candidates(scope: Scope, condition: syntax.Condition | None, ids_of: IdsOf) -> set[str] | None:
    """The ids of a superset of the matching records, or None if every record may match.

    Saves reading the whole table for the queries that integrations make most: by id, by parent.
    """
    for part in _conjuncts(condition):
        wanted = _wanted(part, ids_of)
        if wanted is None or not isinstance(
            part, syntax.Comparison | syntax.InList | syntax.InQuery
        ):
            continue
        column = scope.column(part.path)
        if column.hops:
            continue
        if column.field.type == "id":
            return wanted
        if column.field.type == "reference" and column.field.name.endswith("Id"):
            found: set[str] = set()
            for target in wanted:
                name = column.field.name
                found.update(scope.org.store.referrers(scope.sobject.name, name, target))
            return found
    return None


def _conjuncts(condition: syntax.Condition | None) -> Iterator[syntax.Condition]:
    if isinstance(condition, syntax.Junction) and condition.word == "AND":
        for part in condition.conditions:
            yield from _conjuncts(part)
    elif condition is not None:
        yield condition


def _wanted(part: syntax.Condition, ids_of: IdsOf) -> set[str] | None:
    """The ids that a condition allows for its field, if it is of that kind."""
    match part:
        case syntax.Comparison(_, "=", syntax.Quoted() as literal):
            literals = [literal]
        case syntax.InList(_, given, False):
            literals = [item for item in given if isinstance(item, syntax.Quoted)]
            if len(literals) != len(given):
                return None
        case syntax.InQuery(_, query, False):
            return set(ids_of(query))
        case _:
            return None
    return {record_id for record_id in map(normalise, literals) if record_id is not None}
