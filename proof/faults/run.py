"""A run of `closedwon faults`: one experiment after the other, each kept as soon as it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proof.faults import fuzzing
from proof.faults.experiment import Experiment, Load, run
from proof.faults.rows import EXPERIMENTS, section
from proof.faults.scene import NeverCame
from proof.faults.soak import Soak, steady_load
from proof.report.results import Results
from proof.report.section import Section
from proof.rig.display import Display
from proof.rig.proving import UNPROVEN

_TITLES = tuple(experiment.title for experiment in EXPERIMENTS)


@dataclass(frozen=True, slots=True)
class Run:
    """`directory`: for the stacks."""

    directory: Path
    display: Display
    results: Results

    def experiments(self, wanted: Sequence[Experiment], load: Load) -> Section:
        """→ a row for each."""
        found = section()
        found.quick = load.less_than_usual
        for experiment in wanted:
            self._measure(experiment, load, found)
            self.results.keep(found, _TITLES)
        return found

    def fuzz(self, inputs: int, seed: int) -> Section:
        """→ a row for each target."""
        found = fuzzing.section(inputs)
        fuzzing.measure(found, inputs, seed, self.display.say)
        found.quick = f"{inputs:,} inputs" if inputs < fuzzing.INPUTS else ""
        self.results.keep(found)
        return found

    def soak(self, minutes: int, seed: int) -> list[Section]:
        """→ whether anything was lost; what was seen by the minute; what grew."""
        soak, found = Soak(minutes), section()
        found.name, found.title, found.chart = "soak-end", "After the soak", None
        self._measure(soak.experiment(), steady_load(seed), found)
        sections = [found, *soak.sections()]
        for each in sections:
            each.quick = f"{minutes} minutes" if minutes < Soak.usual else ""
            self.results.keep(each)
        return sections

    def _measure(self, experiment: Experiment, load: Load, found: Section) -> None:
        own = self.directory / experiment.name
        own.mkdir()
        title, say = experiment.title, self.display.say
        say(f"{experiment.name} begins: {title}")
        try:
            found.rows[title] = run(experiment, load, own, say)
        except (NeverCame, *UNPROVEN) as failed:
            found.failures[title] = f"{type(failed).__name__}: {failed}"
            say(found.failures[title])
        else:
            missed = ", ".join(found.missed(title))
            say(f"{experiment.name} is over: {f'MISSED {missed}' if missed else 'survived'}")
