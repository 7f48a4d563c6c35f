"""Starts a rival, gives it accounts and measures it, as closedwon is measured: from the moment its
processes are ready, without their start.

Each broker has a database of its own in the stack's Redis, emptied before. When the writes came is
in NetSuite's log, which is the caller's to forget before and to read after; so is Salesforce's
daily limit to be lifted, as most rivals read each Account three times.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit

from celery import Celery
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from redis import Redis

from proof.rig.machine import cpu_seconds
from proof.speed.rivals.hops import REDIS, TALLIES, THREADS
from proof.speed.rivals.tally import Count, read_tallies
from workers.demo.process import Process, ProcessFailed, await_all, end_all
from workers.processes import PROJECT

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


def run_script(environment: Mapping[str, str], accounts: Sequence[str], size: Size) -> RivalRun:
    """The script (script.py), in one process whatever the size says.

    Raises:
        ProcessFailed: it broke off, or took too long.
    """
    command = [sys.executable, "-m", "proof.speed.rivals.script", f"--threads={size.threads}"]
    try:
        done = subprocess.run(  # noqa: S603 - the words are all ours
            command,
            input="\n".join(accounts),
            env=environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=size.patience_seconds,
            check=True,
        )
    except subprocess.TimeoutExpired:
        words = f"The script is not done after {size.patience_seconds:.0f} s"
        raise ProcessFailed(words) from None
    except subprocess.CalledProcessError as broken:
        raise ProcessFailed("The script broke off", broken.stderr) from None
    told = json.loads(done.stdout)
    figures = ("accounts", "seconds", "cpu_seconds", "calls", "refused", "failed")
    return RivalRun(**{name: told[name] for name in figures})


def run_celery(
    environment: Mapping[str, str], accounts: Sequence[str], size: Size, directory: Path
) -> RivalRun:
    """Bare Celery (bare_celery.py). `environment`: a stack's. `directory`: for logs and counts.

    Raises:
        ProcessFailed: a process ended, or was not ready or done in time.
    """
    url = _database(environment["REDIS_URL"], _CELERY_DATABASE)
    command = _CELERY + (" --task-events" if size.events else "")
    commands = [
        command.format(threads=size.threads, number=number)
        for number in range(1, size.processes + 1)
    ]

    def give() -> None:
        with Celery(broker=url, set_as_current=False) as sender:
            for account in accounts:
                sender.send_task("ingest", [account])

    return _Race(environment, url, directory, size).run(commands, give, len(accounts))


def run_dramatiq(
    environment: Mapping[str, str], accounts: Sequence[str], size: Size, directory: Path
) -> RivalRun:
    """Bare dramatiq (bare_dramatiq.py), else as `run_celery`; it knows no events."""
    url = _database(environment["REDIS_URL"], _DRAMATIQ_DATABASE)
    command = _DRAMATIQ.format(processes=size.processes, threads=size.threads)

    def give() -> None:
        broker = RedisBroker(url=url)
        for account in accounts:
            broker.enqueue(Message("default", "ingest", (account,), {}, {}))
        broker.close()

    return _Race(environment, url, directory, size).run([command], give, len(accounts))


class _Race:
    """One run of worker processes."""

    def __init__(
        self, environment: Mapping[str, str], redis_url: str, directory: Path, size: Size
    ) -> None:
        self._size, self._directory = size, directory
        self._tallies = Path(mkdtemp(prefix="tallies-", dir=directory))
        self._environment = {
            **environment,
            REDIS: redis_url,
            TALLIES: str(self._tallies),
            THREADS: str(size.threads),
        }
        with Redis.from_url(redis_url) as redis:
            redis.flushdb()

    def run(self, commands: Sequence[str], give: Callable[[], None], accounts: int) -> RivalRun:
        processes = [
            Process(f"rival{number}", command, self._environment, self._log(number))
            for number, command in enumerate(commands, 1)
        ]
        try:
            for process in processes:
                process.start()
            await_all(dict.fromkeys(processes, self._is_ready), _START_SECONDS)
            used, began = _cpu(processes), time.monotonic()
            give()
            self._await(processes, accounts)
            return self._told(accounts, time.monotonic() - began, _less(_cpu(processes), used))
        finally:
            end_all(processes, _STOP_SECONDS)

    def _log(self, number: int) -> Path:
        return self._directory / f"{self._tallies.name}-{number}.log"

    def _is_ready(self) -> bool:
        return self._counts()["ready"] == self._size.processes

    def _await(self, processes: Sequence[Process], accounts: int) -> None:
        """Until all accounts are done, well or not."""
        deadline = time.monotonic() + self._size.patience_seconds
        while (counts := self._counts())["done"] + counts["failed"] < accounts:
            for process in processes:
                process.ensure_alive()
            if time.monotonic() > deadline:
                words = f"{counts['done']} of {accounts} accounts are done"
                raise ProcessFailed(words, processes[0].last_words())
            time.sleep(_POLL_SECONDS)

    def _told(self, accounts: int, seconds: float, used: float | None) -> RivalRun:
        counts = self._counts()
        calls = {"salesforce": counts["salesforce"], "netsuite": counts["netsuite"]}
        return RivalRun(accounts, seconds, used, calls, counts["refused"], counts["failed"])

    def _counts(self) -> dict[Count, int]:
        return read_tallies(self._tallies)


def _cpu(processes: Sequence[Process]) -> float | None:
    """CPU seconds that the processes and their children have used so far."""
    used = [cpu_seconds(process.pid) for process in processes if process.pid is not None]
    return None if None in used else sum(filter(None, used))


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _database(redis_url: str, number: int) -> str:
    """The address of another database of the same server."""
    return urlsplit(redis_url)._replace(path=f"/{number}").geturl()
