"""All that is known of one account, without asking a cloud."""

from dataclasses import dataclass

from app.audit import AuditEntry
from app.journal import MOST_WAITING, Line, Row
from app.letters import DeadLetter
from app.services import Services

_AUDITED = 100


@dataclass(frozen=True, slots=True)
class AccountView:
    """`waiting`: the accounts that wait for this one, through however many generations, the first
    of them; `waiting_count`: how many they are, or very many. `story`: oldest first; `audit`:
    newest first.
    """

    row: Row
    letter: DeadLetter | None
    waiting: list[str]
    waiting_count: int
    story: list[Line]
    audit: list[AuditEntry]
    paused: dict[str, str]

    @property
    def is_unheard_of(self) -> bool:
        """Whether the ledger knows nothing of it."""
        return self.row.state == "none" and not self.row.customer and not self.story


def view_account(services: Services, account: str, most_waiting: int = MOST_WAITING) -> AccountView:
    """`most_waiting`: so many of `waiting` are read.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    return AccountView(
        row=services.journal.row(account),
        letter=services.letters.get(account),
        waiting=services.journal.waiting_behind(account, most_waiting),
        waiting_count=services.journal.waiting_count(account),
        story=services.journal.story(account),
        audit=services.audit.entries(account=account, limit=_AUDITED).entries,
        paused=services.pauses.all(),
    )
