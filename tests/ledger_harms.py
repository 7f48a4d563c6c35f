"""What the ledger's protocol must never do, said of the model's states."""

from collections.abc import Sequence

from tests.ledger_model import Draft
from tests.ledger_state import AT_REST, LIMIT, LOSS_LIMIT, UNDER_WAY, Account, State


def circular(accounts: Sequence[Account], a: int, parent: int | None) -> bool:
    """Salesforce refuses a circle of parents."""
    for _ in accounts:
        parent = accounts[parent].parent if parent not in (None, a) else parent
    return parent == a


def harm_always(state: State, rules: frozenset[str]) -> str | None:
    """What must never be."""
    for a, row in enumerate(state.rows):
        if sum((w.account, w.token) == (a, 0) for w in state.workers) > (row.state == "running"):
            return "two holders, or one of a row that does not run"
        if row.again and row.state not in UNDER_WAY:
            return f"a change is forgotten: again is on, but the row is {row.state}"
        if row.force and row.state in AT_REST:
            return "force outlives its run"
        if row.waiting_for is not None:
            mother = state.rows[row.waiting_for]
            if mother.customer or mother.state in AT_REST:
                return f"an account waits for a Customer or a row at rest ({mother.state})"
            if a in Draft(state, rules).line(row.waiting_for):
                return "a circle of waiting rows"
        excused = row.suspected < LIMIT and row.crashes < LOSS_LIMIT
        if (row.state, row.cause) == ("dead", "worker lost") and excused:
            return "a letter for what others may have done"
    if sum(bool(row.alone) for row in state.rows) > 1:
        return "two suspects run at a time"
    return None


def harm_at_rest(state: State, rules: frozenset[str]) -> str | None:
    """What must hold where nothing moves any more but by a new fault, change or order."""
    for a, (row, account, customer) in enumerate(
        zip(state.rows, state.accounts, state.netsuite, strict=True)
    ):
        waits, unlike = row.state == "waiting", customer != (account.payload, account.parent)
        letters: dict[object, bool] = {
            "refused": account.refused,
            "needed but gone": account.standing == "gone",
            "cycle": circular(state.accounts, a, account.parent),
            ("discarded", account.parent): True,
        }
        cause_holds = letters.get(row.cause, not isinstance(row.cause, tuple))
        rightly_skipped = account.standing == "gone" or (
            account.standing == "open" and customer is None
        )
        for harm, found in (
            (f"{row.state} for ever", row.state in UNDER_WAY),
            (
                "waits for ever",
                waits and state.rows[Draft(state, rules).line(a)[-1]].state != "dead",
            ),
            ("waits for a parent of old", waits and row.waiting_for != account.parent),
            ("a change is lost: NetSuite keeps an older state", row.state == "synced" and unlike),
            ("a change is lost: skipped", row.state == "skipped" and not rightly_skipped),
            ("a force is lost", row.unseen and row.state != "dead"),
            (f"an innocent letter: {row.cause}", row.state == "dead" and not cause_holds),
        ):
            if found:
                return harm
    return None
