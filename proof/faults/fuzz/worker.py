"""Target: a real worker process, with garbage in its queues. It must go on working."""

import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from celery import Celery
from redis import Redis

from proof.faults.fuzz.feeding import Check, fed
from proof.faults.fuzz.message_inputs import QUEUES, entries
from proof.faults.fuzz.target import FuzzTarget, Nonsense
from workers.demo.people import Salesperson
from workers.demo.stack import Stack

_SETTINGS = {"WORKER_CONCURRENCY": "4", "LEDGER_GRACE_SECONDS": "3", "SWEEP_SECONDS": "1"}
_SECONDS = 15.0
"""A worker at work takes an entry in milliseconds."""
_EVERY = 100
"""After so many inputs an Account is synced, and after the last."""


class _Workplace:
    """A worker, both clouds, and the way into its queues."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._redis = Redis.from_url(stack.redis_url, decode_responses=True)
        self._salesperson = Salesperson(stack.variables)
        self._count = 0
        self._last: tuple[str, bytes] | None = None

    def check(self, entry: tuple[str, bytes]) -> None:
        """Puts the entry into its queue, once the one before is taken and the worker lives on."""
        self.ensure_at_work()
        queue, raw = entry
        self._last = entry
        self._redis.lpush(queue, raw)
        self._count += 1
        if self._count % _EVERY == 0:
            self.sync_one()

    def ensure_at_work(self) -> None:
        """
        Raises:
            Nonsense: the entry before has ended the worker, or hangs it. A new one is started.
        """
        deadline = time.monotonic() + _SECONDS
        while any(self._redis.llen(queue) for queue in QUEUES):
            if time.monotonic() > deadline or not self._is_alive():
                self._revive()
            time.sleep(0.002)
        if not self._is_alive():
            self._revive()

    def sync_one(self) -> None:
        """
        Raises:
            Nonsense: an Account that is valid is not synced.
        """
        self.ensure_at_work()
        name = f"Fuzzed {uuid.uuid4().hex}"
        [account] = self._salesperson.create_many("Account", [{"Name": name}])
        self._salesperson.create_many("Opportunity", [_won(account)])
        with Celery(broker=self._stack.redis_url) as sender:
            sender.send_task("ingest", args=[account, "a valid one"], queue="ingest")
        if not _comes(lambda: self._redis.hget(f"cw:row:{account}", "state") == "synced", 30.0):
            raise Nonsense(f"a valid Account is not synced after {self._count} entries")

    def close(self) -> None:
        self._salesperson.close()
        self._redis.close()

    def _is_alive(self) -> bool:
        return self._stack.pid("worker") is not None

    def _revive(self) -> None:
        how = "hangs" if self._is_alive() else "ends"
        log = self._stack.log("worker").read_text(errors="replace").splitlines()
        told = next((line for line in reversed(log) if "Error" in line), "")
        self._stack.kill("worker")
        for queue in QUEUES:
            self._redis.delete(queue)
        self._redis.delete("unacked", "unacked_index")
        self._stack.start("worker")
        raise Nonsense(f"the worker {how} ({told.strip()[:80]}) after {ascii(self._last)[:400]}")


@contextmanager
def _worker() -> Iterator[Check]:
    with (
        tempfile.TemporaryDirectory(prefix="closedwon-fuzz-") as directory,
        Stack(Path(directory), settings=_SETTINGS, processes=("worker", "beat")) as stack,
    ):
        place = _Workplace(stack)
        try:
            yield place.check
            place.ensure_at_work()
            place.sync_one()
        finally:
            place.close()


def _won(account: str) -> dict[str, object]:
    return {
        "Name": "Deal",
        "AccountId": account,
        "StageName": "Closed Won",
        "CloseDate": "2026-01-31",
    }


def _comes(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


WORKER = FuzzTarget(
    "entries of queues",
    "whatever may lie in the queues of a running worker, which has to go on",
    fed("entries of queues", entries(), _worker),
    at_most=500,
)
