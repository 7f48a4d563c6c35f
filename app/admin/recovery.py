"""An order to requeue all dead letters of a cause, and how far it has come: a plain value."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, Self, TypeAlias

from app.terms import By

State: TypeAlias = Literal["canary", "going", "done", "failed", "stopped"]
RUNNING: tuple[State, ...] = ("canary", "going")


@dataclass(frozen=True, slots=True)
class Recovery:
    """Covers the letters of the cause that were dead when it began. Times are epoch milliseconds of
    Redis's clock.
    """

    id: str
    """Random, in hex."""
    cause: str
    with_canary: bool
    """One letter first; the others only once that account is synced."""
    force: bool
    """Requeues those that have just died again, too."""
    by: str
    why: str
    began_ms: int
    """Letters whose last death is later are not its business."""
    total: int
    """How many letters it covered when it began."""
    state: State
    canary: str | None = None
    """The account that goes first, once it is requeued."""
    passed_over: int = 0
    """How many canaries were skipped before it, which tells nothing of the others."""
    requeued: int = 0
    """How many letters it moved, the canary included; each once."""
    refused: int = 0
    """How many it left, since they had just died again."""
    place_ms: int = 0
    """The oldest failure goes first: the last one that it came to."""
    place_account: str = ""
    ended_ms: int | None = None
    words: str = ""
    """For people: what it waits for, or how it ended."""
    text: str = field(default="", compare=False, repr=False)
    """As it was read: a change of it is refused if it is another by now."""

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def ordered(self) -> By:
        """On whose behalf its letters are requeued."""
        return By(self.by, self.why or f"all of {self.cause}")

    @property
    def tally(self) -> str:
        """What it has done so far, in words."""
        told = f"{self.requeued:,} of {self.total:,} requeued."
        if self.refused:
            told += f" {self.refused:,} left, since they had just died again."
        return told

    def ends(self, state: State, words: str, at_ms: int) -> Self:
        return replace(self, state=state, words=words, ended_ms=at_ms)

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
        return cls(**known | {"text": text})

    def as_json(self) -> dict[str, Any]:
        """For the API and `--json`: times in epoch seconds."""
        return {
            "id": self.id,
            "cause": self.cause,
            "canary": self.canary,
            "with_canary": self.with_canary,
            "force": self.force,
            "state": self.state,
            "total": self.total,
            "requeued": self.requeued,
            "refused": self.refused,
            "by": self.by,
            "why": self.why,
            "began": self.began_ms / 1000,
            "ended": self.ended_ms / 1000 if self.ended_ms else None,
            "words": self.words,
        }
