"""What has become of a recovery's canary, and what follows of it."""

from dataclasses import replace

from app.admin.recovery import Recovery
from app.letters import DeadLetter
from app.services import Services

MOST_PASSED_OVER = 5
"""So many skipped canaries end a recovery."""


def judge(order: Recovery, account: str, services: Services) -> Recovery:
    """The order as it goes on or ends: "going" once the canary is synced; without a canary where
    this one was skipped, and so never came to what stopped the others: the next letter is to be it.

    The row is read before the letter, which is never older than what the row said.
    """
    row, letter = services.journal.row(account), services.letters.get(account)
    if letter and letter.state == "dead":
        return replace(order, state="failed", words=_of_dead(letter, order, services))
    if letter is None and row.state == "synced":
        return replace(order, state="going", words="")
    if letter is None and row.state == "skipped":
        return _passed_over(order, account)
    if letter is None and row.state == "none":
        words = f"The canary {account} was given up, which tells nothing of the others"
        return replace(order, state="stopped", words=f"{words}: {_they_stay(order)}")
    words = _awaited(account, row.state, row.waiting_for, services)
    if order.passed_over:
        words += f" Skipped before it: {order.passed_over}."
    return replace(order, words=words)


def _passed_over(order: Recovery, account: str) -> Recovery:
    count = order.passed_over + 1
    if count < MOST_PASSED_OVER:
        return replace(order, canary=None, passed_over=count, words="")
    words = (
        f"{count} canaries in a row were skipped, {account} the last, which tells nothing of the "
        f"others: {_they_stay(order)} Requeue one of which you know that it qualifies, and the "
        "others without a canary if it succeeds."
    )
    return replace(order, state="stopped", passed_over=count, words=words)


def _they_stay(order: Recovery) -> str:
    return f"those of {order.cause} stay dead."


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
