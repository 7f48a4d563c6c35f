"""The audit trail: every action of a person, with who, when, why, before and after.

Redis stream `cw:audit`, at most some 1,000,000 entries; an entry's id is its time. Each kind of
action has a stream of its own besides, `cw:audit:of:<what>`, with its last 100,000 or so: a large
recovery pushes no other kind out. The ledger's moves add theirs in the same script
(app/lua/audit.lua); whatever else a person changes adds its own in the MULTI that makes the change.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, get_args

from redis import Redis
from redis.client import Pipeline

from app.scripts import queue_script
from app.terms import By

ENTRY_ID = r"^[1-9][0-9]{0,14}-[0-9]{1,15}$"
"""What an entry's id looks like: `after` of `Audit.entries` is one."""
What: TypeAlias = Literal[
    "requeue",
    "discard",
    "link",
    "unlink",
    "sync",
    "assign",
    "comment",
    "recovery",
    "flow on",
    "flow off",
    "flow drop",
    "criteria draft",
    "criteria publish",
    "criteria drop",
    "notification test",
    "backfill",
    "reconcile",
    "drift",
    "check",
    "flower",
]
"""The kinds of actions."""
KINDS: tuple[What, ...] = get_args(What)


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
    """Entries, the newest first. `next`: give it as `after` to go on; None: that was all."""

    entries: list[AuditEntry]
    next: str | None


class Audit:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis  # its types cannot say that answers are str

    @staticmethod
    def add(
        pipeline: Pipeline, what: What, by: By, account: str = "", before: str = "", after: str = ""
    ) -> None:
        """The entry is made with whatever else the pipeline, a MULTI, does."""
        entry = {"what": what, "account": account, "before": before, "after": after}
        queue_script(pipeline, "audited", json.dumps(entry | {"by": asdict(by)}), ("audit",))

    def tell(self, what: What, by: By, after: str) -> None:
        """An entry alone, made before that begins which it tells of: what takes many steps."""
        with self._redis.pipeline() as pipeline:
            self.add(pipeline, what, by, after=after)
            pipeline.execute()

    def entries(
        self,
        *,
        account: str | None = None,
        what: What | Collection[What] = (),
        after: str | None = None,
        limit: int = 100,
    ) -> AuditPage:
        """What was done to one account or to any, of these kinds or of all.

        `after`: an entry's id (ENTRY_ID); what is older is given. Of an account, the last 200.
        """
        kinds: Collection[str] = (what,) if isinstance(what, str) else what
        if account is not None:
            wanted = self._of_account(account, kinds, after)
        else:
            keys = [f"cw:audit:of:{kind}" for kind in kinds] or ["cw:audit"]
            wanted = self._merged(keys, after, limit + 1)
        return AuditPage(wanted[:limit], wanted[limit - 1].id if len(wanted) > limit else None)

    def _merged(self, keys: Collection[str], after: str | None, count: int) -> list[AuditEntry]:
        """The newest of these streams."""
        with self._redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.xrevrange(key, f"({after}" if after else "+", "-", count)
            found = [_entry(*one) for stream in pipeline.execute() for one in stream]
        return sorted(found, key=lambda entry: _place(entry.id), reverse=True)[:count]

    def _of_account(
        self, account: str, kinds: Collection[str], after: str | None
    ) -> list[AuditEntry]:
        ids = self._redis.lrange(f"cw:audit:{account}", 0, -1)
        with self._redis.pipeline(transaction=False) as pipeline:
            for one in ids:
                pipeline.xrange("cw:audit", one, one)
            known = [_entry(*found[0]) for found in pipeline.execute() if found]
        return [
            entry
            for entry in known
            if (not kinds or entry.what in kinds)
            and (after is None or _place(entry.id) < _place(after))
        ]


def _place(entry_id: str) -> tuple[int, int]:
    """By which ids are ordered."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number)


def _entry(entry_id: str, fields: dict[str, str]) -> AuditEntry:
    return AuditEntry(id=entry_id, at=_place(entry_id)[0] / 1000, **fields)
