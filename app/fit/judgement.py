"""What would become of one Account."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["linked", "created", "matched", "ambiguous", "rejected", "blocked", "gone"]
OUTCOMES: tuple[Outcome, ...] = (
    *("linked", "created", "matched"),
    *("ambiguous", "rejected", "blocked", "gone"),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`outcome`: linked, matched: its Customer would be updated; created: there is none yet.
    ambiguous, rejected: it would be a dead letter. blocked: it would wait for its parent, which is
    neither. gone: it is deleted, gone, or hidden from our user.
    """

    account: str
    outcome: Outcome
    name: str = ""
    customer: str | None = None
    words: str = ""
    """How the Customer is found, or why none would be written."""
    reason: str = ""
    """The same without what belongs to this Account alone, for counting."""
    alterations: tuple[str, ...] = ()
    parent: str | None = None
    needed: bool = False
    """It does not qualify by itself: a child needs it."""

    @property
    def becomes_customer(self) -> bool:
        return self.outcome in ("linked", "created", "matched")
