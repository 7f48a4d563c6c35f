"""Threads that call a gathering, and a source that hangs until a test lets it answer."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from app.errors import RecordRejected, ServiceUnavailable
from app.gathering import Gathering
from app.transport import run_of, seconds_left
from tests.eventually import eventually
from tests.threads import waiting_in

OTHERS = [f"key {number}" for number in range(30)]


@dataclass
class Source:
    """Hangs at each fetch until it is told to answer; notes what each was asked for."""

    asked: list[list[str]] = field(default_factory=list)
    fails: list[BaseException] = field(default_factory=list)
    """What the next fetches raise."""
    most_at_a_time: int = 0
    _under_way: int = 0
    _answers: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def fetch(self, keys: Sequence[str]) -> Mapping[str, str | Exception]:
        self.asked.append(list(keys))
        self._under_way += 1
        self.most_at_a_time = max(self.most_at_a_time, self._under_way)
        try:
            if not self._answers.acquire(timeout=seconds_left(20)):
                raise ServiceUnavailable("It took too long.")
        finally:
            self._under_way -= 1
        if self.fails:
            raise self.fails.pop(0)
        found: dict[str, str | Exception] = {key: f"value of {key}" for key in keys}
        return found | {key: RecordRejected(key) for key in keys if key.startswith("bad")}

    def answer(self, times: int = 1) -> None:
        self._answers.release(times)


@dataclass
class Station:
    """Threads that call a gathering."""

    source: Source
    gathering: Gathering[str, str]
    pool: ThreadPoolExecutor

    def get(self, key: str, seconds: float = 20.0) -> "Future[str]":
        """Begins a call, in a run of so many seconds."""
        return self.pool.submit(self._get, key, seconds)

    def line_up(self, *keys: str, seconds: float = 20.0) -> list["Future[str]"]:
        """Begins calls, each once the one before it waits."""
        calls = []
        for key in keys:
            more = waiting_in(Gathering.get) + 1
            calls.append(self.get(key, seconds))
            eventually(partial(self._wait, more), f"{key} waits")
        return calls

    def hang(self, key: str = "first") -> "Future[str]":
        """A call whose fetch has begun, and hangs."""
        fetches = len(self.source.asked)
        call = self.get(key)
        eventually(lambda: len(self.source.asked) > fetches, "the fetch has begun")
        return call

    def _wait(self, threads: int) -> bool:
        return waiting_in(Gathering.get) >= threads

    def _get(self, key: str, seconds: float) -> str:
        with run_of(seconds):
            return self.gathering.get(key)


def values(calls: Sequence["Future[str]"]) -> list[str]:
    return [call.result(20) for call in calls]
