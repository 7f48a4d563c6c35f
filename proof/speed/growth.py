"""What an account costs while a long backlog waits behind it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from celery import Celery

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Figures, Target
from proof.rig.measuring import less
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.speed.filling import fill
from proof.speed.part import Bench, Part

_BACKLOGS = (1_000, 10_000, 100_000, 1_000_000)
_ACCOUNTS = 1_500
_FROM, _TO = 0.2, 0.9
"""The part of the accounts that is measured: not the start, nor where others come after them."""
_SIZES = Sizes(concurrency=15, latency_seconds=0.2)
_WITHIN = 0.10


def section() -> Section:
    return Section(
        name="growth",
        title="The cost of an account while a backlog waits",
        method=(
            f"{_ACCOUNTS:,} new accounts are opened, and behind them as many others as the row "
            "says, with rows and messages as the ledger and Celery make them. Then one worker of "
            f"{_SIZES.threads} threads starts, and beat sends the sweeper every three seconds. "
            f"NetSuite takes {_SIZES.limit_per_second:.0f} requests a second. CPU: user and "
            "system, of worker and Redis, over the middle of the accounts. Memory: what Redis "
            "grew by, for each row with its story, its message and its places in sorted sets."
        ),
        columns=(
            Column("writes_per_second", "Customers per second", ",.1f"),
            Column("cpu_ms_workers", "worker, ms per account", ",.2f"),
            Column("cpu_ms_redis", "Redis, ms per account", ",.2f"),
            Column("cpu_ms", "both, ms", ",.2f"),
            Column("cost_against_least", "against the shortest", ".1%"),
            Column("rate_against_least", "its rate against the shortest", ".1%"),
            Column("redis_bytes_per_row", "Redis, bytes per queued row"),
            Column("filled_per_second", "rows opened per second"),
        ),
        targets=(
            Target("*", "cost_against_least", "at most", 1 + _WITHIN),
            Target("*", "rate_against_least", "at least", 1 - _WITHIN),
        ),
        chart=Chart(
            "lines",
            {"cpu_ms": "both", "cpu_ms_workers": "worker", "cpu_ms_redis": "Redis"},
            "CPU, ms per account",
            x="backlog",
            x_axis="rows that wait",
            logarithmic=True,
        ),
    )


def measure(section: Section, bench: Bench) -> None:
    first: Figures = {}
    for number, full in enumerate(_BACKLOGS):
        backlog = bench.count(full, least=100 * (number + 1))
        own = bench.directory / str(backlog)
        own.mkdir()
        with rig(own, 1, _SIZES) as ready:
            found = _drained(ready, bench.count(_ACCOUNTS, least=800), backlog)
        first = first or found
        section.rows[f"{backlog:,} rows"] = {
            **found,
            "cost_against_least": _ratio(found, first, "cpu_ms"),
            "rate_against_least": _ratio(found, first, "writes_per_second"),
        }
        bench.keep()


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far it is, and what it has taken."""

    at: float
    synced: int
    cpu: dict[str, float | None]


def _drained(rig: Rig, accounts: int, backlog: int) -> Figures:
    chosen = list(rig.plant(accounts))
    rig.stack.stop("worker")
    rig.open(chosen)
    before, began = rig.data_bytes(), time.monotonic()
    with Celery(broker=rig.stack.redis_url, set_as_current=False) as sender:
        fill(rig.redis, backlog, sender)
    seconds = time.monotonic() - began
    rig.wait(lambda: not rig.redis.info("persistence")["aof_rewrite_in_progress"])
    grown = rig.data_bytes() - before
    rig.stack.start("worker")
    start = _marked(rig, lambda synced: synced >= _FROM * accounts)
    end = _marked(rig, lambda synced: synced >= _TO * accounts)
    return {
        "backlog": backlog,
        **_cost(start, end),
        "redis_bytes_per_row": grown / backlog,
        "filled_per_second": backlog / seconds,
    }


def _marked(rig: Rig, is_there: Callable[[int], bool]) -> _Mark:
    rig.wait(lambda: is_there(_synced(rig)))
    return _Mark(time.monotonic(), _synced(rig), rig.cpu())


def _synced(rig: Rig) -> int:
    return rig.journal.states().get("synced", 0)


def _cost(start: _Mark, end: _Mark) -> Figures:
    accounts = end.synced - start.synced
    figures: dict[str, float | None] = {
        "writes_per_second": accounts / (end.at - start.at),
        "cpu_ms": None,
    }
    used = {name: less(end.cpu[name], start.cpu[name]) for name in ("workers", "redis")}
    parts = [None if cpu is None else 1000 * cpu / accounts for cpu in used.values()]
    figures |= {f"cpu_ms_{name}": part for name, part in zip(used, parts, strict=True)}
    if None not in parts:
        figures["cpu_ms"] = sum(filter(None, parts))
    return figures


def _ratio(found: Figures, first: Figures, figure: str) -> float | None:
    value, least = found[figure], first[figure]
    return value / least if value is not None and least else None


PART = Part("growth", section, measure)
