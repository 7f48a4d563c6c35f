"""What people read of the ledger: rows, stories, dead letters, counts. Changes nothing."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Any

from redis import Redis

from app.models import STAGES
from app.scripts import run_script

MOST_WAITING = 100_000
_ASKED_AT_A_TIME = 500
_TO_DO = ("running", *STAGES)


@dataclass(frozen=True, slots=True)
class Row:
    """An account's row. `state` is none where the ledger never heard of it."""

    account: str
    state: str
    stage: str | None
    customer: str | None
    waiting_for: str | None
    cause: str | None
    attempts: int
    again: bool
    force: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account's story. `at` is epoch seconds."""

    at: float
    what: str
    stage: str | None
    words: str


@dataclass(frozen=True, slots=True)
class LeftCustomer:
    """A Customer whose Account is gone from Salesforce. `since` is epoch seconds."""

    account: str
    customer: str
    since: float


class Journal:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis  # its types cannot say that answers are str

    def row(self, account: str) -> Row:
        return self.rows([account])[0]

    def rows(self, accounts: Iterable[str]) -> list[Row]:
        """One for each, in one round trip."""
        asked = list(accounts)
        with self._redis.pipeline(transaction=False) as pipeline:
            for account in asked:
                pipeline.hgetall(f"cw:row:{account}")
            return [_row(*one) for one in zip(asked, pipeline.execute(), strict=True)]

    def story(self, account: str) -> list[Line]:
        """What happened to the account, oldest first."""
        told = self._redis.lrange(f"cw:story:{account}", 0, -1)
        lines = (json.loads(line) for line in told)
        return [
            Line(line["at"] / 1000, line["what"], line.get("stage"), line.get("words", ""))
            for line in lines
        ]

    def waiting_behind(self, account: str, limit: int = MOST_WAITING) -> list[str]:
        """The accounts that wait for this one, directly or through others that wait for it: at most
        so many, those that are nearest.
        """
        found: list[str] = []
        ahead = [account]
        while ahead and len(found) < limit:
            asked, ahead = ahead[:_ASKED_AT_A_TIME], ahead[_ASKED_AT_A_TIME:]
            children = self._children(asked, limit - len(found))
            found += children
            ahead += children
        return found[:limit]

    def waiting_count(self, account: str) -> int:
        """How many these are; where they are very many, at least so many (app/letters.py counts
        alike).
        """
        asked = json.dumps({"account": account})
        return int(run_script(self._redis, "letters_waiting", asked, ("letters",)))

    def states(self) -> dict[str, int]:
        """State to how many rows are in it."""
        counts: dict[str, str] = self._redis.hgetall("cw:states")
        return {state: int(count) for state, count in sorted(counts.items()) if int(count)}

    def to_do(self) -> int:
        """How many accounts are queued, running or retrying. One that waits for its parent is no
        work, and the change that sets it going may be still to be heard.
        """
        with self._redis.pipeline(transaction=False) as pipeline:
            for kind in _TO_DO:
                pipeline.zcard(f"cw:due:{kind}")
            return sum(int(count) for count in pipeline.execute())

    def left_count(self) -> int:
        """How many Customers were left behind by Accounts that are gone."""
        return int(self._redis.zcard("cw:left"))

    def left(self, limit: int | None = None) -> list[LeftCustomer]:
        """These Customers, the newest first, at most so many; None: all."""
        last = -1 if limit is None else limit - 1
        found: list[tuple[str, float]] = self._redis.zrevrange("cw:left", 0, last, withscores=True)
        with self._redis.pipeline(transaction=False) as pipeline:
            for account, _ in found:
                pipeline.hget(f"cw:row:{account}", "customer")
            customers: list[str | None] = pipeline.execute()
        return [
            LeftCustomer(account, customer or "", at / 1000)
            for (account, at), customer in zip(found, customers, strict=True)
        ]

    def begun_at(self) -> dict[str, float]:
        """When the reconciler began a `sweep` and a `full` pass last, in epoch seconds of Redis's
        clock.
        """
        found: dict[str, str] = self._redis.hgetall("cw:begun")
        return {name: float(at) for name, at in found.items()}

    def swept_at(self) -> float | None:
        """When the sweeper ran last, in epoch seconds of Redis's clock; None: never."""
        return _seconds(self._redis.get("cw:swept"))

    def now(self) -> float:
        """Redis's clock, in epoch seconds."""
        seconds, microseconds = self._redis.time()
        return float(seconds) + float(microseconds) / 1e6

    def _children(self, parents: Sequence[str], limit: int) -> list[str]:
        """Of these parents together. A large set is not read whole for a few of it."""
        keys = [f"cw:waiting:{parent}" for parent in parents]
        with self._redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.scard(key)
            ends = list(accumulate(pipeline.execute()))
            fitting = sum(end <= limit for end in ends)
            for key in keys[:fitting]:
                pipeline.smembers(key)
            children = [child for line in pipeline.execute() for child in line]
        room = limit - len(children)
        if fitting < len(keys) and room > 0:
            children += islice(self._redis.sscan_iter(keys[fitting], count=room), room)
        return children


def _row(account: str, fields: dict[str, str]) -> Row:
    return Row(
        account=account,
        state=fields.get("state", "none"),
        stage=fields.get("stage"),
        customer=fields.get("customer"),
        waiting_for=fields.get("waiting_for"),
        cause=fields.get("cause"),
        attempts=int(fields.get("attempts", 0)),
        again="again" in fields,
        force="force" in fields,
    )


def _seconds(milliseconds: str | None) -> float | None:
    return int(milliseconds) / 1000 if milliseconds else None
