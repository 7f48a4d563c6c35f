"""Pauses: what stops stages, so that their messages are dropped and their rows remember.

Redis keys `cw:pause:<what>`, JSON: words, since (epoch seconds), service. app/lua/row.lua says
which stages need what.

    flow         an admin's switch: stops every stage
    credentials  a service refuses our login: stops every stage
    netsuite     it is down: stops what calls it
    salesforce   it is down: stops what calls it

None ends by itself: an admin switches the flow on, and a probe (app/probes.py) ends the others.
"""

import json
import logging
import re
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from redis import Redis

from app.errors import AuthenticationFailed, ServiceUnavailable

log = logging.getLogger(__name__)
_TAG = re.compile(r"<[^<>]*>")

WHAT = ("flow", "credentials", "salesforce", "netsuite")
"""In the order in which people are told of them."""


@dataclass(frozen=True, slots=True)
class Pause:
    """`since` is epoch seconds; `service` is the one whose trouble it is, empty for `flow`."""

    words: str
    since: float = 0.0
    service: str = ""

    @classmethod
    def of(cls, stored: str) -> "Pause":
        """An earlier version stored the words alone."""
        return cls(**json.loads(stored)) if stored.startswith("{") else cls(stored)

    def stored(self) -> str:
        """As it lies in Redis."""
        return json.dumps(asdict(self))

    @property
    def told(self) -> str:
        """As people read it: an outage with the moment at which it began."""
        if not (self.service and self.since):
            return self.words
        since = datetime.fromtimestamp(self.since, UTC).strftime("%Y-%m-%d %H:%M:%S")
        return f"since {since} UTC: {self.words}"


class Pauses:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def begin(self, what: str, words: str, service: str = "") -> bool:
        """Stops one of WHAT → whether it was not paused yet: what is known of a pause stays."""
        pause = Pause(words, time.time(), service).stored()
        return bool(self._redis.set(key_of(what), pause, nx=True))

    def credentials_refused(self, error: AuthenticationFailed, probe_seconds: float) -> None:
        """The whole flow rests until the login passes. Said once, not for each account."""
        words = (
            f"{_with_service_words(error)} No account is lost. Once it is mended, closedwon check "
            f"sets the flow going, or a probe, which tries to log in every {probe_seconds:.0f} s."
        )
        if self.begin("credentials", words, error.service):
            log.error("THE FLOW STANDS STILL: %s: %s", error.service, words)

    def service_down(self, error: ServiceUnavailable, probe_seconds: float) -> None:
        """Its stages rest until a probe is answered."""
        words = _down(error, probe_seconds)
        if self.begin(error.service, words, error.service):
            log.error("%s IS PAUSED: %s", error.service, words)

    def still_down(self, error: ServiceUnavailable, probe_seconds: float) -> None:
        """A probe has failed, too: the newest error is the one to tell."""
        self._amend(error.service, _down(error, probe_seconds))

    def end(self, what: str) -> bool:
        """→ whether it was paused."""
        return bool(self._redis.delete(key_of(what)))

    def get(self, what: str) -> Pause | None:
        stored = self._redis.get(key_of(what))
        return Pause.of(stored) if stored else None

    def current(self) -> dict[str, Pause]:
        """What is paused, and why."""
        said = self._redis.mget([key_of(what) for what in WHAT])
        return {what: Pause.of(text) for what, text in zip(WHAT, said, strict=True) if text}

    def all(self) -> dict[str, str]:
        """The same in words for people."""
        return {what: pause.told for what, pause in self.current().items()}

    def forbids(self, service: str) -> str:
        """Why `salesforce` or `netsuite` is not to be called, in words; empty: it may be."""
        refused = self.get("credentials")
        if refused and refused.service == service:
            return refused.told
        down = self.get(service)
        return down.told if down else ""

    def _amend(self, what: str, words: str) -> None:
        """One that has ended meanwhile stays ended."""
        if current := self.get(what):
            pause = Pause(words, current.since, current.service).stored()
            self._redis.set(key_of(what), pause, xx=True)


def _down(error: ServiceUnavailable, probe_seconds: float) -> str:
    return (
        f"{_with_service_words(error)} One probe tries every {probe_seconds:.0f} s; once it "
        "succeeds, all goes on by itself."
    )


def _with_service_words(error: AuthenticationFailed | ServiceUnavailable) -> str:
    """Of a gateway's page the words alone."""
    said = " ".join(_TAG.sub(" ", error.service_words).split())
    return f"{error} ({said[:200]})" if said else str(error)


def key_of(what: str) -> str:
    """Where one of WHAT lies in Redis."""
    return f"cw:pause:{what}"
