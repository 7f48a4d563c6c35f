"""`closedwon bench netsuite`: what the sync costs in NetSuite."""

from collections.abc import Callable, Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from proof.report.results import Results
from proof.rig.display import Display
from proof.rig.machine import machine
from proof.rig.proving import COUNT, POSITIVE, UNPROVEN, keep_option, out_option, proving
from proof.rig.sizes import Sizes
from proof.speed.netsuite.report import Report
from proof.speed.netsuite.runs import SCENARIOS, run
from workers.output import json_option, print_json, print_table

_FAILED = 1
_HELP = {
    "accounts": "Accounts in a scenario.",
    "repeated": "Accounts that are repeated unchanged.",
    "dropped": "Accounts that are created while answers get lost.",
    "outage_seconds": "How long NetSuite is down.",
    "concurrency": "NetSuite's requests at a time.",
    "latency_seconds": "How long NetSuite takes for a request.",
    "threads": "Threads of a worker process.",
    "workers": "Worker processes where several share the limit.",
    "patience_seconds": "How long a scenario may take.",
}


def _size_options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each size, in their order."""
    for size in reversed(fields(Sizes)):
        option = click.option(
            f"--{size.name.replace('_', '-')}",
            type=COUNT if size.type is int else POSITIVE,
            default=size.default,
            show_default=True,
            help=_HELP[size.name],
        )
        command = option(command)
    return command


@click.command()
@click.option(
    "--only",
    "wanted",
    multiple=True,
    type=click.Choice(SCENARIOS),
    help="A scenario; may be given several times. Else all.",
)
@_size_options
@out_option
@keep_option
@json_option
def netsuite(wanted: tuple[str, ...], out: Path, keep: bool, as_json: bool, **sizes: Any) -> None:
    """Creates, updates and repeats Customers in a simulated NetSuite account, and holds what that
    took against the targets. Ends with 0 if all are met, else with 1.
    """
    report = Report(Sizes(**sizes), machine())
    with proving("bench", keep=keep) as (directory, display):
        try:
            _measure(report, wanted or SCENARIOS, directory, display)
        except UNPROVEN as failed:
            report.failure = f"{type(failed).__name__}: {failed}"
            display.say(report.failure)
    Results(out, report.machine).keep(report.section())
    _show(report, as_json=as_json)
    raise SystemExit(0 if report.all_met() else _FAILED)


def _measure(report: Report, wanted: Collection[str], directory: Path, display: Display) -> None:
    """Adds what each scenario gave as soon as it is over."""
    for name, result in run(wanted, report.sizes, directory, display.begin):
        report.results[name] = result
        missed = ", ".join(report.missed(name))
        display.say(f"{name} is over: " + (f"MISSED {missed}" if missed else "all targets met"))


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        print_json(report.as_json())
        return
    print_table(("scenario", "figure", "measured", "target", ""), report.rows())
