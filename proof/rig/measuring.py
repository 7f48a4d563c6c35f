"""One measurement: what a stretch of work cost in both clouds and on this machine."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from proof.report.targets import Figures
from proof.rig.rig import Rig
from proof.rig.traffic import Request, by_call, counted, steady_rate, writes


@dataclass
class Measurement:
    """Filled when the stretch is over. Times are epoch seconds."""

    accounts: list[str]
    began: float = field(default_factory=time.time)
    ended: float = 0.0
    netsuite: list[Request] = field(default_factory=list)
    salesforce: list[Request] = field(default_factory=list)
    concurrency: dict[str, int] = field(default_factory=dict)
    cpu: dict[str, float | None] = field(default_factory=dict)
    """CPU seconds, by kind of process."""

    def calls(self) -> dict[str, dict[str, int]]:
        """Cloud to name of a call to how many came."""
        return {"netsuite": by_call(self.netsuite), "salesforce": by_call(self.salesforce)}


@contextmanager
def measured(rig: Rig, accounts: list[str]) -> Iterator[Measurement]:
    """Measures what is done inside."""
    for plane in (rig.netsuite, rig.salesforce):
        plane.forget_requests()
    rig.netsuite.count_concurrency_anew()
    before = rig.cpu()
    measurement = Measurement(accounts)
    yield measurement
    measurement.ended = time.time()
    measurement.cpu = {name: less(used, before[name]) for name, used in rig.cpu().items()}
    measurement.netsuite = rig.netsuite.requests()
    measurement.salesforce = rig.salesforce.requests()
    measurement.concurrency = rig.netsuite.concurrency()


def cost(rig: Rig, run: Measurement) -> Figures:
    """What any stretch of work is measured by."""
    accounts = len(run.accounts)
    done = writes(run.netsuite)
    limit = rig.sizes.limit_per_second
    seconds = run.ended - run.began
    steady = steady_rate([request.at for request in done])
    figures: dict[str, float | None] = {
        "accounts": accounts,
        "seconds": seconds,
        "netsuite_requests": len(counted(run.netsuite)),
        "netsuite_requests_per_customer": len(counted(run.netsuite)) / accounts,
        "netsuite_requests_apart": len(run.netsuite) - len(counted(run.netsuite)),
        "netsuite_writes": sum(request.is_write for request in run.netsuite),
        "writes_per_second": steady,
        "share_of_limit": None if steady is None else steady / limit,
        "share_of_limit_whole_run": _whole_rate(run, done) / limit,
        "netsuite_ms_per_write": _mean_milliseconds(done),
        "refused": run.concurrency["refused"],
        "peak_concurrency": run.concurrency["peak"],
        "salesforce_requests_per_account": len(counted(run.salesforce)) / accounts,
    }
    cpu = {
        f"cpu_ms_per_account_{name}": None if used is None else 1000 * used / accounts
        for name, used in run.cpu.items()
    }
    return figures | cpu | outcome(rig, run.accounts)


def outcome(rig: Rig, accounts: Sequence[str]) -> dict[str, float | None]:
    """How the accounts ended."""
    rows = [rig.journal.row(account) for account in accounts]
    return {
        "letters": sum(row.state == "dead" for row in rows),
        "not_synced": sum(row.state != "synced" for row in rows),
    }


def letters_ever(rig: Rig, accounts: Sequence[str]) -> int:
    """How many accounts became letters, though they may have become Customers since."""
    return sum(
        any(line.what == "dead" for line in rig.journal.story(account)) for account in accounts
    )


def _whole_rate(run: Measurement, done: Sequence[Request]) -> float:
    """Writes per second from the opening of the accounts to the last write's end."""
    last = max((request.at + request.seconds for request in done), default=run.ended)
    return len(done) / (last - run.began)


def _mean_milliseconds(done: Sequence[Request]) -> float | None:
    """What the simulator took for a write: its latency, and whatever it was late by."""
    return 1000 * sum(request.seconds for request in done) / len(done) if done else None


def less(after: float | None, before: float | None) -> float | None:
    """What was used between; None: it could not be measured."""
    return None if after is None or before is None else after - before
