"""What all processes agree on in Redis: who has how many slots of NetSuite (app/lua/slots.lua)."""

import json
import os
import secrets
import socket
import time
from dataclasses import dataclass
from itertools import count
from typing import Any

from redis import Redis

from app.netsuite.slots import Grant, Report
from app.scripts import run_script

_SHARED = ("slots",)
_USABLE = 0.8
"""Of a lease: this process stops well before the others may go on without it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly the governor acts, in seconds."""

    lease: float = 5.0
    """A process that died has given its slots back."""
    beat: float = 0.2
    """Between two reports of a process at work; slots that stood idle for one go back."""
    soon: float = 0.025
    """The same while a process waits for slots that are its due."""
    rotation: float = 1.0
    """A turn, where there are fewer slots than processes."""
    window: float = 1.0
    """However many requests are refused in it, slots are lowered once."""
    creep: float = 2.0
    """Without a refusal: one slot more, then two, then three."""
    storm: float = 15.0
    """After a refusal: NetSuite may refuse logins, too, and mean the number of requests."""
    factor: float = 0.7
    """Of the slots held when NetSuite refuses, so many stay."""


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One process's part."""

    granted: int
    busy: int
    waiting: int


@dataclass(frozen=True, slots=True)
class GovernorState:
    """All processes together, as they last reported."""

    allowed: int
    configured: int
    processes: dict[str, ProcessState]
    """By `host:pid:random`."""
    refusals: int
    refused_seconds_ago: float | None
    """None: never."""
    rest_seconds: float
    """For so long NetSuite wishes no calls."""

    @property
    def in_use(self) -> int:
        return sum(process.busy for process in self.processes.values())

    @property
    def waiting(self) -> int:
        return sum(process.waiting for process in self.processes.values())


class Allotment:
    """This process's word with the others.

    Raises (every call): redis.exceptions.RedisError when Redis does not answer.
    """

    def __init__(self, redis: Redis, configured: int, pace: Pace) -> None:
        """`configured`: slots for all processes together, while NetSuite does not refuse."""
        self._redis, self.configured, self._pace = redis, configured, pace
        self._process = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._numbers = count(1)
        self._storm_until = 0.0

    def negotiate(self, told: Report) -> Grant:
        """Tells how this process stands. One thread speaks, so that answers come in order."""
        asked_at = time.monotonic()
        answer = self._run(
            "slots_negotiate",
            process=self._process,
            number=next(self._numbers),
            held=told.held,
            demand=told.demand,
            busy=told.busy,
            waiting=told.waiting,
            lease_ms=_ms(self._pace.lease),
            rotation_ms=_ms(self._pace.rotation),
        )
        self._heed(answer)
        return Grant(
            granted=answer["granted"],
            share=answer["share"],
            ends_at=asked_at + _USABLE * self._pace.lease,
            rests_until=time.monotonic() + answer["rest_ms"] / 1000,
        )

    def refused(self, retry_after: float | None) -> None:
        """NetSuite refused a request for their number: all processes slow down."""
        answer = self._run(
            "slots_refused",
            retry_after_ms=_ms(retry_after or 0.0),
            window_ms=_ms(self._pace.window),
            creep_ms=_ms(self._pace.creep),
            factor=self._pace.factor,
        )
        self._heed(answer)

    def is_storm(self) -> bool:
        """Whether some process was refused a short while ago, as far as was heard."""
        return time.monotonic() < self._storm_until

    def state(self) -> GovernorState:
        """How it stands, over all processes."""
        found = self._run("slots_state")
        return GovernorState(
            allowed=found["allowed"],
            configured=self.configured,
            processes={
                name: ProcessState(one["granted"], one["busy"], one["waiting"])
                for name, one in sorted(found["processes"].items())
            },
            refusals=found["refusals"],
            refused_seconds_ago=_seconds_ago(found),
            rest_seconds=found["rest_ms"] / 1000,
        )

    def close(self) -> None:
        self._redis.close()

    def _heed(self, answer: dict[str, Any]) -> None:
        ago = _seconds_ago(answer)
        if ago is not None:
            self._storm_until = time.monotonic() + self._pace.storm - ago

    def _run(self, script: str, **arguments: object) -> dict[str, Any]:
        given = {"configured": self.configured, **arguments}
        said = run_script(self._redis, script, json.dumps(given), _SHARED)
        answer: dict[str, Any] = json.loads(said)
        return answer


def _ms(seconds: float) -> int:
    return int(1000 * seconds)


def _seconds_ago(answer: dict[str, Any]) -> float | None:
    """When NetSuite refused last; None: never."""
    ago = answer["refused_ago"]
    return None if ago < 0 else ago / 1000
