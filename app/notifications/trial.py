"""The test button: one message by each way, at once."""

import time
from dataclasses import dataclass

from redis import Redis

from app.audit import Audit
from app.notifications.claims import Claims
from app.notifications.history import note_failed, note_sent
from app.notifications.message import Message
from app.notifications.not_sent import NotSent
from app.notifications.ways import Way, WayName, ways_of
from app.settings import Settings
from app.terms import By


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one message, in a sentence."""

    words: str
    arrived: bool


def send_test(redis: Redis, settings: Settings, by: By) -> dict[WayName, Outcome]:
    """→ what happened by each way that the settings have. What was kept back of one that works
    goes out with the next look.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    message = _message(by)
    ways = ways_of(settings)
    happened = {way.name: _tried(way, message) for way in ways}
    with redis.pipeline() as pipeline:
        for name, outcome in happened.items():
            if outcome.arrived:
                note_sent(pipeline, name, message)
            else:
                note_failed(pipeline, name)
        after = "; ".join(f"{name}: {outcome.words}" for name, outcome in happened.items())
        Audit.add(pipeline, "notification test", by, after=after or "nobody is to be told")
        pipeline.execute()
    for way in ways:
        if happened[way.name].arrived:
            Claims(redis, way).resume()
    return happened


def _tried(way: Way, message: Message) -> Outcome:
    try:
        return Outcome(way.send(message), arrived=True)
    except NotSent as failed:
        return Outcome(str(failed), arrived=False)


def _message(by: By) -> Message:
    words = f"{by.who} tries whether messages arrive here."
    return Message("test", "", "A test", words, round(time.time(), 3))
