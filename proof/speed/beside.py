"""What an account costs the processor, beside bare Celery, dramatiq and a script."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Target
from proof.rig.measuring import measured
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.rig.traffic import counted, steady_rate, writes
from proof.speed.part import Bench, Part
from proof.speed.rivals.running import RivalRun, Size, run_celery, run_dramatiq, run_script

_ACCOUNTS = 400
_ROUNDS = 3
"""Each runs so often, by turns: what disturbs the machine disturbs all. The median counts."""
_CELERY = "bare Celery"
Runs = Callable[[list[str]], float | None]
"""Syncs the accounts → CPU seconds of its own processes; None: they are the rig's workers."""


def section() -> Section:
    """Without rows yet."""
    ours = [f"closedwon, {what}" for what in ("creates", "updates")]
    return Section(
        name="beside",
        title="CPU per account, beside others",
        method=(
            "By turns on the same simulators (15 × 200 ms) and the same Redis: the system with "
            "everything on (ledger, governor, loader, events for Flower); bare Celery and "
            "dramatiq, four hops and each service call by itself; the script. Milliseconds of CPU "
            f"per account, the median of {_ROUNDS} rounds. Ratio: to bare Celery without events."
        ),
        columns=(
            Column("workers", "workers, ms", ".1f"),
            Column("ratio", "ratio", ".2f"),
            Column("redis", "Redis, ms", ".2f"),
            Column("commands", "Redis commands", ".1f"),
            Column("with_redis_ratio", "ratio with Redis", ".2f"),
            Column("simulators", "both clouds, ms", ".1f"),
            Column("netsuite", "NetSuite calls", ".2f"),
            Column("salesforce", "Salesforce calls", ".2f"),
            Column("share", "share of the limit", ".1%"),
        ),
        targets=tuple(
            Target(row, figure, "at most", 1.0)
            for row in ours
            for figure in ("ratio", "with_redis_ratio")
        ),
        chart=Chart("bars", {"workers": "workers", "redis": "Redis"}, "CPU, ms per account"),
    )


def measure(found: Section, bench: Bench) -> None:
    """A row for each of them, creates and updates."""
    sizes = Sizes(accounts=bench.count(_ACCOUNTS, 60))
    rounds: dict[str, list[dict[str, float]]] = {}
    own = bench.directory / "rig"
    own.mkdir()
    with rig(own, 1, sizes) as ready:
        for number in range(_ROUNDS):
            for name, runs in _contestants(ready, own).items():
                accounts = list(ready.plant(sizes.accounts))
                for what in ("creates", "updates"):
                    if what == "updates":
                        ready.planter.change(accounts)
                    told = _measured(ready, accounts, runs)
                    rounds.setdefault(f"{name}, {what}", []).append(told)
            bench.say(f"round {number + 1} of {_ROUNDS} is over")
            _tell(found, rounds)
            bench.keep()


def _contestants(ready: Rig, directory: Path) -> dict[str, Runs]:
    environment, size = ready.stack.environment, Size()

    def own(accounts: list[str]) -> None:
        ready.sync(accounts)

    def rival(run: Callable[[list[str]], RivalRun]) -> Runs:
        return lambda accounts: run(accounts).cpu_seconds

    def celery(accounts: list[str], *, events: bool) -> RivalRun:
        return run_celery(environment, accounts, replace(size, events=events), directory)

    return {
        "closedwon": own,
        _CELERY: rival(partial(celery, events=False)),
        f"{_CELERY} with events": rival(partial(celery, events=True)),
        "dramatiq": rival(lambda accounts: run_dramatiq(environment, accounts, size, directory)),
        "script": rival(lambda accounts: run_script(environment, accounts, size)),
    }


def _measured(ready: Rig, accounts: list[str], runs: Runs) -> dict[str, float]:
    """Per account."""
    commands = _commands(ready)
    with measured(ready, accounts) as run:
        rivals = runs(accounts)
    steady = steady_rate([request.at for request in writes(run.netsuite)])
    used = {
        "workers": 1000 * ((run.cpu["workers"] if rivals is None else rivals) or 0.0),
        "redis": 1000 * (run.cpu["redis"] or 0.0),
        "simulators": 1000 * (run.cpu["simulators"] or 0.0),
        "commands": _commands(ready) - commands,
        "netsuite": len(counted(run.netsuite)),
        "salesforce": len(counted(run.salesforce)),
    }
    per_account = {name: value / len(accounts) for name, value in used.items()}
    return per_account | {"share": (steady or 0.0) / ready.sizes.limit_per_second}


def _commands(ready: Rig) -> int:
    """How many commands Redis has carried out so far."""
    return int(ready.redis.info("stats")["total_commands_processed"])


def _tell(found: Section, rounds: dict[str, list[dict[str, float]]]) -> None:
    """Medians, and what they are to bare Celery's."""
    middle = {
        row: {figure: median(each[figure] for each in told) for figure in told[0]}
        for row, told in rounds.items()
    }
    for row, figures in middle.items():
        celery = middle.get(f"{_CELERY}, {row.rpartition(', ')[2]}")
        ratios = {} if celery is None else _ratios(figures, celery)
        found.rows[row] = figures | ratios


def _ratios(figures: dict[str, float], celery: dict[str, float]) -> dict[str, float]:
    both = figures["workers"] + figures["redis"]
    return {
        "ratio": figures["workers"] / celery["workers"],
        "with_redis_ratio": both / (celery["workers"] + celery["redis"]),
    }


PART = Part("beside", section, measure)
