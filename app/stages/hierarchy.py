"""Parents first: may the Account go on, or does it wait for its parent?"""

import logging
from dataclasses import dataclass

from app.flow import Hierarchy
from app.ledger import Ledger
from app.models import Account
from app.terms import Held

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parent:
    """Where the question of the parent stands. `settled`: the run may go on."""

    verdict: str
    """none, ready, late: settled. waiting, afresh, retrying, dead, fenced: this run ends here."""
    customer: str | None = None
    """Internal id of the parent's Customer, when ready."""
    words: str = ""

    @property
    def settled(self) -> bool:
        return self.verdict in ("none", "ready", "late")

    @property
    def late(self) -> bool:
        """The Account does without it: what NetSuite holds as its parent is left alone."""
        return self.verdict == "late"


def await_parent(held: Held, account: Account, ledger: Ledger, policy: Hierarchy) -> Parent:
    """Asks the ledger for the parent, one level up only: the parent's own run sees to its parent.

    A parent is late when its child is a Customer already. `late_parents` decides then, but a child
    that is forced takes its parent with it.
    """
    if account.parent_id is None:
        return Parent("none")
    late = bool(held.customer) and not held.force and policy.late_parents != "sync"
    verdict, customer = ledger.wait(held, account.parent_id, late=late)
    if verdict == "ready":
        return Parent("ready", customer, f"parent {account.parent_id} is Customer {customer}")
    if verdict == "late":
        return Parent("late", None, _late_words(account, policy))
    return Parent(verdict)


def _late_words(account: Account, policy: Hierarchy) -> str:
    words = (
        f"its parent {account.parent_id} is no Customer and came late, so it is left out "
        f"(late_parents = {policy.late_parents}); 'closedwon sync {account.id} --force' links it"
    )
    if policy.late_parents == "report":
        log.warning("Account %s: %s", account.id, words)
    return words
