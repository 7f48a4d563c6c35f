"""A long time at a steady rate, unharmed: nothing may grow."""

import time
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from proof.faults.experiment import Experiment, Load
from proof.faults.growth import Growth, growth
from proof.faults.samples import key_sizes, sample_process, sample_redis
from proof.faults.scene import Scene
from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Figures, Target

NAME = "soak"
PROCESSES = ("worker", "listener", "beat", "flower")
_MINUTE = 60.0
_MOST = 0.05
"""Growth per hour, of the mean: as much as is noise, or"""
_LEAST_MIB, _LEAST_COUNT = 2.0, 3.0
"""so much where the mean is small."""
_SHOWN = 15
_FLOWER_TASKS = 2000
"""So that Flower's memory of tasks is full before the system counts as warm."""
_THREADS = 32
"""The default: the target of a worker's memory is for so many."""
_EXPLAINED = {
    "minutes_mib": "one hash a minute for the charts, each kept for 2 h or 2.5 h",
    "stories_mib": "up to 60 lines for each account, kept for 30 days",
    "minutes_keys": "the same",
    "redis_mib": "with these",
    "keys": "with these",
    "aof_mib": "until Redis writes it anew, at 64 MiB and whenever it has doubled",
}
"""What grows for a known reason, and is bounded."""
_MEASURED = {
    **{f"{name}_mib": f"{name}: memory, MiB" for name in PROCESSES},
    **{f"{name}_files": f"{name}: open files" for name in PROCESSES},
    **{f"{name}_threads": f"{name}: threads" for name in PROCESSES},
    "redis_mib": "Redis: memory, MiB",
    "minutes_mib": "Redis: of it counts by the minute, MiB",
    "stories_mib": "Redis: of it the accounts' stories, MiB",
    "others_mib": "Redis: of it all else, MiB",
    "keys": "Redis: keys",
    "minutes_keys": "Redis: of them counts by the minute",
    "others_keys": "Redis: of them all else",
    "clients": "Redis: connections",
    "aof_mib": "Redis: append-only file, MiB",
}


def steady_load(seed: int) -> Load:
    """A fixed set of accounts, so that the ledger has no reason to grow."""
    return Load(accounts=300, pace=10.0, seed=seed, is_steady=True)


@dataclass
class Soak:
    """Looks at the system once a minute, for so many."""

    usual: ClassVar[int] = 60
    minutes: int = usual
    samples: list[Figures] = field(default_factory=list)

    def experiment(self) -> Experiment:
        words = f"nothing is harmed, {self.minutes} minutes at a steady rate"
        settings = {
            "FLOWER_MAX_TASKS": str(_FLOWER_TASKS),
            "WORKER_CONCURRENCY": str(_THREADS),
        }
        return Experiment(NAME, words, self.watch, settings, PROCESSES)

    def watch(self, scene: Scene) -> None:
        began = time.monotonic()
        for minute in range(1, self.minutes + 1):
            scene.wait(partial(_is_past, began + minute * _MINUTE), "a minute", 2 * _MINUTE)
            self.samples.append({"minute": minute, **_looked_at(scene)})
            scene.show(_told(self.samples[-1]))
        sizes = sorted(key_sizes(scene.redis).items(), key=lambda each: each[1][1], reverse=True)
        for kind, (count, size) in sizes[:_SHOWN]:
            scene.show(f"{kind}: {count:,} keys, {size:,} bytes")

    def sections(self) -> tuple[Section, Section]:
        """What was seen, and what it says."""
        return self._course(), self._growths()

    def _course(self) -> Section:
        """Minute by minute, with a picture."""
        told = [f"{name}_mib" for name in PROCESSES] + ["redis_mib"]
        return Section(
            name="soak",
            title="Memory over time, MiB",
            method="A fixed set of accounts, changed at a steady rate; a look once a minute.",
            columns=(
                *(Column(figure, _MEASURED[figure], ",.1f") for figure in told),
                Column("keys", _MEASURED["keys"]),
            ),
            chart=Chart(
                "lines",
                {figure: figure.removesuffix("_mib") for figure in told},
                "MiB",
                x="minute",
                x_axis="minutes",
            ),
            rows={f"minute {sample['minute']}": sample for sample in self.samples},
        )

    def _growths(self) -> Section:
        """What grows, judged."""
        minutes = [sample["minute"] or 0.0 for sample in self.samples]
        rows: dict[str, Figures] = {}
        targets: tuple[Target, ...] = ()
        for figure, words in _MEASURED.items():
            grown = growth(minutes, [sample.get(figure) for sample in self.samples])
            rows[words] = grown.as_figures() if grown else {}
            if figure not in _EXPLAINED:
                targets += (Target(words, "per_hour", "at most", _allowed(figure, grown)),)
        return Section(
            name="soak-growth",
            title="Growth at a steady rate",
            method=(
                "The straight line through what was seen once a minute, without the first ten. "
                f"Flower keeps {_FLOWER_TASKS:,} tasks in memory, so that it soon has as many."
            ),
            columns=(
                Column("mean", "mean", ",.1f"),
                Column("per_hour", "growth per hour", "+,.2f"),
                Column("share", "of the mean", "+.1%"),
            ),
            targets=targets,
            rows=rows,
            remarks={_MEASURED[figure]: why for figure, why in _EXPLAINED.items()},
        )


def _allowed(figure: str, grown: Growth | None) -> float:
    """How much it may grow in an hour, in its own unit."""
    least = _LEAST_MIB if figure.endswith("_mib") else _LEAST_COUNT
    return max(least, _MOST * grown.mean) if grown else 0.0


def _is_past(moment: float) -> bool:
    return time.monotonic() >= moment


def _looked_at(scene: Scene) -> Figures:
    found = dict(sample_redis(scene.redis))
    for name in PROCESSES:
        found |= sample_process(name, scene.stack.pid(name))
    return found


def _told(sample: Figures) -> str:
    return ", ".join(
        f"{name.removesuffix('_mib')} {value:,.1f}"
        for name, value in sample.items()
        if value is not None and (name.endswith("_mib") or name in ("minute", "keys"))
    )
