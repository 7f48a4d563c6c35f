"""What admins do about single dead letters: requeue, discard, assign, comment.

Raises (every function): redis.exceptions.RedisError when Redis does not answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import RecordNotFound
from app.letters import DeadLetter
from app.services import Services
from app.terms import By

_JUST_DIED = (
    "It died again just after it was requeued: mend what it died of first, or wait a few minutes, "
    "or force it."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An account that was left as it is. `verdict`: not_dead, just_died; `words` say what to do."""

    account: str
    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which letters moved, and which did not. Each account stands in one of the two, once."""

    moved: list[str]
    refused: list[Refusal]


def letter_of(services: Services, account: str) -> DeadLetter:
    """
    Raises:
        RecordNotFound: the account has no letter; says where it stands.
    """
    letter = services.letters.get(account)
    if letter is None:
        raise RecordNotFound(_without_letter(services, account))
    return letter


def ensure_cause(services: Services, cause: str) -> None:
    """
    Raises:
        RecordNotFound: no dead letter has the cause; says which there are.
    """
    counts = {found.cause: found.count for found in services.letters.causes()}
    if cause in counts:
        return
    listed = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    there = f"There are: {listed}." if counts else "There are no dead letters."
    raise RecordNotFound(f"No dead letter has the cause {cause[:60]}. {there}")


def requeue(services: Services, accounts: Sequence[str], by: By, *, force: bool = False) -> Outcome:
    """Sends dead accounts through the flow again: each letter once, however many try it. `force`:
    also those that have just died again.
    """
    verdicts = services.ledger.requeue(list(dict.fromkeys(accounts)), by, force=force)
    return Outcome(
        [account for account, verdict in verdicts.items() if verdict == "requeued"],
        [
            Refusal(account, verdict, _why_not(services, account, verdict))
            for account, verdict in verdicts.items()
            if verdict != "requeued"
        ],
    )


def discard(services: Services, accounts: Sequence[str], by: By) -> Outcome:
    """Gives letters up: the accounts stay as they are until their next change. Whoever waits for
    one of them dies as ParentDiscarded.
    """
    outcome = Outcome([], [])
    for account in dict.fromkeys(accounts):
        if services.ledger.discard(account, by):
            outcome.moved.append(account)
        else:
            words = _without_letter(services, account)
            outcome.refused.append(Refusal(account, "not_dead", words))
    return outcome


def assign(services: Services, account: str, to: str, by: By) -> DeadLetter:
    """Says who is to look after the letter; empty: nobody.

    Raises:
        RecordNotFound: the account has no letter.
    """
    services.ledger.note(account, by, assigned=to)
    return letter_of(services, account)


def comment(services: Services, account: str, words: str, by: By) -> DeadLetter:
    """Replaces the letter's comment.

    Raises:
        RecordNotFound: the account has no letter.
    """
    services.ledger.note(account, by, comment=words)
    return letter_of(services, account)


def _why_not(services: Services, account: str, verdict: str) -> str:
    return _JUST_DIED if verdict == "just_died" else _without_letter(services, account)


def _without_letter(services: Services, account: str) -> str:
    state = services.journal.row(account).state
    words = "the ledger knows nothing of it" if state == "none" else f"it is {state}"
    return f"There is no dead letter for Account {account}: {words}."
