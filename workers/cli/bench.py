"""`bench` measures the whole product against simulated clouds on this machine."""

import shutil
from collections.abc import Callable, Collection
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import click
import httpx
from rich.console import Console

from app.errors import ConfigurationError
from workers.bench.display import Display
from workers.bench.machine import machine
from workers.bench.report import Report
from workers.bench.rig import Stuck
from workers.bench.runs import SCENARIOS, run
from workers.bench.sizes import Sizes
from workers.demo.process import ProcessFailed
from workers.demo.signals import signals_unwind
from workers.output import json_option, print_json, print_table

_FAILED, _INTERRUPTED = 1, 130
_COUNT = click.IntRange(min=1)
_SECONDS = click.FloatRange(min=0, min_open=True)
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


@click.group()
def bench() -> None:
    """Measures what the sync costs and how fast it is."""


def _size_options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each size, in their order."""
    for size in reversed(fields(Sizes)):
        option = click.option(
            f"--{size.name.replace('_', '-')}",
            type=_COUNT if size.type is int else _SECONDS,
            default=size.default,
            show_default=True,
            help=_HELP[size.name],
        )
        command = option(command)
    return command


@bench.command()
@click.option(
    "--only",
    "wanted",
    multiple=True,
    type=click.Choice(SCENARIOS),
    help="A scenario; may be given several times. Else all.",
)
@_size_options
@click.option("--keep", is_flag=True, help="Keep the directory with logs and Redis's file.")
@json_option
def netsuite(wanted: tuple[str, ...], keep: bool, as_json: bool, **sizes: Any) -> None:
    """Creates, updates and repeats Customers in a simulated NetSuite account, and holds what that
    took against the targets. Ends with 0 if all are met, else with 1.
    """
    if find_spec("starlette") is None:
        raise ConfigurationError(["The simulators are not installed: add the extra `simulators`."])
    report = Report(Sizes(**sizes), machine())
    display = Display(Console(stderr=True))
    directory = Path(mkdtemp(prefix="closedwon-bench-"))
    try:
        with signals_unwind():
            _measure(report, wanted or SCENARIOS, directory, display)
    except KeyboardInterrupt:
        display.say("Interrupted. Everything has ended.")
        raise SystemExit(_INTERRUPTED) from None
    except (ProcessFailed, Stuck, httpx.HTTPError) as failed:
        report.failure = f"{type(failed).__name__}: {failed}"
        display.say(report.failure)
    finally:
        if keep:
            display.say(f"Logs and Redis's file are in {directory}.")
        else:
            shutil.rmtree(directory)
    _show(report, as_json=as_json)
    raise SystemExit(0 if report.all_met() else _FAILED)


def _measure(report: Report, wanted: Collection[str], directory: Path, display: Display) -> None:
    """Adds what each scenario gave as soon as it is over."""
    with display.live():
        for name, result in run(wanted, report.sizes, directory, display.begin):
            report.results[name] = result
            missed = ", ".join(report.missed(name))
            display.say(f"{name} is over: " + (f"MISSED {missed}" if missed else "all targets met"))


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        print_json(report.as_json())
        return
    print_table(("scenario", "figure", "measured", "target", ""), report.rows())
