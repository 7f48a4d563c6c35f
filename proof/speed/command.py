"""`closedwon bench`: how fast the whole system is, on this machine, with simulated clouds."""

from functools import partial
from pathlib import Path

import click

from proof.report.results import Results
from proof.report.section import Section
from proof.report.show import show
from proof.rig.machine import machine
from proof.rig.proving import POSITIVE, UNPROVEN, keep_option, out_option, proving
from proof.speed.netsuite.command import netsuite
from proof.speed.part import Bench
from proof.speed.parts import PARTS
from workers.output import json_option

_FAILED = 1
_BY_NAME = {part.name: part for part in PARTS}


@click.group()
def bench() -> None:
    """Measures what the sync costs and how fast it is."""


bench.add_command(netsuite)


@bench.command(epilog=f"Parts: {', '.join(part.name for part in PARTS)}.")
@click.argument("names", nargs=-1, type=click.Choice(sorted(_BY_NAME)), metavar="[PART]...")
@click.option(
    "--scale",
    type=POSITIVE,
    default=1.0,
    show_default=True,
    help="Less than 1: a quick look, whose figures mean little.",
)
@out_option
@keep_option
@json_option
def speed(names: tuple[str, ...], scale: float, out: Path, keep: bool, as_json: bool) -> None:
    """Measures the system side by side with what a person would write instead, and against the
    limits. All parts, or those that are named. Ends with 0 if all targets are met, else with 1.
    """
    results = Results(out, machine())
    sections: list[Section] = []
    with proving("bench", keep=keep) as (directory, display):
        for part in [_BY_NAME[name] for name in names] or PARTS:
            section = part.section()
            section.quick = f"scale {scale:g}" if scale < 1 else ""
            sections.append(section)
            own = directory / part.name
            own.mkdir()
            display.say(f"{part.name} begins: {section.title}")
            given = Bench(own, scale, display.say, partial(results.keep, section))
            try:
                part.measure(section, given)
            except UNPROVEN as failed:
                section.failures[part.name] = f"{type(failed).__name__}: {failed}"
            results.keep(section)
            display.say(f"{part.name} is over: {'met' if section.is_met else 'MISSED'}")
    show(sections, results.machine, as_json=as_json)
    raise SystemExit(0 if all(section.is_met for section in sections) else _FAILED)
