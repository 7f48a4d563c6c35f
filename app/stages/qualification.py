"""Is the Account to be a Customer? One that is, or is needed as a parent, is not asked again."""

from collections.abc import Callable
from dataclasses import dataclass

from app.flow import Criterion, Qualification
from app.terms import Held


@dataclass(frozen=True, slots=True)
class Passed:
    words: str


@dataclass(frozen=True, slots=True)
class Skipped:
    words: str


def qualify(held: Held, criteria: Qualification, has_match: Callable[[], bool]) -> Passed | Skipped:
    """`has_match` tells whether an Opportunity meets the criteria, and is called only if that
    decides.
    """
    for passes, words in (
        (held.customer, f"linked to Customer {held.customer}"),
        (held.force, "forced"),
        (held.needed, "needed as a parent"),
        (held.written, "an earlier write may have reached NetSuite"),
    ):
        if passes:
            return Passed(words)
    if has_match():
        return Passed(f"an Opportunity meets {in_words(criteria)}")
    return Skipped(f"no Opportunity meets {in_words(criteria)}")


def in_words(criteria: Qualification) -> str:
    """`IsWon = true`, `StageName in (Signed, Won) and Amount > 0`."""
    joint = " and " if criteria.match == "all" else " or "
    return joint.join(_criterion(criterion) for criterion in criteria.criteria)


def _criterion(criterion: Criterion) -> str:
    values = [str(v).lower() if isinstance(v, bool) else str(v) for v in criterion.values]
    listed = criterion.operator in ("in", "not in")
    value = f"({', '.join(values)})" if listed else values[0]
    return f"{criterion.field} {criterion.operator} {value}"
