"""What has become of a recovery's canary, and what follows of it."""

from app.admin.recovery import Recovery, State
from app.letters import DeadLetter, Letters
from app.services import Services

_SUCCESS = ("synced", "skipped")


def judge(order: Recovery, account: str, services: Services) -> tuple[State, str]:
    """The state in which the recovery goes on or ends, and why; `canary`: it waits, for what.

    The row is read before the letter, which is never older than what the row said.
    """
    row, letter = services.journal.row(account), Letters(services.redis).get(account)
    if letter and letter.state == "dead":
        return "failed", _of_dead(letter, order, services)
    if letter is None and row.state in _SUCCESS:
        return "going", ""
    if letter is None and row.state == "none":
        words = f"The canary {account} was given up, which tells nothing of the others"
        return "stopped", f"{words}: those of {order.cause} stay dead."
    return "canary", _awaited(account, row.state, row.waiting_for, services)


def _of_dead(letter: DeadLetter, order: Recovery, services: Services) -> str:
    others = f"The others of {order.cause} stay dead."
    story = services.journal.story(letter.account)
    if story and story[-1].what == "forgotten":
        return f"The canary {letter.account} was dropped while the flow was off. {others}"
    return f"The canary {letter.account} died again: {letter.cause}: {letter.words} {others}"


def _awaited(account: str, state: str, parent: str | None, services: Services) -> str:
    if paused := words_of_pauses(services):
        return f"Waits for the canary {account}, and that one for the end of a pause. {paused}"
    if parent:
        return f"Waits for the canary {account}, and that one for its parent {parent}."
    return f"Waits for the canary {account}, which is {state}."


def words_of_pauses(services: Services) -> str:
    """Empty: nothing is paused."""
    paused = services.pauses.all().items()
    return " ".join(f"Paused: {what}: {words}" for what, words in paused)
