"""Where each channel of the listener stands, for `closedwon flow status`.

Redis key `cw:listener:<channel>`, a hash: `state` in words, `connected_since`, `last_event_at` and
`last_commit` (ms since the epoch), `events` and `errors` since the start; `backlog` while no more
events are asked for: how many accounts are to be dealt with first. It expires soon unless renewed,
so a listener that died shows by having none. `instance` is whose words they are: what listens is
not hidden by another that does not, such as one that was superseded.
"""

import logging
import secrets
import time

from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 20.0
_EXPIRY_SECONDS = 180
_LONGEST = 300


class ChannelState:
    """Written by the channel's thread alone. What Redis does not take is left out: it is news."""

    def __init__(self, redis: Redis, channel: str) -> None:
        self._redis, self._key = redis, f"cw:listener:{channel}"
        self._events = self._errors = 0
        self._fields = {"instance": secrets.token_hex(4)}
        self._note = self._held = ""

    def connecting(self) -> None:
        """A stream is asked for: nothing shows yet that it is there."""
        self.say("connecting")

    def connected(self) -> None:
        self._fields["connected_since"] = str(_now())
        self._listening()

    def disconnected(self) -> None:
        """Shown with whatever is said or renewed next."""
        self._fields.pop("connected_since", None)

    def heard(self, events: int, commit_ms: int | None) -> None:
        """A batch was dealt with; the newest commit time in it, if there is one."""
        self._events += events
        if events:
            self._fields["last_event_at"] = str(_now())
        if commit_ms is not None:
            self._fields["last_commit"] = str(commit_ms)
        self._listening()

    def note(self, words: str) -> None:
        """What is to be said beside `listening`; empty: nothing."""
        if words != self._note:
            self._note = words
            self._listening()

    def held(self, backlog: int | None) -> None:
        """No more is asked for until fewer accounts are to be dealt with; None: go on."""
        self._fields.pop("backlog", None)
        words = ""
        if backlog is not None:
            self._fields["backlog"] = str(backlog)
            words = f"held back, since {backlog:,} accounts are to be dealt with first"
        if words != self._held:
            self._held = words
            self._listening()

    def failed(self) -> None:
        """An event could not be read, or names what is no record."""
        self._errors += 1

    def recovered(self) -> None:
        """What was said of a failure is over."""
        if "connected_since" in self._fields:
            self._listening()
        else:
            self.connecting()

    def say(self, words: str) -> None:
        self._fields["state"] = words[:_LONGEST]
        self.renew()

    def _listening(self) -> None:
        if "connected_since" in self._fields:
            self.say("; ".join(filter(None, ("listening", self._held, self._note))))

    def renew(self) -> None:
        fields = self._fields | {"events": str(self._events), "errors": str(self._errors)}
        try:
            if "connected_since" not in fields and self._another_listens():
                return
            with self._redis.pipeline() as pipeline:
                pipeline.delete(self._key)
                pipeline.hset(self._key, items=[word for pair in fields.items() for word in pair])
                pipeline.expire(self._key, _EXPIRY_SECONDS)
                pipeline.execute()
        except RedisError as problem:
            log.debug("The state of %s is not stored: %s", self._key, type(problem).__name__)

    def _another_listens(self) -> bool:
        instance, since = self._redis.hmget(self._key, "instance", "connected_since")
        return since is not None and instance != self._fields["instance"]


def _now() -> int:
    return round(time.time() * 1000)
