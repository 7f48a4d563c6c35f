"""What the ledger knows of the Accounts that a page has found, and so which of them to open."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from redis import Redis

from app.passes import OVERLAP_SECONDS
from app.reconciliation.found import Found

_ONE_TRANSACTION_SECONDS = 5
"""So far the stamps of a merge's records may lie apart."""
_FIELDS = ("state", "seen", "customer", "given_up")


@dataclass(frozen=True, slots=True)
class Row:
    """A row, as far as it says what its last run has read. Times are epoch seconds."""

    state: str
    """none where the ledger never heard of the account."""
    seen: int | None
    customer: str | None
    given_up: int | None
    """When its letter was discarded; gone with the next change."""
    died: int | None
    skipped: int | None = None
    """When; read of a merge's winner alone."""

    @property
    def may_go(self) -> bool:
        """Whether nothing comes of the Account's being deleted."""
        return self.customer is None and self.state in ("none", "skipped")

    @property
    def reads_anew(self) -> bool:
        """Whether a run is to come that reads the newest."""
        return self.state in ("queued", "retrying")

    def knows(self, stamp: int) -> bool:
        """Whether the Account, as stamped, was read, or given up by a person."""
        if self.given_up is not None:
            return stamp <= max(self.given_up, self.seen or 0)
        if self.died is not None:
            # It may have died without being read: then `seen` is of a run before.
            return stamp <= max(self.seen or 0, self.died - OVERLAP_SECONDS)
        return self.seen is not None and stamp <= self.seen

    def knows_merge(self, stamp: int) -> bool:
        """Whether a run has read this winner since the merge, as its loser is stamped. One that is
        gone itself is skipped unread.
        """
        if self.skipped is not None and stamp <= self.skipped - OVERLAP_SECONDS:
            return True
        return self.knows(stamp - _ONE_TRANSACTION_SECONDS)


Rule = Callable[[Found, Row], str | None]
"""Why an account is to be opened; None: it is not."""


def changed(found: Found, row: Row) -> str | None:
    """An Account that was written: opened unless its last run has read it so."""
    if row.reads_anew or row.knows(found.stamp):
        return None
    if found.is_deleted:
        return None if row.may_go else "deleted in Salesforce"
    return f"changed {_when(found.stamp)}"


def won(found: Found, row: Row) -> str | None:
    """An Opportunity that meets the criteria. Its stamp is not its Account's, so `seen` says
    nothing: the Account is opened unless it is linked, on its way, or was given up since. A letter
    that was on trial when the flow forgot it is dead, and was given up later than it died.
    """
    if row.customer or row.reads_anew or row.state == "waiting":
        return None
    ended = row.died if row.given_up is None else row.given_up
    if ended is not None and found.stamp <= ended:
        return None
    return "an Opportunity qualifies it"


def qualifies(found: Found, row: Row) -> str | None:
    """An Account with such an Opportunity: opened unless it is linked already, and not newer."""
    if row.customer or row.state == "dead" or row.given_up is not None:
        return changed(found, row)
    return None if row.reads_anew or row.state == "waiting" else "qualifies, not linked"


def compared(found: Found, row: Row) -> str | None:
    """A linked Account: opened if it is newer, and if it is gone or there again and the row does
    not know. Only what is gone makes a run skip a linked Account.
    """
    if row.state == "synced" and (found.is_gone or found.is_deleted):
        return "deleted in Salesforce" if found.is_deleted else "gone from Salesforce"
    if found.is_gone:
        return None
    if row.state == "skipped" and not found.is_deleted:
        return "there again in Salesforce"
    return changed(found, row)


def always(found: Found, row: Row) -> str | None:
    return None if row.reads_anew else "any Account may have changed"


@dataclass(frozen=True, slots=True)
class Opening:
    """An account that is to be opened, and why."""

    account: str
    why: str


class Knowledge:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def openings(self, page: list[Found], rule: Rule) -> list[list[Opening]]:
        """For each record what is to be opened, each account once. With the loser of a merge also
        the winner, unless a run has read it since.
        """
        winners = {found.merged_into for found in page if found.merged_into}
        rows = self._rows({*(found.account for found in page), *winners})
        rows |= self._with_their_skips({w: rows[w] for w in winners if rows[w].state == "skipped"})
        taken: set[str] = set()
        openings = []
        for found in page:
            wanted = [o for o in _openings(found, rule, rows) if o.account not in taken]
            taken |= {opening.account for opening in wanted}
            openings.append(wanted)
        return openings

    def _rows(self, accounts: set[str]) -> dict[str, Row]:
        """Asked for after the records were: a row that is queued now reads what they are."""
        ordered = list(accounts)
        told = self._pipelined("hmget", (f"cw:row:{a}" for a in ordered), list(_FIELDS))
        rows = dict(zip(ordered, told, strict=True))
        dead = [account for account in ordered if rows[account][0] == "dead"]
        died = self._pipelined("hget", (f"cw:letter:{a}" for a in dead), "at")
        deaths = dict(zip(dead, died, strict=True))
        return {account: _row(fields, deaths.get(account)) for account, fields in rows.items()}

    def _with_their_skips(self, rows: dict[str, Row]) -> dict[str, Row]:
        """The end of a row's story tells when it was skipped."""
        ends = self._pipelined("lindex", (f"cw:story:{account}" for account in rows), -1)
        return {
            account: replace(row, skipped=_skipped(end))
            for (account, row), end in zip(rows.items(), ends, strict=True)
        }

    def _pipelined(self, command: str, keys: Iterable[str], argument: object) -> list[Any]:
        pipeline = self._redis.pipeline(transaction=False)
        for key in keys:
            getattr(pipeline, command)(key, argument)
        answers: list[Any] = pipeline.execute()
        return answers


def _row(fields: list[str | None], died_ms: str | None) -> Row:
    state, seen, customer, given_up = fields
    return Row(
        state=state or "none",
        seen=int(seen) if seen else None,
        customer=customer,
        given_up=int(given_up) if given_up else None,
        died=int(died_ms) // 1000 if died_ms else None,
    )


def _skipped(end: str | None) -> int | None:
    """`end`: a story's last line; there is none once it has run out."""
    line = json.loads(end) if end else {}
    return line["at"] // 1000 if line.get("what") == "skipped" else None


def _openings(found: Found, rule: Rule, rows: dict[str, Row]) -> Iterable[Opening]:
    if why := rule(found, rows[found.account]):
        yield Opening(found.account, why)
    winner = found.merged_into
    if winner and not rows[winner].reads_anew and not rows[winner].knows_merge(found.stamp):
        yield Opening(winner, f"merged with {found.account}")


def _when(stamp: int) -> str:
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d %H:%M:%S")
