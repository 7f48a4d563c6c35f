"""Starts a rival, gives it accounts and measures it, as closedwon is measured: without its start,
once its processes are ready, and as often as one likes, so that the first time may be a warm-up.

Each broker has a database of its own in the stack's Redis, emptied before. When the writes came is
in NetSuite's log, which is the caller's to forget before and to read after; so is Salesforce's
daily limit to be lifted, as most rivals read each Account three times.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from tempfile import mkdtemp
from urllib.parse import urlsplit

from celery import Celery
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from redis import Redis

from proof.rig.machine import cpu_seconds
from proof.rig.measuring import less
from proof.speed.rivals.hops import REDIS, TALLIES, THREADS
from proof.speed.rivals.tally import Count, read_tallies
from workers.demo.process import Process, ProcessFailed, await_all, end_all

_START_SECONDS, _STOP_SECONDS = 40.0, 10.0
_POLL_SECONDS = 0.05
_CELERY_DATABASE, _DRAMATIQ_DATABASE = 1, 2
_CELERY = (
    "celery -A proof.speed.rivals.bare_celery worker --pool=threads --concurrency={threads} "
    "--without-gossip --without-mingle --hostname=rival{number}@%h"
)
_DRAMATIQ = (
    "dramatiq proof.speed.rivals.bare_dramatiq:set_up --processes={processes} --threads={threads}"
)
_SCRIPT = "{python} -m proof.speed.rivals.script --threads={threads} <{accounts}"
_Give = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How a rival is run. `threads`: of each process; `events`: Celery's, for each task."""

    threads: int = 15
    processes: int = 1
    events: bool = False
    patience_seconds: float = 900.0
    """Until all accounts must be done."""


@dataclass(frozen=True, slots=True)
class RivalRun:
    """What a rival took."""

    accounts: int
    seconds: float
    """From the first account given to the last one done."""
    cpu_seconds: float | None
    """User and system, of its processes; None where the system has no /proc."""
    calls: Mapping[str, int]
    """To salesforce and netsuite, refused ones included; logins apart."""
    refused: int
    """Calls that NetSuite would not take just then."""
    failed: int
    """Accounts that ended with an error."""


@contextmanager
def script_at_work(
    environment: Mapping[str, str], size: Size, directory: Path
) -> Iterator["Rival"]:
    """The script (script.py), in one process whatever the size says. `environment`: a stack's.
    `directory`: for logs and counts.

    Raises:
        ProcessFailed: it ended, or was not ready in time.
    """
    own = Path(mkdtemp(prefix="script-", dir=directory))
    pipe = own / "accounts"
    os.mkfifo(pipe)
    command = _SCRIPT.format(
        python=quote(sys.executable), threads=size.threads, accounts=quote(str(pipe))
    )
    # To read as well, or it would not open before the script does.
    with os.fdopen(os.open(pipe, os.O_RDWR), "wb", buffering=0) as accounts_in:

        def give(accounts: Sequence[str]) -> None:
            for account in accounts:
                accounts_in.write(f"{account}\n".encode())

        with _at_work([command], environment, own, replace(size, processes=1), give) as rival:
            yield rival


@contextmanager
def celery_at_work(
    environment: Mapping[str, str], size: Size, directory: Path
) -> Iterator["Rival"]:
    """Bare Celery (bare_celery.py), else as `script_at_work`."""
    url = _emptied(environment["REDIS_URL"], _CELERY_DATABASE)
    command = _CELERY + (" --task-events" if size.events else "")
    numbers = range(1, size.processes + 1)
    commands = [command.format(threads=size.threads, number=number) for number in numbers]
    with Celery(broker=url, set_as_current=False) as sender:

        def give(accounts: Sequence[str]) -> None:
            for account in accounts:
                sender.send_task("ingest", [account])

        own = Path(mkdtemp(prefix="celery-", dir=directory))
        with _at_work(commands, {**environment, REDIS: url}, own, size, give) as rival:
            yield rival


@contextmanager
def dramatiq_at_work(
    environment: Mapping[str, str], size: Size, directory: Path
) -> Iterator["Rival"]:
    """Bare dramatiq (bare_dramatiq.py), else as `script_at_work`; it knows no events."""
    url = _emptied(environment["REDIS_URL"], _DRAMATIQ_DATABASE)
    command = _DRAMATIQ.format(processes=size.processes, threads=size.threads)
    broker = RedisBroker(url=url)

    def give(accounts: Sequence[str]) -> None:
        for account in accounts:
            broker.enqueue(Message("default", "ingest", (account,), {}, {}))

    own = Path(mkdtemp(prefix="dramatiq-", dir=directory))
    try:
        with _at_work([command], {**environment, REDIS: url}, own, size, give) as rival:
            yield rival
    finally:
        broker.close()


class Rival:
    """Processes that are ready for accounts."""

    def __init__(
        self, processes: Sequence[Process], tallies: Path, patience_seconds: float, give: _Give
    ) -> None:
        self._processes, self._tallies, self._give = processes, tallies, give
        self._patience_seconds = patience_seconds

    def sync(self, accounts: Sequence[str]) -> RivalRun:
        """Gives them, and waits until all are done, well or not.

        Raises:
            ProcessFailed: a process ended, or it took too long.
        """
        before, used, began = read_tallies(self._tallies), self._cpu(), time.monotonic()
        self._give(accounts)
        after = self._await(before, len(accounts))
        seconds, used = time.monotonic() - began, less(self._cpu(), used)
        counts = {name: after[name] - before[name] for name in after}
        calls = {cloud: counts[cloud] for cloud in ("salesforce", "netsuite")}
        return RivalRun(len(accounts), seconds, used, calls, counts["refused"], counts["failed"])

    def _await(self, before: Mapping[Count, int], accounts: int) -> dict[Count, int]:
        """→ the counts once so many more are done."""
        deadline = time.monotonic() + self._patience_seconds
        wanted = before["done"] + before["failed"] + accounts
        while (counts := read_tallies(self._tallies))["done"] + counts["failed"] < wanted:
            for process in self._processes:
                process.ensure_alive()
            if time.monotonic() > deadline:
                words = f"{counts['done'] - before['done']} of {accounts} accounts are done"
                raise ProcessFailed(words, self._processes[0].last_words())
            time.sleep(_POLL_SECONDS)
        return counts

    def _cpu(self) -> float | None:
        """CPU seconds that the processes and their children have used so far."""
        used = [cpu_seconds(each.pid) for each in self._processes if each.pid is not None]
        return None if None in used else sum(filter(None, used))


@contextmanager
def _at_work(
    commands: Sequence[str],
    environment: Mapping[str, str],
    directory: Path,
    size: Size,
    give: _Give,
) -> Iterator[Rival]:
    """From their start to their end. `directory`: empty, of this run alone."""
    variables = {**environment, TALLIES: str(directory), THREADS: str(size.threads)}
    variables.pop("GLIBC_TUNABLES", None)  # ours: they have what a machine has
    processes = [
        Process(f"rival{number}", command, variables, directory / f"{number}.log")
        for number, command in enumerate(commands, 1)
    ]

    def is_ready() -> bool:
        return read_tallies(directory)["ready"] >= size.processes

    try:
        for process in processes:
            process.start()
        await_all(dict.fromkeys(processes, is_ready), _START_SECONDS)
        yield Rival(processes, directory, size.patience_seconds, give)
    finally:
        end_all(processes, _STOP_SECONDS)


def _emptied(redis_url: str, number: int) -> str:
    """The address of another database of the same server, in which nothing is now."""
    url = urlsplit(redis_url)._replace(path=f"/{number}").geturl()
    with Redis.from_url(url) as redis:
        redis.flushdb()
    return url
