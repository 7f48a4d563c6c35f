"""Scripted faults: on which call, how often, and what happens then. Used by REST and gRPC."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from typing import Any, Self

_TYPES: dict[str, tuple[type, ...]] = {
    "call": (str,),
    "contains": (str,),
    "skip": (int,),
    "every": (int,),
    "times": (int, type(None)),
    "status": (int, str),
    "code": (str,),
    "message": (str,),
    "headers": (dict,),
    "body": (str,),
    "delay_seconds": (int, float),
    "drop": (str,),
    "carried_out": (bool,),
}
_ANSWERS = {"status", "code", "message", "body"}


@dataclass(frozen=True)
class Fault:
    """One rule.

    Attributes:
        call: glob over call names, e.g. ``"customer.*"`` or ``"pubsub.subscribe"``.
        contains: a text that must occur in path, query (percent-decoded) or body.
        skip: how many matching calls pass first.
        every: of those that come then, the every-th, twice the every-th and so on are hit.
        times: how many calls it then hits; None means until it is deleted.
        status: HTTP status; for gRPC the status name (``"UNAVAILABLE"``).
        code: the cloud's own error code; for gRPC the ``error-code`` trailer.
        message: the cloud's error text.
        headers: extra response headers.
        body: a raw body in place of the cloud's error body.
        delay_seconds: waits before anything else; alone, the call is only slow.
        drop: ``"before"``: closed unanswered, nothing done; ``"after"``: done, then closed.
        carried_out: done and committed first; then the fault's own answer is sent, over REST.
    """

    call: str
    contains: str | None = None
    skip: int = 0
    every: int = 1
    times: int | None = 1
    status: int | str | None = None
    code: str | None = None
    message: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    delay_seconds: float = 0.0
    drop: str | None = None
    carried_out: bool = False

    @classmethod
    def parse(cls, data: Any) -> Self:
        """A fault from JSON.

        Raises:
            ValueError: an unknown key, a wrong type, or a fault without effect; all in one message.
        """
        if not isinstance(data, dict):
            raise ValueError("a fault must be a JSON object")
        problems = [f"unknown key {key!r}" for key in data if key not in _TYPES]
        for key, types in _TYPES.items():
            if key in data and not _is_of(data[key], types):
                names = " or ".join("null" if t is type(None) else t.__name__ for t in types)
                problems.append(f"{key} must be {names}")
        if not data.get("call"):
            problems.append("call is missing")
        problems += [] if problems else _problems_of_values(data)
        if problems:
            raise ValueError("; ".join(problems))
        return cls(**data)

    @property
    def answers(self) -> bool:
        """Whether the fault itself answers, in place of the cloud."""
        return (self.status, self.code, self.message, self.body) != (None, None, None, None)

    @property
    def only_delays(self) -> bool:
        """Whether the call goes on as if nothing had happened, later."""
        return not (self.answers or self.drop or self.headers)


def _is_of(value: Any, types: tuple[type, ...]) -> bool:
    """Whether it is of one of the types; Python's true is a number, too, but JSON's is none."""
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _problems_of_values(data: Mapping[str, Any]) -> list[str]:
    problems = []
    for key, least in (("skip", 0), ("every", 1), ("times", 1), ("delay_seconds", 0)):
        if data.get(key) is not None and data[key] < least:
            problems.append(f"{key} must be at least {least}")
    if data.get("drop") not in (None, "before", "after"):
        problems.append('drop must be "before" or "after"')
    status = data.get("status")
    if isinstance(status, int) and not 200 <= status <= 599:
        problems.append("status must be between 200 and 599")
    for name, value in data.get("headers", {}).items():
        if not isinstance(value, str):
            problems.append(f"header {name} must be a string")
    if data.get("carried_out") and not _ANSWERS & data.keys():
        problems.append("carried_out needs an answer: status, code, message or body")
    effects = ("status", "code", "message", "headers", "body", "delay_seconds", "drop")
    if not any(data.get(effect) not in (None, 0, 0.0, {}) for effect in effects):
        problems.append(f"a fault needs an effect: one of {', '.join(effects)}")
    return problems


@dataclass
class _Entry:
    id: str
    fault: Fault
    seen: int = 0
    fired: int = 0

    def take(self) -> bool:
        """Count a matching call; True if the fault hits it."""
        if self.fault.times is not None and self.fired >= self.fault.times:
            return False
        self.seen += 1
        candidates = self.seen - self.fault.skip
        if candidates <= 0 or candidates % self.fault.every:
            return False
        self.fired += 1
        return True


class FaultTable:
    """All faults of a cloud, in the order they were posted; safe for use by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._entries: dict[str, _Entry] = {}

    def add(self, fault: Fault) -> str:
        """Put a fault at the end; answers its id."""
        with self._lock:
            entry = _Entry(id=str(next(self._numbers)), fault=fault)
            self._entries[entry.id] = entry
            return entry.id

    def hit(self, call: str, text: str = "") -> list[Fault]:
        """The faults that hit this call, counted as fired.

        Faults that only delay add up; the first one that does more is the last in the list.
        """
        hits: list[Fault] = []
        with self._lock:
            for entry in self._entries.values():
                fault = entry.fault
                if not fnmatchcase(call, fault.call):
                    continue
                if fault.contains is not None and fault.contains not in text:
                    continue
                if entry.take():
                    hits.append(fault)
                    if not fault.only_delays:
                        break
        return hits

    def list(self) -> list[dict[str, Any]]:
        """Every fault with its id and how often it has fired."""
        with self._lock:
            return [
                {"id": e.id, "fired": e.fired, **asdict(e.fault)} for e in self._entries.values()
            ]

    def remove(self, fault_id: str) -> bool:
        """Whether there was such a fault."""
        with self._lock:
            return self._entries.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Remove all."""
        with self._lock:
            self._entries.clear()
