"""Reading dead letters, for people: their causes, pages of them, and a search. Changes nothing.

A letter is dead, or "again": it was requeued and is on trial until it succeeds or dies again.
Redis keys: `cw:letters`, `cw:letters:<cause>` and `cw:trial`, sorted sets of accounts by
when they died last, in epoch milliseconds; `cw:letter:<account>`, a hash of the letter's words.
"""

import json
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from redis import Redis

from app.scripts import run_script

LetterState = Literal["dead", "again"]
PLACE = r"^[0-9]{1,15}\.[0-9A-Za-z]{1,18}$"
"""What `after` of `Letters.page` looks like."""
_AGAIN = "cw:trial"
_CHUNK_SECONDS = 0.01
"""So long one script is to take: Redis serves nobody else meanwhile."""
_FEWEST, _FIRST, _MOST = 100, 500, 5000
"""How many letters it looks through: at first, and then as many as it manages in that time."""
_PAGE_SECONDS = 0.15
"""After so long a search gives what it has found."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An account's letter. Times are epoch seconds."""

    account: str
    state: LetterState
    cause: str
    stage: str
    words: str
    service_words: str
    request: str
    """The request that failed, without secrets and personal data; empty: none did."""
    task: str
    reason: str
    attempts: int
    deaths: int
    first: float
    at: float
    requeued: float | None
    """When an admin requeued it, if that began its latest trial; None: it was on none, or something
    else opened the account.
    """
    waiting: int
    """How many accounts wait for this one, through however many generations; where that are very
    many, at least so many.
    """
    assigned: str
    comment: str


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many dead letters have a cause, and when the oldest and the newest of them died last."""

    cause: str
    count: int
    oldest: float
    newest: float


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters. None and empty: any. `text`: in the words, the service's words or the comment,
    in upper or lower case. `accounts`: one of these.
    """

    cause: str | None = None
    stage: str | None = None
    text: str | None = None
    assigned: str | None = None
    state: Literal["dead", "again", "all"] = "dead"
    accounts: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Letters, the newest first. `next`: give it as `after` to go on; None: that was all.

    A search that finds little stops when its time is used up: such a page may be short, or empty,
    and has a `next` nonetheless. `total`: how many there are; None where only a scan would tell.
    `looked_at`: how many letters were looked through for the page.
    """

    letters: list[DeadLetter]
    next: str | None
    total: int | None
    looked_at: int


class Letters:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis  # its types cannot say that answers are str

    def causes(self) -> list[CauseCount]:
        """Of the letters that are dead, the most frequent cause first."""
        names: list[str] = sorted(self._redis.smembers("cw:causes"))
        with self._redis.pipeline() as pipeline:
            for name in names:
                key = f"cw:letters:{name}"
                pipeline.zcard(key)
                pipeline.zrange(key, 0, 0, withscores=True)
                pipeline.zrange(key, -1, -1, withscores=True)
            told = iter(pipeline.execute())
        found = [
            CauseCount(name, count, oldest[0][1] / 1000, newest[0][1] / 1000)
            for name, count, oldest, newest in zip(names, told, told, told, strict=True)
            if count
        ]
        return sorted(found, key=lambda cause: -cause.count)

    def again(self) -> int:
        """How many letters are on trial."""
        return int(self._redis.zcard(_AGAIN))

    def get(self, account: str) -> DeadLetter | None:
        """None: the account has no letter."""
        letter = self._ask("letters_get", account=account).get("letter")
        return _letter(letter) if letter else None

    def page(self, wanted: LetterFilter, after: str | None = None, limit: int = 100) -> LetterPage:
        """The newest first. `after`: where a page before ended, its `next` (PLACE)."""
        ends_at = time.monotonic() + _PAGE_SECONDS
        letters: list[DeadLetter] = []
        looked_at = 0
        for answer in self._chunks(_asked(wanted), after, limit):
            letters += map(_letter, answer["letters"])
            looked_at += answer["looked_at"]
            if time.monotonic() > ends_at:
                break
        total = None if _needs_scan(wanted) else answer["size"]
        return LetterPage(letters, answer.get("next"), total, looked_at)

    def newest(self, cause: str, till_ms: int, limit: int) -> list[str]:
        """Dead accounts of a cause that died up to `till_ms`, the one that died last first."""
        found: list[str] = self._redis.zrevrangebyscore(
            f"cw:letters:{cause}", till_ms, "-inf", start=0, num=limit
        )
        return found

    def oldest(
        self, cause: str, after: tuple[int, str], till_ms: int, limit: int
    ) -> list[tuple[str, int]]:
        """Dead accounts of a cause that died up to `till_ms`, with when, the one that died first
        first; those of one moment by account. `after`: when and who, which may have left. Epoch
        milliseconds. What it costs does not grow with how many there are.
        """
        (at, account), key = after, f"cw:letters:{cause}"
        place: dict[str, object] = {"set": key, "at": str(at), "account": account}
        found = self._ask("letters_next", **place, till=till_ms, limit=limit)["found"]
        flat = list(found)  # where there are none, Lua takes the empty list for an object
        return list(zip(flat[::2], map(int, flat[1::2]), strict=True))

    def _chunks(
        self, asked: dict[str, object], after: str | None, limit: int
    ) -> Iterator[dict[str, Any]]:
        """The script's answers until `limit` letters are found, or all were looked through: at
        least one.
        """
        look_at = _FIRST
        while True:
            if after is not None:
                asked["after"] = after.split(".", 1)
            began = time.monotonic()
            answer = self._ask("letters_page", **asked, limit=min(limit, look_at), look_at=look_at)
            took = time.monotonic() - began
            yield answer
            limit, after = limit - len(answer["letters"]), answer.get("next")
            if after is None or limit <= 0:
                return
            look_at = round(min(_MOST, max(_FEWEST, look_at * _CHUNK_SECONDS / took)))

    def _ask(self, script: str, **asked: object) -> dict[str, Any]:
        given = json.dumps(asked)
        answer: dict[str, Any] = json.loads(run_script(self._redis, script, given, ("letters",)))
        return answer


def _sets(wanted: LetterFilter) -> list[str]:
    """The sorted sets in which such letters are."""
    dead = f"cw:letters:{wanted.cause}" if wanted.cause else "cw:letters"
    return {"dead": [dead], "again": [_AGAIN], "all": [dead, _AGAIN]}[wanted.state]


def _needs_scan(wanted: LetterFilter) -> bool:
    """Whether the sets do not tell how many such letters there are."""
    others = (wanted.text, wanted.stage, wanted.assigned, wanted.accounts is not None)
    return any(others) or (wanted.state != "dead" and wanted.cause is not None)


def _asked(wanted: LetterFilter) -> dict[str, object]:
    """What the script is given of a filter: what is not asked for is left out."""
    asked: dict[str, object] = {"sets": _sets(wanted)}
    for name in ("cause", "stage", "assigned"):
        if value := getattr(wanted, name):
            asked[name] = value
    if wanted.text:
        asked["text"], asked["folds"] = wanted.text.lower(), _folds(wanted.text)
    if wanted.accounts is not None:
        asked["accounts"] = list(dict.fromkeys(wanted.accounts))
    return asked


def _folds(text: str) -> list[tuple[str, str]]:
    """The text's letters beyond ASCII, upper and lower: Redis's Lua knows no others."""
    beyond = {c for c in text.lower() if not c.isascii()}
    return [(c.upper(), c) for c in sorted(beyond) if len(c.upper()) == 1 and c.upper() != c]


def _letter(fields: dict[str, Any]) -> DeadLetter:
    """Of letters that were written by an earlier release, the newer fields are missing."""
    requeued = fields.get("requeued")
    return DeadLetter(
        account=fields["account"],
        state=fields["state"],
        cause=fields["cause"],
        stage=fields["stage"],
        words=fields["words"],
        service_words=fields["service_words"],
        request=fields.get("request", ""),
        task=fields["task"],
        reason=fields["reason"],
        attempts=int(fields["attempts"]),
        deaths=int(fields["deaths"]),
        first=int(fields["first"]) / 1000,
        at=int(fields["at"]) / 1000,
        requeued=int(requeued) / 1000 if requeued else None,
        waiting=int(fields["waiting"]),
        assigned=fields.get("assigned", ""),
        comment=fields.get("comment", ""),
    )
