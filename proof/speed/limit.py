"""How much of NetSuite's limit is used, at several sizes of the limit, beside a script."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Target
from proof.rig.measuring import Measurement, cost, measured
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.rig.traffic import counted, steady_rate, writes
from proof.speed.part import Bench, Part
from proof.speed.rivals.running import Size, script_at_work

_CONCURRENCIES = (5, 15, 50)
_LATENCIES = (0.05, 0.2, 1.0)
_SECONDS = 12
"""How long a measurement takes at the limit."""
_FEWEST, _MOST = 150, 2400
_SCRIPT_SHARE = 0.4
"""The script makes two calls for each account, so it is given fewer."""
_FAST = 90.0
"""Writes a second from which on one interpreter is not enough: two workers."""
_MOST_THREADS = 256
_NEARLY_ALL = 0.85
"""The share of the machine's processors that, once in use, is what limits."""
_COLUMNS = (
    Column("limit", "limit, writes/s"),
    Column("creates", "creates", ".1%"),
    Column("updates", "updates", ".1%"),
    Column("script_creates", "script, creates", ".1%"),
    Column("script_updates", "script, updates", ".1%"),
    Column("netsuite_create", "NetSuite calls a create", ".3f"),
    Column("netsuite_update", "an update", ".3f"),
    Column("salesforce", "Salesforce calls an account", ".3f"),
    Column("script_netsuite", "script: NetSuite", ".2f"),
    Column("script_salesforce", "Salesforce", ".2f"),
    Column("refused", "refused"),
    Column("script_refused", "script, refused"),
    Column("machine", "machine in use", ".0%"),
)
_CHART = Chart(
    "bars",
    {
        "creates": "closedwon, creates",
        "updates": "closedwon, updates",
        "script_creates": "script, creates",
        "script_updates": "script, updates",
    },
    "share of NetSuite's limit",
    percent=True,
    target=0.9,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One limit: so many requests at a time, each of so long."""

    concurrency: int
    latency_seconds: float

    @property
    def name(self) -> str:
        return f"{self.concurrency} × {1000 * self.latency_seconds:.0f} ms"

    def sizes(self, bench: Bench) -> Sizes:
        """Threads for what is in the pipeline: of each worker eight for each slot."""
        usual = Sizes(concurrency=self.concurrency, latency_seconds=self.latency_seconds)
        accounts = min(_MOST, max(_FEWEST, round(usual.limit_per_second * _SECONDS)))
        threads = min(_MOST_THREADS, max(32, 8 * self.concurrency))
        return replace(usual, accounts=bench.count(accounts, 60), threads=threads)


GRID = tuple(Cell(each, latency) for each in _CONCURRENCIES for latency in _LATENCIES)


def section() -> Section:
    """Without rows yet."""
    return Section(
        name="limit",
        title="Share of NetSuite's limit",
        method=(
            "Accounts with companies' names are created, then changed, by the system and by the "
            "script, on the same simulators. The limit is concurrency ÷ latency; the share is that "
            "of the writes between the tenth and the ninetieth percentile. Above "
            f"{_FAST:.0f} writes a second two workers share them. The script runs 15 threads."
        ),
        columns=_COLUMNS,
        targets=(
            Target("*", "creates", "at least", 0.90),
            Target("*", "updates", "at least", 0.95),
            Target("*", "not_synced", "exactly", 0),
        ),
        chart=_CHART,
    )


def measure(found: Section, bench: Bench) -> None:
    """A row for each limit."""
    for cell in GRID:
        sizes = cell.sizes(bench)
        workers = 2 if sizes.limit_per_second > _FAST else 1
        own = bench.directory / cell.name.replace(" × ", "x").replace(" ", "")
        own.mkdir()
        with rig(own, workers, sizes) as ready:
            ours = _ours(ready)
            script = _script(ready, own)
        found.rows[cell.name] = {"limit": sizes.limit_per_second, **ours, **script}
        in_use = ours["machine"] or 0.0
        if in_use > _NEARLY_ALL:
            found.remarks[cell.name] = f"{in_use:.0%} of this machine's processors were in use"
        else:
            found.remarks.pop(cell.name, None)
        bench.say(f"{cell.name}: {ours['creates'] or 0:.1%} and {ours['updates'] or 0:.1%}")
        bench.keep()


def _ours(ready: Rig) -> dict[str, float | None]:
    accounts = list(ready.plant(ready.sizes.accounts))
    with measured(ready, accounts) as creating:
        ready.sync(accounts)
    ready.planter.change(accounts)
    with measured(ready, accounts) as updating:
        ready.sync(accounts)
    creates, updates = cost(ready, creating), cost(ready, updating)
    return {
        "creates": creates["share_of_limit"],
        "updates": updates["share_of_limit"],
        "netsuite_create": creates["netsuite_requests_per_customer"],
        "netsuite_update": updates["netsuite_requests_per_customer"],
        "salesforce": creates["salesforce_requests_per_account"],
        "refused": (creates["refused"] or 0) + (updates["refused"] or 0),
        "not_synced": (creates["not_synced"] or 0) + (updates["not_synced"] or 0),
        "machine": max(_in_use(run) for run in (creating, updating)),
    }


def _script(ready: Rig, directory: Path) -> dict[str, float | None]:
    size = Size(patience_seconds=ready.sizes.patience_seconds)
    accounts = list(ready.plant(round(_SCRIPT_SHARE * ready.sizes.accounts)))
    with script_at_work(ready.stack.environment, size, directory) as script:
        with measured(ready, accounts) as creating:
            made = script.sync(accounts)
        ready.planter.change(accounts)
        with measured(ready, accounts) as updating:
            changed = script.sync(accounts)
    return {
        "script_creates": _share(ready, creating),
        "script_updates": _share(ready, updating),
        "script_netsuite": len(counted(creating.netsuite)) / len(accounts),
        "script_salesforce": len(counted(creating.salesforce)) / len(accounts),
        "script_refused": made.refused + changed.refused,
        "script_failed": made.failed + changed.failed,
    }


def _share(ready: Rig, run: Measurement) -> float | None:
    steady = steady_rate([request.at for request in writes(run.netsuite)])
    return None if steady is None else steady / ready.sizes.limit_per_second


def _in_use(run: Measurement) -> float:
    """The share of all processors that workers, simulators and Redis used together."""
    seconds = sum(filter(None, run.cpu.values()))
    return seconds / (run.ended - run.began) / (os.cpu_count() or 1)


PART = Part("limit", section, measure)
