"""What comes in malformed, by the hundred thousand, as a table."""

from collections.abc import Callable

from proof.faults.fuzz.targets import TARGETS, apart
from proof.report.section import Column, Section
from proof.report.targets import Target

NAME = "fuzz"
INPUTS = 100_000
_SECONDS_EACH = 0.02
_LEAST_SECONDS = 300.0


def section(inputs: int) -> Section:
    """Without rows yet: so many inputs are asked for."""
    return Section(
        name="fuzz",
        title="Malformed input",
        method=(
            "Made-up messages, events, answers, flow files and stored values are given to the code "
            "that reads them, and to a running worker. Each must be refused with a clear error or "
            "be taken for what it is; whatever else happens is a finding."
        ),
        columns=(
            Column("inputs", "inputs"),
            Column("refused", "refused clearly"),
            Column("accepted", "taken"),
            Column("findings", "findings"),
        ),
        targets=(
            Target("*", "findings", "exactly", 0),
            Target("all", "inputs", "at least", inputs),
        ),
    )


def measure(found: Section, inputs: int, seed: int, say: Callable[[str], None]) -> None:
    """A row for each target, and one for all of them."""
    say(f"{NAME} begins: {inputs:,} inputs")
    try:
        results = apart(inputs, seed, _LEAST_SECONDS + inputs * _SECONDS_EACH)
    except RuntimeError as ended:
        found.failures["all"] = str(ended)
        return
    about = {target.name: target.what for target in TARGETS}
    for result in results:
        for words in result.findings:
            say(f"{result.target}: {words}")
        found.rows[result.target] = {
            "inputs": result.inputs,
            "refused": sum(result.refused.values()),
            "accepted": result.accepted,
            "findings": len(result.findings),
        }
        found.remarks[result.target] = about[result.target]
    columns = [column.figure for column in found.columns]
    rows = [found.rows[result.target] for result in results]
    found.rows["all"] = {name: sum(row[name] or 0 for row in rows) for name in columns}
