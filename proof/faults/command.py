"""`closedwon faults`: harms the whole system in every known way, and counts what is lost."""

from pathlib import Path

import click

from proof.faults import fuzzing
from proof.faults.experiment import Load
from proof.faults.rows import EXPERIMENTS
from proof.faults.run import Run
from proof.faults.soak import NAME as SOAK
from proof.faults.soak import Soak
from proof.report.results import Results
from proof.report.show import show
from proof.rig.machine import machine
from proof.rig.proving import COUNT, POSITIVE, keep_option, out_option, proving
from workers.output import json_option, print_table

_FAILED = 1
_USUAL = Load()
_BY_NAME = {experiment.name: experiment for experiment in EXPERIMENTS}
_FUZZ = fuzzing.NAME
_NAMES = click.Choice(sorted((*_BY_NAME, _FUZZ, SOAK)))


@click.command()
@click.argument("names", nargs=-1, type=_NAMES, metavar="[NAME]...")
@click.option(
    "--accounts",
    default=_USUAL.accounts,
    show_default=True,
    type=click.IntRange(min=20),
    help="How many are entered at the start.",
)
@click.option(
    "--pace",
    default=_USUAL.pace,
    show_default=True,
    type=POSITIVE,
    help="How many changes people make a second.",
)
@click.option(
    "--harms",
    default=_USUAL.most_harms,
    type=COUNT,
    help="At most so many harms in an experiment; without it, as many as `--list` says.",
)
@click.option(
    "--seed",
    default=_USUAL.seed,
    show_default=True,
    help="With another, people change other things, and inputs are others.",
)
@click.option(
    "--inputs",
    default=fuzzing.INPUTS,
    show_default=True,
    type=COUNT,
    help="How many `fuzz` makes up.",
)
@click.option(
    "--minutes", default=Soak.usual, show_default=True, type=COUNT, help="How long `soak` lasts."
)
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
    of it, which takes an hour, or what is named; `soak`, a long time at a steady rate, only when it
    is named. Ends with 0 if the system survives as it should, else with 1.
    """
    if is_list:
        listed = [(each.name, each.title) for each in (*EXPERIMENTS, Soak(minutes).experiment())]
        print_table(("name", "what is done"), [*listed, (_FUZZ, f"{inputs:,} malformed inputs")])
        return
    load = Load(accounts=accounts, pace=pace, seed=seed, most_harms=harms)
    wanted = [_BY_NAME[name] for name in names if name in _BY_NAME] if names else EXPERIMENTS
    results = Results(out, machine())
    with proving("faults", keep=keep) as (directory, display):
        given = Run(directory, display, results)
        sections = [given.experiments(wanted, load)] if wanted else []
        if _FUZZ in names or not names:
            sections.append(given.fuzz(inputs, seed))
        if SOAK in names:
            sections += given.soak(minutes, seed)
    show(sections, results.machine, as_json=as_json)
    raise SystemExit(0 if all(each.is_met for each in sections) else _FAILED)
