"""Several worker processes where not NetSuite but the processor is what limits."""

import os

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Figures, Target
from proof.rig.machine import machine_cpu_seconds
from proof.rig.measuring import cost, less, measured
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.speed.part import Bench, Part

_ACCOUNTS, _WARM = 3_000, 150
_PROCESSES = (1, 2, 4)
_SIZES = Sizes(concurrency=50, latency_seconds=0.005, threads=64)
_WITHIN = 0.10
_BOUND = 0.80
"""The share of a core from which on a process, which has one interpreter, is limited by it; and of
all cores, from which on the machine is what limits.
"""
_GROWTH = 1.2
_DISTURBING = 0.2
"""Cores that somebody else uses."""


def section() -> Section:
    limit = f"{_SIZES.limit_per_second:,.0f} requests a second ({_SIZES.concurrency} at a time, "
    limit += f"{1000 * _SIZES.latency_seconds:.0f} ms each)"
    return Section(
        name="scaling",
        title="Worker processes where the processor is the limit",
        method=(
            f"NetSuite takes {limit}, far more than this machine can send: {_ACCOUNTS:,} new "
            f"accounts become Customers, by processes of {_SIZES.threads} threads each. One "
            f"process is limited by its interpreter: it uses at least {_BOUND} of a core. Several "
            "share what cores simulators and Redis leave, so their rate can grow only as the cores "
            "that they use do: these must grow, and Customers per core and second must stay the "
            "same. In use: of a core for each process, or of the whole machine, whichever is more."
        ),
        columns=(
            Column("accounts_per_second", "Customers per second", ",.1f"),
            Column("cores_workers", "cores: workers", ".2f"),
            Column("cores_simulators", "simulators", ".2f"),
            Column("cores_redis", "Redis", ".2f"),
            Column("cores_machine", "whole machine", ".2f"),
            Column("in_use", "in use", ".0%"),
            Column("cpu_ms_per_account_workers", "workers, ms per account", ",.2f"),
            Column("per_cpu_second", "Customers per core and second of the workers", ",.1f"),
            Column("per_cpu_second_against_one", "against one process", ".1%"),
            Column("cores_against_one", "the workers' cores against one process", ".2f"),
            Column("not_synced", "not synced"),
        ),
        targets=_targets(),
        chart=Chart(
            "bars",
            {"accounts_per_second": "per second", "per_cpu_second": "per CPU second of workers"},
            "Customers",
        ),
    )


def _targets() -> tuple[Target, ...]:
    """More processes than cores share nothing but the loss."""
    more = [_row(each) for each in _PROCESSES if 1 < each <= (os.cpu_count() or 1)]
    return (
        Target(_row(1), "cores_workers", "at least", _BOUND),
        Target("*", "in_use", "at least", _BOUND),
        *(Target(row, "per_cpu_second_against_one", "at least", 1 - _WITHIN) for row in more),
        *(Target(row, "cores_against_one", "at least", _GROWTH) for row in more),
        Target("*", "not_synced", "exactly", 0),
    )


def _row(processes: int) -> str:
    return f"{processes} process{'es' if processes > 1 else ''}"


def measure(section: Section, bench: Bench) -> None:
    """A row for each number of processes."""
    alone: Figures = {}
    for processes in _PROCESSES:
        own = bench.directory / str(processes)
        own.mkdir()
        with rig(own, processes, _SIZES) as ready:
            found = _created(ready, bench.count(_ACCOUNTS), processes)
        alone = alone or found
        row = _row(processes)
        section.rows[row] = {
            **found,
            "per_cpu_second_against_one": _against("per_cpu_second", found, alone),
            "cores_against_one": _against("cores_workers", found, alone),
        }
        section.remarks.pop(row, None)
        if remark := _remark(found):
            section.remarks[row] = remark
        bench.keep()


def _created(rig: Rig, count: int, processes: int) -> Figures:
    rig.sync(list(rig.plant(_WARM)))  # logs in, and loads what is loaded on first use
    accounts = list(rig.plant(count))
    with measured(rig, accounts) as run:
        before = machine_cpu_seconds()
        rig.sync(accounts)
        whole = less(machine_cpu_seconds(), before)
    seconds, used = run.ended - run.began, run.cpu["workers"]
    cores = {
        f"cores_{name}": None if cpu is None else cpu / seconds
        for name, cpu in {**run.cpu, "machine": whole}.items()
    }
    return {
        **cost(rig, run),
        **cores,
        "in_use": _in_use(cores, processes),
        "accounts_per_second": count / seconds,
        "per_cpu_second": count / used if used else None,
    }


def _in_use(cores: Figures, processes: int) -> float | None:
    """The share of what limits: of a core for each process, or of all that there are."""
    workers, machine = cores["cores_workers"], cores["cores_machine"]
    if workers is None or machine is None:
        return None
    return max(workers / processes, machine / (os.cpu_count() or 1))


def _against(figure: str, found: Figures, alone: Figures) -> float | None:
    here, there = found[figure], alone[figure]
    return here / there if here is not None and there else None


def _remark(found: Figures) -> str:
    """What a reader must know before he believes a row."""
    in_use, machine = found["in_use"], found["cores_machine"]
    if in_use is None or machine is None:
        return "this system does not tell what its processors do"
    if in_use < _BOUND:
        return f"the processor was not the limit: only {in_use:.0%} were in use"
    others = machine - sum(
        found[f"cores_{ours}"] or 0.0 for ours in ("workers", "simulators", "redis")
    )
    return f"other processes used {others:.2f} cores" if others > _DISTURBING else ""


PART = Part("scaling", section, measure)
