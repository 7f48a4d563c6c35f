"""What a scenario has at hand: a stack of its own, both clouds from outside, and the ledger."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from celery import Celery
from redis import Redis

from app.journal import Journal
from app.ledger import Ledger
from app.terms import Order
from proof.rig.clouds import NetSuitePlane, Plane
from proof.rig.machine import cpu_seconds
from proof.rig.planting import Planter
from proof.rig.sizes import Sizes
from workers.demo.people import Salesperson
from workers.demo.stack import Stack
from workers.stage import publish

_POLL_SECONDS = 0.1
_REASON = "benchmark"
_ENOUGH_CALLS = 10_000_000


class Stuck(Exception):
    """Accounts did not come to rest in time."""


class Rig:
    """Accounts are opened here as the listener and `backfill` open them, all at once. Neither runs,
    and no comparison comes between, so what Salesforce is asked is what the accounts cost.
    """

    def __init__(self, stack: Stack, workers: Sequence[str], sizes: Sizes, sender: Celery) -> None:
        self.stack, self.sizes, self._workers, self._sender = stack, sizes, workers, sender
        self.redis = Redis.from_url(stack.redis_url, decode_responses=True)
        self.journal = Journal(self.redis)
        self._ledger = Ledger(self.redis, partial(publish, sender=sender))
        self.salesforce = Plane(stack.salesforce_url)
        self.netsuite = NetSuitePlane(stack.netsuite_url)
        self.planter = Planter(Salesperson(stack.environment))
        self.show: Callable[[int], None] = lambda moving: None
        """Told again and again how many accounts are under way."""
        self._linked: list[str] = []

    def close(self) -> None:
        self.salesforce.close()
        self.netsuite.close()
        self.redis.close()

    def begin(self) -> None:
        """Lets the first comparison of all find an empty org: the next comes a day later. And sets
        the clouds' switches: how many calls a day allows is no part of what is measured.
        """
        self._sender.send_task("reconcile", queue="reconcile")
        self.wait(
            lambda: bool(self.redis.exists("cw:begun") and not self.redis.exists("cw:passes"))
        )
        self.salesforce.switch(daily_limit=_ENOUGH_CALLS)
        self.netsuite.switch(
            concurrency=self.sizes.concurrency, latency_seconds=self.sizes.latency_seconds
        )

    def plant(self, how_many: int) -> dict[str, str]:
        """New Accounts that qualify → id to name."""
        return self.planter.plant(how_many)

    def linked(self, how_many: int) -> list[str]:
        """Accounts that are Customers already; what lacks is created first."""
        lacking = how_many - len(self._linked)
        if lacking > 0:
            self.sync(list(self.plant(lacking)))
        return self._linked[:how_many]

    def sync(self, accounts: list[str]) -> None:
        """Opens the accounts, and waits until all are at rest.

        Raises: as `wait`.
        """
        self.open(accounts)
        self.await_rest()
        self._linked += [account for account in accounts if account not in self._linked]

    def open(self, accounts: list[str]) -> None:
        self._ledger.open(Order(account, _REASON) for account in accounts)

    def await_rest(self) -> None:
        """
        Raises: as `wait`.
        """
        self.wait(lambda: not self.moving())

    def moving(self) -> int:
        """How many accounts are under way."""
        states = self.journal.states()
        moving = sum(states.get(name, 0) for name in ("queued", "running", "retrying", "waiting"))
        self.show(moving)
        return moving

    def wait(self, reached: Callable[[], bool]) -> None:
        """
        Raises:
            Stuck: it takes longer than `patience_seconds`.
            ProcessFailed: one of the stack's processes has ended.
        """
        deadline = time.monotonic() + self.sizes.patience_seconds
        while not reached():
            self.stack.ensure_alive()
            if time.monotonic() > deadline:
                raise Stuck(f"After {self.sizes.patience_seconds:.0f} s: {self.journal.states()}")
            time.sleep(_POLL_SECONDS)

    def take_netsuite_down(self) -> None:
        """Every other call is closed unanswered, the others get a 503, tokens too."""
        self.netsuite.fault(call="*", drop="before", every=2, times=None)
        self.netsuite.fault(call="*", status=503, times=None)

    def bring_netsuite_back(self) -> float:
        """→ when, in epoch seconds."""
        self.netsuite.forgive()
        return time.time()

    def let_pass(self, seconds: float) -> None:
        """
        Raises: as `wait`.
        """
        end = time.monotonic() + seconds
        self.wait(lambda: self.moving() >= 0 and time.monotonic() >= end)

    def cpu(self) -> dict[str, float | None]:
        """CPU seconds so far: of all workers together, both simulators together, Redis."""
        redis = self.redis.info("server")["process_id"]
        used = [self._cpu_of(name) for name in self._workers]
        return {
            "workers": None if None in used else sum(filter(None, used)),
            "simulators": self._cpu_of("simulators"),
            "redis": cpu_seconds(int(redis)),
        }

    def data_bytes(self) -> int:
        """What Redis holds: without what it needs for its clients and its file."""
        found = self.redis.info("memory")
        return int(found["used_memory"] - found["mem_clients_normal"] - found["mem_aof_buffer"])

    def _cpu_of(self, process: str) -> float | None:
        pid = self.stack.pid(process)
        return cpu_seconds(pid) if pid else None


@contextmanager
def rig(
    directory: Path,
    workers: int,
    sizes: Sizes,
    changes: Mapping[str, str] | None = None,
    beside: Sequence[str] = ("beat",),
) -> Iterator[Rig]:
    """A rig with so many worker processes, from its first start to its end. `changes`: to their
    settings. `beside`: the other processes.

    Raises: as `Stack`, and as `Rig.wait`.
    """
    names = ["worker", *(f"worker{number}" for number in range(2, workers + 1))]
    settings = {
        "NETSUITE_CONCURRENCY": str(sizes.concurrency),
        "WORKER_CONCURRENCY": str(sizes.threads),
        "RECONCILE_MINUTES": "1440",
        "FULL_COMPARISON_HOURS": "0",
        **(changes or {}),
    }
    with ExitStack() as ends:
        stack = ends.enter_context(Stack(directory, settings=settings, processes=(*names, *beside)))
        sender = ends.enter_context(Celery(broker=stack.redis_url, set_as_current=False))
        started = Rig(stack, names, sizes, sender)
        ends.callback(started.close)
        started.begin()
        yield started
