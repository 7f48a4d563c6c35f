"""What a page of a pass has found of Accounts, whichever way it was read."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.answers import unexpected
from app.errors import RecordNotFound
from app.models import account_id
from app.salesforce.answers import SERVICE, optional_id, record_id


@dataclass(frozen=True, slots=True)
class Found:
    """One record, and what it says of its Account."""

    account: str
    place: str = ""
    """Where its step goes on behind it, if the record says so by itself."""
    stamp: int = 0
    """SystemModstamp of the record, epoch seconds; 0: not read, or there is none."""
    is_gone: bool = False
    """Salesforce knows no such Account, or does not show it to our user."""
    is_deleted: bool = False
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Records in the order of their places."""

    found: list[Found]
    next_place: str | None
    """Where the step goes on; None: it is over."""

    def left_at(self, dealt: int) -> str:
        """Where the step goes on if only the first `dealt`, at least one, were dealt with."""
        return self.found[dealt - 1].place


def account_in(record: Mapping[str, object], field: str) -> str:
    """The Account that a field names, in its 18-character form.

    Raises:
        ServiceUnavailable: it names none.
    """
    return _account(record_id(record, field), field)


def winner_in(record: Mapping[str, object]) -> str | None:
    """The Account into which this one was merged (facts: Merge).

    Raises:
        ServiceUnavailable: MasterRecordId is missing, or names something else.
    """
    winner = optional_id(record, "MasterRecordId")
    return _account(winner, "MasterRecordId") if winner else None


def is_deleted(record: Mapping[str, object]) -> bool:
    """
    Raises:
        ServiceUnavailable: it is neither true nor false.
    """
    given = record.get("IsDeleted")
    if not isinstance(given, bool):
        raise unexpected(SERVICE, "an Account without IsDeleted")
    return given


def _account(given: str, field: str) -> str:
    try:
        return account_id(given)
    except RecordNotFound:
        raise unexpected(SERVICE, f"a record whose {field} is no Account") from None
