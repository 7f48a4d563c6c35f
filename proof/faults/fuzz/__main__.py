"""`python -m proof.faults.fuzz --count 100000 --seed 1`: a table, and 1 if there are findings."""

import json
import sys

import click
from rich.console import Console
from rich.table import Table

from proof.faults.fuzz.target import FuzzResult
from proof.faults.fuzz.targets import IN_PROCESS, TARGETS, fuzz
from workers.demo.signals import signals_unwind


@click.command()
@click.option("--count", default=100_000, show_default=True, help="Inputs over all targets.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same inputs.")
@click.option("--only", multiple=True, help="Names of targets; all without.")
@click.option("--in-process", is_flag=True, help="Leave the running worker away.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
def main(count: int, seed: int, only: tuple[str, ...], in_process: bool, as_json: bool) -> None:
    """Gives whatever is read from outside what nobody should send."""
    chosen = [t for t in (IN_PROCESS if in_process else TARGETS) if not only or t.name in only]
    console = Console(stderr=as_json)
    with signals_unwind():
        results = fuzz(count, seed, chosen, lambda result: _tell(console, result))
    if as_json:
        sys.stdout.write(json.dumps([result.stored() for result in results]))
    else:
        console.print(_table(results))
    sys.exit(1 if any(result.findings for result in results) else 0)


def _tell(console: Console, result: FuzzResult) -> None:
    console.print(f"{result.target}: {result.inputs:,} inputs in {result.seconds:.0f} s")
    for finding in result.findings:
        console.print(f"  {finding}", markup=False)


def _table(results: list[FuzzResult]) -> Table:
    table = Table("target", "inputs", "refused clearly", "taken", "findings")
    for name in ("inputs", "taken", "findings"):
        next(column for column in table.columns if column.header == name).justify = "right"
    for result in results:
        by_class = ", ".join(f"{name} {count:,}" for name, count in result.refused.most_common())
        numbers = (f"{result.inputs:,}", by_class, f"{result.accepted:,}")
        table.add_row(result.target, *numbers, str(len(result.findings)))
    total = sum(result.inputs for result in results)
    table.add_row("all", f"{total:,}", "", "", str(sum(len(r.findings) for r in results)))
    return table


main()
