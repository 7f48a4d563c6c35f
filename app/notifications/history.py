"""What was told lately, and how often anything was. Redis keys: `cw:notify:recent`, a list of JSON;
`cw:notify:sent` and `cw:notify:failed`, hashes: way to how many messages.
"""

import json
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.client import Pipeline

from app.notifications.message import Message, line
from app.notifications.ways import WayName

_RECENT = "cw:notify:recent"
_SENT, _FAILED = "cw:notify:sent", "cw:notify:failed"
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A message that went out, or was refused. `at` is when its matter was found, epoch seconds."""

    event: str
    at: float
    words: str
    to: list[str]
    """By which ways it went out."""
    refused: dict[str, str]
    """By which ways it did not, and why, in a sentence."""


def note_sent(pipeline: Pipeline, way: WayName, message: Message) -> None:
    """With whatever else the pipeline does."""
    _note(pipeline, message, {"to": way})
    pipeline.hincrby(_SENT, way, 1)


def note_failed(pipeline: Pipeline, way: WayName) -> None:
    """The same of one that did not go out."""
    pipeline.hincrby(_FAILED, way, 1)


def note_refused(pipeline: Pipeline, way: WayName, message: Message, why: str) -> None:
    """The same of one that was refused."""
    _note(pipeline, message, {"to": way, "why": why})
    note_failed(pipeline, way)


class History:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def recent(self) -> list[Told]:
        """The newest first; what was told both ways is one."""
        found: dict[tuple[str, float, str], dict[str, str | None]] = {}
        for text in self._redis.lrange(_RECENT, 0, -1):
            told = json.loads(text)
            what = told["event"], told["at"], told["words"]
            found.setdefault(what, {})[told["to"]] = told.get("why")
        return [_told(*what, ways) for what, ways in found.items()][:_KEPT]

    def sent(self) -> dict[str, int]:
        """Way to how many messages went out."""
        return _counts(self._redis.hgetall(_SENT))

    def failed(self) -> dict[str, int]:
        """Way to how many messages did not, each time they were tried."""
        return _counts(self._redis.hgetall(_FAILED))


def _note(pipeline: Pipeline, message: Message, what: dict[str, str]) -> None:
    words = f"{line(message.headline, 120)}. {line(message.words, 500)}".strip()
    told = {"event": message.event, "at": message.at, "words": words} | what
    pipeline.lpush(_RECENT, json.dumps(told))
    pipeline.ltrim(_RECENT, 0, 2 * _KEPT - 1)


def _told(event: str, at: float, words: str, ways: dict[str, str | None]) -> Told:
    sent = sorted(way for way, why in ways.items() if why is None)
    return Told(event, at, words, sent, {way: why for way, why in ways.items() if why is not None})


def _counts(stored: dict[str, str]) -> dict[str, int]:
    return {way: int(count) for way, count in stored.items()}
