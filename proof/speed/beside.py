"""What an account costs the processor, beside bare Celery, dramatiq and a script."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Target
from proof.rig.measuring import Measurement, measured, outcome
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.rig.traffic import counted, steady_rate, writes
from proof.speed.part import Bench, Part
from proof.speed.rivals.running import (
    Rival,
    RivalRun,
    Size,
    celery_at_work,
    dramatiq_at_work,
    script_at_work,
)

_ACCOUNTS = 400
_ROUNDS = 3
"""Each runs so often, by turns: what disturbs the machine disturbs all. The median counts."""
_WARM = 30
"""Accounts that each creates and changes first: connections, sessions, what is loaded late."""
_CELERY = "bare Celery"
_OURS = ("worker", "beat")
_KINDS = ("creates", "updates")
_TROUBLES = ("refused", "failed", "not_synced")
"""Where there are any, the runs are no equals."""
_Sync = Callable[[list[str]], RivalRun | None]
"""Syncs the accounts → what it took; None: they are the rig's workers, whom the rig measures."""
_Contestant = Callable[[], AbstractContextManager[_Sync]]
"""At work, from its start to its end."""


def section() -> Section:
    """Without rows yet."""
    ours = [f"closedwon, {what}" for what in _KINDS]
    return Section(
        name="beside",
        title="CPU per account, beside others",
        method=(
            "By turns on the same simulators (15 × 200 ms) and the same Redis: the system with "
            "everything on (ledger, governor, loader, events for Flower); bare Celery and "
            "dramatiq, four hops and each service call by itself; the script. Each in new "
            "processes, while none of the others runs, the system's neither; each creates and "
            f"changes {_WARM} accounts first, which do not count. Milliseconds of CPU per account, "
            f"the median of {_ROUNDS} rounds; refused, failed and not synced: of all rounds "
            "together. Ratio: to bare Celery without events."
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
            *(Column(figure, figure.replace("_", " ")) for figure in _TROUBLES),
        ),
        targets=(
            *(
                Target(row, figure, "at most", 1.0)
                for row in ours
                for figure in ("ratio", "with_redis_ratio")
            ),
            *(Target("*", figure, "exactly", 0) for figure in _TROUBLES),
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
        ready.stack.stop(*_OURS)  # they are a contestant, like the others
        for number in range(_ROUNDS):
            for name, contestant in _contestants(ready, own).items():
                for what, told in _round(ready, contestant):
                    rounds.setdefault(f"{name}, {what}", []).append(told)
            bench.say(f"round {number + 1} of {_ROUNDS} is over")
            _tell(found, rounds)
            bench.keep()


def _contestants(ready: Rig, directory: Path) -> dict[str, _Contestant]:
    environment, size = ready.stack.environment, Size()
    with_events = replace(size, events=True)
    return {
        "closedwon": partial(_ours, ready),
        _CELERY: lambda: _theirs(celery_at_work(environment, size, directory)),
        f"{_CELERY} with events": lambda: _theirs(
            celery_at_work(environment, with_events, directory)
        ),
        "dramatiq": lambda: _theirs(dramatiq_at_work(environment, size, directory)),
        "script": lambda: _theirs(script_at_work(environment, size, directory)),
    }


@contextmanager
def _ours(ready: Rig) -> Iterator[_Sync]:
    ready.stack.start(*_OURS)
    try:
        yield ready.sync
    finally:
        ready.stack.stop(*_OURS)


@contextmanager
def _theirs(at_work: AbstractContextManager[Rival]) -> Iterator[_Sync]:
    with at_work as rival:
        yield rival.sync


def _round(ready: Rig, contestant: _Contestant) -> Iterator[tuple[str, dict[str, float]]]:
    """One contestant's creates and updates."""
    warm, accounts = list(ready.plant(_WARM)), list(ready.plant(ready.sizes.accounts))
    with contestant() as sync:
        for what in _KINDS:
            if what == "updates":
                ready.planter.change([*warm, *accounts])
            sync(warm)
            yield what, _measured(ready, accounts, sync)


def _measured(ready: Rig, accounts: list[str], sync: _Sync) -> dict[str, float]:
    """Per account; troubles in all."""
    commands = _commands(ready)
    with measured(ready, accounts) as run:
        rival = sync(accounts)
    steady = steady_rate([request.at for request in writes(run.netsuite)])
    used = {
        "workers": 1000 * ((rival.cpu_seconds if rival else run.cpu["workers"]) or 0.0),
        "redis": 1000 * (run.cpu["redis"] or 0.0),
        "simulators": 1000 * (run.cpu["simulators"] or 0.0),
        "commands": _commands(ready) - commands,
        "netsuite": len(counted(run.netsuite)),
        "salesforce": len(counted(run.salesforce)),
    }
    per_account = {name: value / len(accounts) for name, value in used.items()}
    share = (steady or 0.0) / ready.sizes.limit_per_second
    return per_account | {"share": share} | _troubles(ready, run, rival)


def _troubles(ready: Rig, run: Measurement, rival: RivalRun | None) -> dict[str, float]:
    """A rival has no ledger: each account is to have been written once."""
    refused = run.concurrency["refused"]
    if rival is None:
        ended = outcome(ready, run.accounts)
        failed, not_synced = ended["letters"] or 0, ended["not_synced"] or 0
    else:
        failed, not_synced = rival.failed, abs(len(run.accounts) - len(writes(run.netsuite)))
    return {"refused": refused, "failed": failed, "not_synced": not_synced}


def _commands(ready: Rig) -> int:
    """How many commands Redis has carried out so far."""
    return int(ready.redis.info("stats")["total_commands_processed"])


def _tell(found: Section, rounds: dict[str, list[dict[str, float]]]) -> None:
    """Medians, and what they are to bare Celery's. Troubles add up: a median would hide them."""
    middle = {
        row: {
            figure: (sum if figure in _TROUBLES else median)([each[figure] for each in told])
            for figure in told[0]
        }
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
