"""Starting a system for a test, and keeping it alive."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.system import System
from tests.eventually import eventually
from workers.demo.stack import Stack

QUICK = {
    "LEDGER_GRACE_SECONDS": "3",
    "SWEEP_SECONDS": "1",
    "RETRY_BACKOFF_SECONDS": "0.2",
    "RETRY_BACKOFF_MAX_SECONDS": "2",
    "WORKER_CONCURRENCY": "16",
    "NETSUITE_TIMEOUT_SECONDS": "5",
    "NETSUITE_QUERY_LAG_SECONDS": "2",
    "SALESFORCE_TIMEOUT_SECONDS": "5",
    "CREDENTIALS_PAUSE_SECONDS": "1",
}
"""Less patient than production, so that tests need not be patient either."""
THE_SYNC = ("worker", "listener", "beat")
"""The processes without which no change arrives."""


@contextmanager
def running(
    directory: Path,
    flow: str | None = None,
    processes: Sequence[str] = (*THE_SYNC, "flower"),
    **settings: str,
) -> Iterator[System]:
    with Stack(directory, flow=flow, settings=QUICK | settings, processes=processes) as stack:
        system = System(stack)
        try:
            if float(settings.get("RECONCILE_MINUTES", "30")) > 1:
                _reconcile_later(system, processes)
            yield system
        finally:
            system.close()


def _reconcile_later(system: System, processes: Sequence[str]) -> None:
    """What is opened by the gaps of a first start, or by a sweep, would come between what a test
    does and what it counts.
    """
    system.redis.hset("cw:begun", "sweep", int(time.time()))
    if {"worker", "listener"} <= set(processes):
        eventually(lambda: not system.redis.exists("cw:passes"), "the first gaps to be closed")


def revive(system: System) -> None:
    """What a supervisor does, once: starts again what has ended by itself. A worker that loses its
    Redis may end, at once or when its tasks are done.
    """
    for process in THE_SYNC:
        if system.stack.pid(process) is None:
            system.stack.start(process)
