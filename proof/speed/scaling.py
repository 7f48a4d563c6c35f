"""Several worker processes where not NetSuite but the processor is what limits."""

import os

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Figures, Target
from proof.rig.measuring import cost, measured
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.speed.part import Bench, Part

_ACCOUNTS, _WARM = 1_500, 150
_PROCESSES = (1, 2, 4)
_SIZES = Sizes(concurrency=50, latency_seconds=0.005, threads=64)
_WITHIN = 0.10


def section() -> Section:
    return Section(
        name="scaling",
        title="Worker processes where the processor is the limit",
        method=(
            f"NetSuite takes {_SIZES.limit_per_second:,.0f} requests a second "
            f"({_SIZES.concurrency} at a time, {1000 * _SIZES.latency_seconds:.0f} ms each), more "
            f"than this machine can send: {_ACCOUNTS:,} new accounts become Customers, by "
            f"processes of {_SIZES.threads} threads each. The simulators and Redis run on the same "
            "processors: cores says how many of them the workers had. More processes help while "
            "cores are idle; up to as many as there are cores, an account's cost must not grow."
        ),
        columns=(
            Column("accounts_per_second", "Customers per second", ",.1f"),
            Column("cpu_ms_per_account_workers", "workers, ms per account", ",.2f"),
            Column("cores_workers", "cores: workers", ".2f"),
            Column("cores_simulators", "simulators", ".2f"),
            Column("cores_redis", "Redis", ".2f"),
            Column("per_cpu_second", "Customers per CPU second of the workers", ",.1f"),
            Column("cost_against_one", "an account's cost against one process", ".1%"),
            Column("not_synced", "not synced"),
        ),
        targets=(
            *(Target(row, "cost_against_one", "at most", 1 + _WITHIN) for row in _up_to_cores()),
            Target("*", "not_synced", "exactly", 0),
        ),
        chart=Chart(
            "bars",
            {"accounts_per_second": "per second", "per_cpu_second": "per CPU second of workers"},
            "Customers",
        ),
    )


def _row(processes: int) -> str:
    return f"{processes} process{'es' if processes > 1 else ''}"


def _up_to_cores() -> list[str]:
    """More processes than cores share nothing but the loss."""
    cores = os.cpu_count() or 1
    return [_row(processes) for processes in _PROCESSES if processes <= cores]


def measure(section: Section, bench: Bench) -> None:
    alone: Figures = {}
    for processes in _PROCESSES:
        own = bench.directory / str(processes)
        own.mkdir()
        with rig(own, processes, _SIZES) as ready:
            found = _created(ready, bench.count(_ACCOUNTS))
        alone = alone or found
        section.rows[_row(processes)] = {**found, "cost_against_one": _against(found, alone)}
        bench.keep()


def _created(rig: Rig, count: int) -> Figures:
    rig.sync(list(rig.plant(_WARM)))  # logs in, and loads what is loaded on first use
    accounts = list(rig.plant(count))
    with measured(rig, accounts) as run:
        rig.sync(accounts)
    figures = cost(rig, run)
    seconds, used = run.ended - run.began, run.cpu["workers"]
    cores = {
        f"cores_{name}": None if cpu is None else cpu / seconds for name, cpu in run.cpu.items()
    }
    return {
        **figures,
        **cores,
        "accounts_per_second": count / seconds,
        "per_cpu_second": count / used if used else None,
    }


def _against(found: Figures, alone: Figures) -> float | None:
    cost, least = found["cpu_ms_per_account_workers"], alone["cpu_ms_per_account_workers"]
    return cost / least if cost is not None and least else None


PART = Part("scaling", section, measure)
