"""Finds Accounts by id, by Customer, or by name, and what the ledger knows of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import RecordNotFound, SyncError
from app.links import Links
from app.models import account_id
from app.services import Services

MOST_NAMES = 2000
"""As many as Salesforce gives in one answer."""
_SHOWN = 200
_ID = re.compile(r"001[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?", re.ASCII)
_INTERNAL_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """`name`: None where Salesforce says none. `state`: none where the ledger never heard of it."""

    account: str
    name: str | None
    state: str
    stage: str | None
    customer: str | None
    cause: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """`note`: what is missing, and why."""

    accounts: list[FoundAccount]
    note: str | None = None


def search(services: Services, text: str) -> Findings:
    """By an Account's id of 15 or 18 characters, a Customer's internal id, or part of a name: then
    those that the ledger knows come first, in the order of names.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    if not text:
        return Findings([])
    if _ID.fullmatch(text):
        try:
            return _by_id(services, [account_id(text)])
        except RecordNotFound as malformed:
            return Findings([], str(malformed))
    if _INTERNAL_ID.fullmatch(text) and (holders := Links(services.redis).holders([text])):
        return _by_id(services, list(holders.values()))
    named, note = search_by_name(services, text, _SHOWN)
    found = _joined(services, named)
    return Findings(sorted(found, key=lambda one: one.state == "none"), note)


def search_by_name(
    services: Services, part: str, most: int = MOST_NAMES
) -> tuple[dict[str, str], str | None]:
    """Accounts whose name holds this, to their names; and what is to be said of it: that there are
    more, or why there is none.
    """
    try:
        found = services.accounts.search_names(part, most + 1)
    except SyncError as failed:
        return {}, f"Names cannot be looked for: {failed}"
    if len(found) <= most:
        return found, None
    note = f"More than {most:,} Accounts have such a name: these are the first. Give more of it."
    return dict(list(found.items())[:most]), note


def live_names(services: Services, accounts: Sequence[str]) -> tuple[dict[str, str], str | None]:
    """The names of these Accounts, as far as Salesforce knows them; and why there are none."""
    try:
        return services.accounts.names(accounts), None
    except SyncError as failed:
        return {}, f"Names cannot be shown: {failed}"


def _by_id(services: Services, accounts: Sequence[str]) -> Findings:
    named, note = live_names(services, accounts)
    found = _joined(services, {account: named.get(account) for account in accounts})
    if note is None and (unknown := [one.account for one in found if one.name is None]):
        note = f"Salesforce knows no Account {', '.join(unknown)}, or does not show it to us."
    return Findings(found, note)


def _joined(
    services: Services, named: dict[str, str] | dict[str, str | None]
) -> list[FoundAccount]:
    rows = services.journal.rows(named)
    return [
        FoundAccount(account, name, row.state, row.stage, row.customer, row.cause)
        for (account, name), row in zip(named.items(), rows, strict=True)
    ]
