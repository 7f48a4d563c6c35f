"""The experiments, in the order of the table, and the table that they make."""

from proof.faults import clouds, hosts, processes, redis
from proof.faults.experiment import Experiment
from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Target

EXPERIMENTS: tuple[Experiment, ...] = (
    *processes.EXPERIMENTS,
    *redis.EXPERIMENTS,
    *clouds.EXPERIMENTS,
    *hosts.EXPERIMENTS,
)
_RECOVERY_SECONDS = 30


def section() -> Section:
    """Without rows yet."""
    return Section(
        name="faults",
        title="Faults survived",
        method=(
            "People change records while the fault lasts; then everything must come to rest, and "
            "what NetSuite holds is compared with Salesforce, field by field. Recovery: seconds "
            "from the end of the fault until every change is in NetSuite."
        ),
        columns=(
            Column("accounts", "accounts"),
            Column("changes", "changes"),
            Column("harms", "harms"),
            Column("lost", "lost"),
            Column("doubled", "doubled"),
            Column("letters", "letters"),
            Column("own_letters", "letters, own fault"),
            Column("recovery", "recovery, s", ",.1f"),
        ),
        targets=(
            Target("*", "lost", "exactly", 0),
            Target("*", "doubled", "exactly", 0),
            Target("*", "letters", "exactly", 0),
            Target("*", "own_letters_missing", "exactly", 0),
            Target("*", "recovery", "at most", _RECOVERY_SECONDS),
        ),
        chart=Chart("bars", {"recovery": "recovery"}, "seconds", target=_RECOVERY_SECONDS),
    )
