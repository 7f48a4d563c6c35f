"""The audit trail: every action of a person, with who, when, why, before and after.

Redis stream `cw:audit`, at most some 1,000,000 entries; an entry's id is its time. The ledger's
moves add theirs in the same script (app/lua/audit.lua); whatever else a person changes adds its
own in the MULTI that makes the change.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from redis import Redis
from redis.client import Pipeline

from app.scripts import queue_script
from app.terms import By

ENTRY_ID = r"^[1-9][0-9]{0,14}-[0-9]{1,15}$"
"""What an entry's id looks like: `after` of `Audit.entries` is one."""
_CHUNK = 1000
_CHUNKS = 20
"""At most so many times a chunk are looked at for one page of a kind: `next` goes on."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action. `at` is epoch seconds of Redis's clock; `account` is empty where it was on none.
    `before` and `after` are words for what was changed.
    """

    id: str
    at: float
    who: str
    what: str
    account: str
    why: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, the newest first. `next`: give it as `after` to go on; None: that was all.

    Of a kind of action that is rare, a page may hold few or none and have a `next` nonetheless.
    """

    entries: list[AuditEntry]
    next: str | None


class Audit:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis  # its types cannot say that answers are str

    @staticmethod
    def add(
        pipeline: Pipeline, what: str, by: By, account: str = "", before: str = "", after: str = ""
    ) -> None:
        """The entry is made with whatever else the pipeline, a MULTI, does."""
        entry = {"what": what, "account": account, "before": before, "after": after}
        queue_script(pipeline, "audited", json.dumps(entry | {"by": asdict(by)}), ("audit",))

    def entries(
        self,
        *,
        account: str | None = None,
        what: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> AuditPage:
        """What was done to one account or to any, of one kind or of all.

        `after`: an entry's id (ENTRY_ID); what is older is given. Of an account, the last 200.
        """
        if account is not None:
            return self._of_account(account, what, after, limit)
        found: list[AuditEntry] = []
        for _ in range(_CHUNKS):
            count = _CHUNK if what else limit + 1
            chunk = self._redis.xrevrange("cw:audit", f"({after}" if after else "+", "-", count)
            wanted = [_entry(*one) for one in chunk if what in (None, one[1]["what"])]
            found += wanted
            if len(found) > limit:
                return AuditPage(found[:limit], found[limit - 1].id)
            if len(chunk) < count:
                return AuditPage(found, None)
            after = chunk[-1][0]
        return AuditPage(found, after)

    def _of_account(
        self, account: str, what: str | None, after: str | None, limit: int
    ) -> AuditPage:
        ids = self._redis.lrange(f"cw:audit:{account}", 0, -1)
        with self._redis.pipeline(transaction=False) as pipeline:
            for one in ids:
                pipeline.xrange("cw:audit", one, one)
            known = [_entry(*found[0]) for found in pipeline.execute() if found]
        wanted = [
            entry
            for entry in known
            if what in (None, entry.what) and (after is None or _place(entry.id) < _place(after))
        ]
        return AuditPage(wanted[:limit], wanted[limit - 1].id if len(wanted) > limit else None)


def _place(entry_id: str) -> tuple[int, int]:
    """By which ids are ordered."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number)


def _entry(entry_id: str, fields: dict[str, str]) -> AuditEntry:
    return AuditEntry(id=entry_id, at=_place(entry_id)[0] / 1000, **fields)
