"""Which records a WHERE clause can match at all, found through ids and references."""

from collections.abc import Callable, Iterator

from simulators.salesforce import syntax
from simulators.salesforce.ids import normalise
from simulators.salesforce.scope import Column, Scope

IdsOf = Callable[[syntax.Query], frozenset[str]]


def candidates(scope: Scope, condition: syntax.Condition | None, ids_of: IdsOf) -> set[str] | None:
    """The ids of a superset of the matching records, or None if every record may match.

    Saves reading the whole table for the queries that integrations make most: by id, by parent.
    """
    parts = sorted(_conjuncts(condition), key=lambda part: isinstance(part, syntax.InQuery))
    for part in parts:  # joins last: they are run to know their ids
        found = _wanted(part, ids_of)
        if found is None:
            continue
        path, wanted = found
        column = scope.column(path)
        if column.field.type == "id" and not column.hops:
            return wanted
        if indexed(column):
            name, store = column.field.name, scope.org.store
            return {
                i for target in wanted for i in store.referrers(scope.sobject.name, name, target)
            }
    return None


def indexed(column: Column) -> bool:
    """Whether the store knows the records by the values of this field."""
    field = column.field
    return not column.hops and field.type == "reference" and field.name.endswith("Id")


def _conjuncts(condition: syntax.Condition | None) -> Iterator[syntax.Condition]:
    if isinstance(condition, syntax.Junction) and condition.word == "AND":
        for part in condition.conditions:
            yield from _conjuncts(part)
    elif condition is not None:
        yield condition


def _wanted(part: syntax.Condition, ids_of: IdsOf) -> tuple[syntax.Path, set[str]] | None:
    """The path and the ids that a condition allows for it, if it is of that kind."""
    match part:
        case syntax.Comparison(path, "=", syntax.Quoted() as literal):
            literals = [literal]
        case syntax.InList(path, given, False):
            literals = [item for item in given if isinstance(item, syntax.Quoted)]
            if len(literals) != len(given):
                return None
        case syntax.InQuery(path, query, False):
            return path, set(ids_of(query))
        case _:
            return None
    return path, {record_id for record_id in map(normalise, literals) if record_id is not None}
