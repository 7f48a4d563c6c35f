"""One experiment: a system under load is harmed, comes to rest, and is compared with Salesforce."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from app.journal import Journal
from proof.faults.books import ACCOUNTS, WINNERS, Findings, Org, compared
from proof.faults.people import People
from proof.faults.scene import NeverCame, Scene
from proof.faults.supervisor import Supervisor
from proof.report.targets import Figures
from proof.rig.clouds import NetSuitePlane, Plane
from proof.rig.salespeople import Salespeople
from workers.demo.stack import Stack

Harm = Callable[[Scene], None]
"""Returns when the harm is over: from there on the recovery counts."""
Show = Callable[[str], None]
Place = Callable[[Stack], AbstractContextManager[object]]
"""Entered when Redis and the clouds run, and before any process does: raises NeverCame where this
machine has no such place.
"""

_PATIENCE_SECONDS = 300.0
"""Until everything must be at rest: far more than is allowed, so that the truth is seen."""
_FLOW = '[hierarchy]\nlate_parents = "sync"\n'
"""So who is a Customer in the end does not depend on who came first."""
_ENOUGH_CALLS = 10_000_000
_THREADS_PER_SLOT = 4
"""In each of two workers: eight altogether, as docs/operations.md asks for."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much happens meanwhile."""

    accounts: int = 2000
    """At the start, entered at once, half of them won; new ones come."""
    pace: float = 20.0
    """Changes a second, as long as the harm takes."""
    concurrency: int = 15
    latency_seconds: float = 0.2
    seed: int = 1
    most_harms: int = 1000
    """Of a kind: fewer make a short form of an experiment."""
    is_steady: bool = False
    """No new records after the start."""

    @property
    def less_than_usual(self) -> str:
        """In words; empty if it is not."""
        usual = Load()
        less = []
        for name, words in (
            ("accounts", "accounts"),
            ("pace", "changes a second"),
            ("most_harms", "harms"),
        ):
            value = getattr(self, name)
            if value < getattr(usual, name):
                less.append(f"{value:,g} {words}")
        return ", ".join(less)


@dataclass(frozen=True, slots=True)
class Experiment:
    """`title`: what is done to the system, in words for a table. `settings`: where the fault itself
    needs others than all experiments have.
    """

    name: str
    title: str
    harm: Harm
    settings: Mapping[str, str] = field(default_factory=dict)
    processes: Sequence[str] = ("worker", "worker2", "listener", "beat")
    place: Place = nullcontext
    """Where the processes run."""


def run(experiment: Experiment, load: Load, directory: Path, show: Show) -> Figures:
    """
    Raises:
        NeverCame: the experiment itself could not be carried out.
        ProcessFailed, httpx.HTTPError: what it stands on failed.
    """
    with _scene(experiment, load, directory) as scene:
        scene.show = show
        began = time.monotonic()
        ended = _harmed(experiment, load, scene)
        show("the harm is over, and people stop; all is to come to rest")
        restless = _unrest(scene)
        recovery = time.monotonic() - ended
        found, letters = _compared(scene), _letters(scene)
        show(f"harms: {scene.harms}; {restless or f'at rest after {recovery:.1f} s'}")
        show(f"{str(found) or 'nothing lost or doubled'}; letters: {sorted(letters) or 'none'}")
        for words in scene.wrong:
            show(f"WRONG: {words}")
        return {
            "accounts": len(scene.people.accounts),
            "changes": scene.people.made,
            "harms": scene.harms,
            "writes": scene.written(),
            "lost": len(found.missing) + len(found.stale) + bool(restless) + len(scene.wrong),
            "doubled": len(found.doubled) + len(found.stray),
            "letters": len(letters - scene.own_fault),
            "own_letters": len(letters & scene.own_fault),
            "own_letters_missing": len(scene.own_fault - letters),
            "recovery": recovery,
            "seconds": time.monotonic() - began,
            **scene.figures,
        }


@contextmanager
def _scene(experiment: Experiment, load: Load, directory: Path) -> Iterator[Scene]:
    settings = {
        "NETSUITE_CONCURRENCY": str(load.concurrency),
        "WORKER_CONCURRENCY": str(_THREADS_PER_SLOT * load.concurrency),
        "RECONCILE_MINUTES": "1440",  # no comparison makes good what was lost
        **experiment.settings,
    }
    processes = experiment.processes
    with ExitStack() as ends:
        stack = ends.enter_context(Stack(directory, flow=_FLOW, settings=settings, processes=()))
        ends.enter_context(experiment.place(stack))
        ends.callback(stack.stop, *processes)
        stack.start(*processes)
        org = ends.enter_context(closing(Salespeople(stack.environment)))
        salesforce = ends.enter_context(closing(Plane(stack.salesforce_url)))
        netsuite = ends.enter_context(closing(NetSuitePlane(stack.netsuite_url)))
        redis = ends.enter_context(Redis.from_url(stack.redis_url, decode_responses=True))
        salesforce.switch(daily_limit=_ENOUGH_CALLS, geocoding=True, merged_events=True)
        netsuite.switch(concurrency=load.concurrency, latency_seconds=load.latency_seconds)
        supervisor = ends.enter_context(Supervisor(stack, processes))
        people = People(org, load.seed)
        scene = Scene(stack, supervisor, people, org, salesforce, netsuite, redis, Journal(redis))
        scene.most_harms = load.most_harms
        yield scene


def _harmed(experiment: Experiment, load: Load, scene: Scene) -> float:
    """People work, and meanwhile the harm is done → when it was over (seconds, monotonic)."""
    scene.people.load(load.accounts)
    is_over = threading.Event()
    with ThreadPoolExecutor(1) as thread:
        scene.work = thread.submit(scene.people.work, load.pace, is_over.is_set, load.is_steady)
        try:
            scene.wait(lambda: scene.written() > load.concurrency, "some writes")
            scene.wait(lambda: not scene.redis.hlen("cw:passes"), "the end of the first passes")
            scene.show(f"{load.accounts:,} Accounts are entered, and people change them")
            experiment.harm(scene)
        finally:
            is_over.set()
        ended = time.monotonic()
        scene.work.result()
    return ended


def _unrest(scene: Scene) -> str:
    """Waits until all rests → empty, or what does not."""
    last = scene.last_events()
    try:
        scene.wait(lambda: scene.is_caught_up(last), "rest", _PATIENCE_SECONDS)
    except NeverCame as never:
        return f"never came: {never}: {scene.journal.states()}"
    return ""


def _compared(scene: Scene) -> Findings:
    """What Salesforce and NetSuite hold now, but for the accounts whose fault it is."""
    rows = [row for row in scene.org.rows(ACCOUNTS) if row["Id"] not in scene.own_fault]
    winners = frozenset(row["AccountId"] for row in scene.org.rows(WINNERS))
    org = Org(rows, winners - scene.own_fault, scene.people.parents)
    return compared(org, scene.netsuite.customers())


def _letters(scene: Scene) -> set[str]:
    """Accounts that became letters at any time, though they may have become Customers since. Their
    stories keep the last lines alone, so what the charts counted is held against them.
    """
    told: Counter[str] = Counter()
    for row in scene.org.rows("SELECT Id FROM Account"):
        told[row["Id"]] = sum(line.what == "dead" for line in scene.journal.story(row["Id"]))
    keys = scene.redis.scan_iter("cw:rate:*")
    counted = sum(int(scene.redis.hget(key, "dead") or 0) for key in keys)
    untold = {f"one that no story tells of, {n + 1}" for n in range(counted - told.total())}
    return {account for account, deaths in told.items() if deaths} | untold
