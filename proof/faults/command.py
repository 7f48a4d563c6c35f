"""`closedwon faults`: harms the whole system in every known way, and counts what is lost."""

from collections.abc import Sequence
from pathlib import Path

import click

from proof.faults import fuzzing
from proof.faults.experiment import Experiment, Load, run
from proof.faults.rows import EXPERIMENTS, section
from proof.faults.scene import NeverCame
from proof.faults.soak import NAME as SOAK
from proof.faults.soak import Soak, steady_load
from proof.report.results import Results
from proof.report.section import Section
from proof.rig.display import Display
from proof.rig.machine import machine
from proof.rig.proving import UNPROVEN, keep_option, out_option, proving
from workers.output import json_option, print_json, print_table

_FAILED = 1
_USUAL = Load()
_BY_NAME = {experiment.name: experiment for experiment in EXPERIMENTS}
_FUZZ = fuzzing.NAME
_NAMES = click.Choice(sorted((*_BY_NAME, _FUZZ, SOAK)))


@click.command()
@click.argument("names", nargs=-1, type=_NAMES, metavar="[NAME]...")
@click.option("--accounts", default=_USUAL.accounts, show_default=True, type=click.IntRange(min=20))
@click.option("--pace", default=_USUAL.pace, show_default=True, help="Changes a second.")
@click.option("--harms", default=_USUAL.most_harms, help="Of a kind, at most.")
@click.option("--seed", default=_USUAL.seed, show_default=True, help="Other people's changes.")
@click.option("--inputs", default=fuzzing.INPUTS, show_default=True, help="Of `fuzz`.")
@click.option("--minutes", default=60, show_default=True, help="How long `soak` lasts.")
@click.option("--list", "is_list", is_flag=True, help="Names the experiments, and ends.")
@out_option
@keep_option
@json_option
def faults(
    names: tuple[str, ...],
    accounts: int,
    pace: float,
    harms: int,
    seed: int,
    inputs: int,
    minutes: int,
    is_list: bool,
    out: Path,
    keep: bool,
    as_json: bool,
) -> None:
    """Harms the whole system on this machine, with simulated clouds, while people work in them, and
    counts what is lost, doubled or a dead letter; and gives its parts malformed input (`fuzz`). All
    of it, or what is named; `soak`, a long time at a steady rate, only when it is named. Ends with
    0 if the system survives as it should, else with 1.
    """
    if is_list:
        listed = [(each.name, each.title) for each in (*EXPERIMENTS, Soak(minutes).experiment())]
        print_table(("name", "what is done"), [*listed, (_FUZZ, f"{inputs:,} malformed inputs")])
        return
    wanted = [_BY_NAME[name] for name in names if name in _BY_NAME] if names else EXPERIMENTS
    found = section()
    sections = [found]
    results = Results(out, machine())
    results.recall(found)
    with proving("faults", keep=keep) as (directory, display):
        for experiment in wanted:
            load = Load(accounts=accounts, pace=pace, seed=seed, most_harms=harms)
            _measure(experiment, load, found, directory, display)
            results.keep(found)
        if _FUZZ in names or not names:
            fuzzed = fuzzing.section()
            fuzzing.measure(fuzzed, inputs, seed, display.say)
            results.keep(fuzzed)
            sections.append(fuzzed)
        if SOAK in names:
            soak = Soak(minutes)
            _measure(soak.experiment(), steady_load(seed), found, directory, display)
            sections += soak.sections() if soak.samples else ()
            for each in sections:
                results.keep(each)
    _show(sections, as_json=as_json)
    raise SystemExit(0 if all(each.is_met for each in sections) else _FAILED)


def _show(sections: Sequence[Section], *, as_json: bool) -> None:
    if as_json:
        print_json([each.as_json() for each in sections])
        return
    for each in sections:
        print_table(each.head(), each.cells())


def _measure(
    experiment: Experiment, load: Load, found: Section, directory: Path, display: Display
) -> None:
    own = directory / experiment.name
    own.mkdir()
    display.say(f"{experiment.name} begins: {experiment.title}")
    found.rows.pop(experiment.title, None)
    try:
        found.rows[experiment.title] = run(experiment, load, own, display.say)
    except (NeverCame, *UNPROVEN) as failed:
        found.failures[experiment.title] = f"{type(failed).__name__}: {failed}"
        display.say(found.failures[experiment.title])
    else:
        missed = ", ".join(found.missed(experiment.title))
        display.say(f"{experiment.name} is over: {f'MISSED {missed}' if missed else 'survived'}")
