"""When is a process of the Procfile really at work? One question for each."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from celery import Celery
from celery.utils.nodenames import host_format

_PATIENCE_SECONDS = 0.5


@dataclass(frozen=True)
class Readiness:
    """Asks the services that the processes of one stack talk to."""

    redis_url: str
    salesforce_url: str
    flower_url: str
    channels: frozenset[str]

    def of(self, process: str, log: Path) -> Callable[[], bool]:
        """The question for a process that is about to start and appends its output to the log."""
        began = time.monotonic()
        written = log.stat().st_size if log.exists() else 0
        questions: dict[str, Callable[[], bool]] = {
            "listener": lambda: self._listener(time.monotonic() - began),
            "beat": lambda: b" is starting." in log.read_bytes()[written:],
            "flower": lambda: answers(f"{self.flower_url}/healthcheck"),
        }
        if process.startswith("worker"):
            return lambda: self._worker(node_name(process))
        return questions.get(process, lambda: True)

    def _worker(self, node: str) -> bool:
        """It takes orders: Celery begins that after it has begun to consume its queues."""
        probe = Celery(broker=self.redis_url, set_as_current=False)
        with probe.connection() as connection:
            replies = probe.control.ping(
                [node], timeout=_PATIENCE_SECONDS, limit=1, connection=connection
            )
        return bool(replies)

    def _listener(self, seconds: float) -> bool:
        """It has a stream on every channel, opened in these last seconds."""
        url = f"{self.salesforce_url}/_simulator/streams"
        try:
            streams = httpx.get(url, timeout=_PATIENCE_SECONDS, trust_env=False).json()["streams"]
        except httpx.HTTPError:  # it has much to do just now
            return False
        return {s["topic"] for s in streams if s["seconds"] < seconds} >= self.channels


def node_name(worker: str) -> str:
    """By which Celery knows a worker process; the first has the name that Celery gives."""
    return str(host_format(f"{'celery' if worker == 'worker' else worker}@%h"))


def answers(url: str) -> bool:
    """Whether an address answers a GET with success."""
    try:
        return httpx.get(url, timeout=_PATIENCE_SECONDS, trust_env=False).is_success
    except httpx.HTTPError:
        return False
