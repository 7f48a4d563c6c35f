"""What processes, and accounts at rest, take of memory."""

from collections.abc import Callable
from itertools import cycle, islice

import psutil
from redis import Redis

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Target
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.speed.part import Bench, Part

_ACCOUNTS, _AT_REST = 3_000, 100_000
_SIZES = Sizes(concurrency=15, latency_seconds=0.02, threads=32)
_BESIDE = ("listener", "beat", "flower")
_ROW, _STORY, _OWNER = "Redis: account at rest", "Redis: its story", "Redis: its deal's owner"
_MIB, _AT_ONCE, _SAMPLES = 2**20, 1000, 500


def section() -> Section:
    return Section(
        name="memory",
        title="Memory",
        method=(
            f"The whole system as it is installed, {_SIZES.threads} threads in the worker, after "
            "the accounts have become Customers. A process: its resident memory. Redis: what its "
            f"data grow by when the keys of these accounts are copied to {_AT_REST:,} others, as "
            "Redis's DUMP and RESTORE do it: the row with the key that leads to it from the "
            "Customer, for good; its story, which expires after STORY_DAYS; whose the Opportunity "
            "was, which expires after 30 days."
        ),
        columns=(
            Column("accounts", "accounts"),
            Column("mib", "MiB", ",.1f"),
            Column("bytes", "bytes per account"),
        ),
        targets=(
            Target("worker", "mib", "at most", 120),
            Target(_ROW, "bytes", "at most", 400),
        ),
        chart=Chart("bars", {"bytes": "bytes"}, "bytes per account at rest"),
    )


def measure(section: Section, bench: Bench) -> None:
    accounts, copies = bench.count(_ACCOUNTS, least=500), bench.count(_AT_REST, least=10_000)
    with rig(bench.directory, 1, _SIZES, beside=_BESIDE) as ready:
        ready.plant(accounts)
        ready.wait(lambda: ready.journal.states().get("synced", 0) >= accounts)
        ready.await_rest()
        for name in ("worker", *_BESIDE):
            section.rows[name] = {"accounts": accounts, "mib": _resident(ready, name)}
        for row, kinds in _KINDS.items():
            before = ready.data_bytes()
            for pattern, name_of in kinds.items():
                _copy(ready.stack.redis_url, pattern, name_of, copies)
            grown = (ready.data_bytes() - before) / copies
            section.rows[row] = {"accounts": copies, "bytes": grown}
        bench.keep()


def _account(number: int) -> str:
    return f"001ZZ{number:010}AAA"


_KINDS: dict[str, dict[str, Callable[[int], str]]] = {
    _ROW: {
        "cw:row:*": lambda number: f"cw:row:{_account(number)}",
        "cw:customer:*": lambda number: f"cw:customer:{10**7 + number}",
    },
    _STORY: {"cw:story:*": lambda number: f"cw:story:{_account(number)}"},
    _OWNER: {"cw:owner:*": lambda number: f"cw:owner:006ZZ{number:010}"},
}
"""What there is of an account: the keys that are copied, and what the copies are called."""


def _resident(rig: Rig, name: str) -> float | None:
    """Of a process and those that it started, in MiB."""
    pid = rig.stack.pid(name)
    if pid is None:
        return None
    first = psutil.Process(pid)
    family = [first, *first.children(recursive=True)]
    return sum(float(one.memory_info().rss) for one in family) / _MIB


def _copy(redis_url: str, pattern: str, name_of: Callable[[int], str], copies: int) -> None:
    """So many keys like those of the pattern, in turn, each with the time that is left to it."""
    with Redis.from_url(redis_url) as redis:  # what DUMP gives is no text
        originals = list(islice(redis.scan_iter(pattern, count=_AT_ONCE), _SAMPLES))
        dumps = cycle([(redis.dump(key), max(0, redis.pttl(key))) for key in originals])
        for start in range(0, copies, _AT_ONCE):
            with redis.pipeline(transaction=False) as pipeline:
                for number in range(start, min(start + _AT_ONCE, copies)):
                    dump, left = next(dumps)
                    pipeline.restore(name_of(number), left, dump)
                pipeline.execute()


PART = Part("memory", section, measure)
