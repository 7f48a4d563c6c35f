"""Passes: what the reconciler is to read of Salesforce, page by page, and how far it has come.

Redis key `cw:passes`, a hash: name to JSON. A pass is asked for by whoever knows that changes may
have been missed, and goes on only in the script that opens what it found (`Ledger.open`).
"""

import json
import secrets
import time
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from redis import Redis
from redis.client import Pipeline

_KEY = "cw:passes"
OVERLAP_SECONDS = 600
"""Long transactions commit late, under a stamp that is minutes old (facts: Alternatives)."""
KEPT_SECONDS = 72 * 3600
"""So long Salesforce keeps events: what is older cannot have been heard anyway."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Times are epoch seconds."""

    name: str
    """`sweep`, `full`, `criteria`, `backfill`, `gap:<channel>`, `resync:<entity>`,
    `resync:<entity>:all`: one of each at a time."""
    cause: str
    """For people: why it is needed."""
    steps: tuple[str, ...]
    """What is to be read: `modified:Account`, `modified:Opportunity`, `qualifying`, `linked`,
    `linked:all`."""
    since: int = 0
    """For `modified` steps: records stamped from here on; 0: since the watermark, wherever it is
    when the step is read."""
    where: str = ""
    """For `qualifying`: a condition in SOQL besides."""
    ready: bool = True
    """False: asked for, but the stream that is to hear what comes after is not open yet."""
    patient: bool = False
    """Whether it keeps below its share of the day's API calls."""
    step: int = 0
    position: str = ""
    """After which record the step goes on; empty: from its beginning."""
    newest: int = 0
    """The newest SystemModstamp that the step has read."""
    read: int = 0
    opened: int = 0
    trouble: str = ""
    """For people: why it does not go on. Empty: it does."""
    rests_until: int = 0
    """Not tried before."""
    again: int = 0
    """Since when it is to be read once more when it is over, because it was asked for meanwhile."""
    asked_at: int = field(default_factory=lambda: int(time.time()))
    asked: str = field(default_factory=lambda: secrets.token_hex(4))
    """New whenever it is asked for: whoever reads a page for an older one notices."""
    text: str = field(default="", compare=False, repr=False)
    """As it was read: what a change of it is compared with."""

    def once_more(self) -> "Pass":
        """The same from the beginning, for what was asked meanwhile; behind those that wait."""
        fresh = Pass(self.name, self.cause, self.steps, self.again, patient=self.patient)
        return replace(fresh, read=self.read, opened=self.opened)

    @property
    def is_gap(self) -> bool:
        """Whether changes are known to be missing until it is over."""
        return self.name.startswith(("gap:", "resync:"))

    def stored(self) -> str:
        """As it lies in Redis."""
        told = asdict(self)
        del told["text"]
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def read_from(cls, text: str) -> Self:
        """The reverse of `stored`. What another version has written besides is left out."""
        given: dict[str, Any] = json.loads(text)
        known = {f.name: given[f.name] for f in fields(cls) if f.name in given}
        return cls(**known | {"steps": tuple(given["steps"]), "text": text})

    def after(self, earlier: "Pass | None") -> "Pass":
        """This one, asked for while an earlier one of its name is not over. What covers no more
        than the earlier one lets it go on and come to its end, and then begin once more: however
        often it is asked for, it gets on. Else it begins anew, and covers both. Where one alone
        names a time, that one stands: the watermark does not move over what lies before it, so
        that the next sweep reads that.
        """
        if earlier is None:
            return self
        has_begun = bool(earlier.ready or earlier.step or earlier.position)
        if self.is_gap and self.since and has_begun and set(self.steps) <= set(earlier.steps):
            again = min(self.since, earlier.again or self.since)
            if (again, self.ready) == (earlier.again, earlier.ready):
                return earlier
            return replace(earlier, again=again, ready=self.ready, asked=self.asked)
        return replace(
            self,
            since=min(filter(None, (self.since, earlier.since)), default=0),
            steps=tuple(dict.fromkeys((*earlier.steps, *self.steps))),
            patient=self.patient or earlier.patient,
            opened=earlier.opened,
            read=earlier.read,
            asked_at=earlier.asked_at,
        )


class Passes:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def all(self) -> list[Pass]:
        """The one that was asked for first comes first."""
        found = [Pass.read_from(text) for text in self._redis.hvals(_KEY)]
        return sorted(found, key=lambda found: (found.asked_at, found.name))

    def get(self, name: str) -> Pass | None:
        text = self._redis.hget(_KEY, name)
        return Pass.read_from(text) if text else None

    def ask(self, asked: Pass) -> Pass:
        """Asks for a pass → as it is stored, merged with one of its name that is not over."""
        stored = asked.after(self.get(asked.name)).stored()
        self._redis.hset(_KEY, asked.name, stored)
        return Pass.read_from(stored)

    @staticmethod
    def queue(pipeline: Pipeline, asked: Pass) -> None:
        """Asks for a pass in the pipeline's MULTI. One of its name that is not over begins anew."""
        pipeline.hset(_KEY, asked.name, asked.stored())

    def drop(self, name: str) -> bool:
        """False: there is none."""
        return bool(self._redis.hdel(_KEY, name))

    def watermarks(self) -> dict[str, int]:
        """Up to where all that changed is known to be opened: entity to SystemModstamp, epoch
        seconds; and `full` to when the last full comparison ended.
        """
        found: dict[str, str] = self._redis.hgetall("cw:watermarks")
        return {name: int(value) for name, value in found.items()}
