"""An Account that is gone: deleted, merged into another, or hidden. Its Customer is left."""

import logging

from app.ledger import Ledger
from app.models import Account
from app.terms import Held, Order

log = logging.getLogger(__name__)


def let_go(held: Held, account: Account | None, ledger: Ledger) -> str:
    """Skips it → skipped, dead (others wait for it), fenced. The winner of a merge is opened first,
    since it got the loser's Opportunities without a change event (facts: Merge).
    """
    if account and account.merged_into:
        ledger.open([Order(account.merged_into, f"merged with {account.id}")])
    words = gone(held, account)
    verdict = ledger.skipped(held, words)
    if held.customer and verdict != "fenced":
        log.warning("Account %s: %s", held.account, words)
    return verdict


def gone(held: Held, account: Account | None) -> str:
    """Why it is skipped, and what becomes of its Customer, which is never deleted."""
    left = f"; Customer {held.customer} is left as it is" if held.customer else ""
    if account is None:
        unknown = "Salesforce knows no such Account, or does not show it to the integration user"
        return unknown + left
    if account.merged_into:
        advice = ": merge the two in NetSuite" if left else ""
        return f"merged into {account.merged_into}{left}{advice}"
    return f"deleted in Salesforce{left}"
