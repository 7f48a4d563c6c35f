"""What a benchmark has shown: each figure, held against its target where it has one."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Verdict, verdicts
from proof.rig.sizes import Sizes
from proof.speed.netsuite.scenarios import Result
from proof.speed.netsuite.targets import TARGETS

_COLUMNS = (
    Column("accounts", "accounts"),
    Column("share_of_limit", "share of the limit", ".1%"),
    Column("netsuite_requests_per_customer", "NetSuite requests a Customer", ".3f"),
    Column("salesforce_requests_per_account", "Salesforce requests an account", ".3f"),
    Column("netsuite_writes", "writes"),
    Column("refused", "refused"),
    Column("letters", "letters"),
    Column("not_synced", "not synced"),
)


@dataclass
class Report:
    """Grows while scenarios end. `failure`: why not all could be run; empty: they were."""

    sizes: Sizes
    machine: Mapping[str, object]
    results: dict[str, Result] = field(default_factory=dict)
    """Scenario to what it gave."""
    failure: str = ""

    def all_met(self) -> bool:
        """Whether every target of the scenarios is met, and none of them failed."""
        return not self.failure and all(v.is_met for v in self._verdicts())

    def missed(self, scenario: str) -> list[str]:
        """The scenario's figures that do not meet their targets."""
        found = verdicts(scenario, self.results[scenario].figures, TARGETS)
        return [verdict.target.figure for verdict in found if not verdict.is_met]

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {
            "machine": dict(self.machine),
            "sizes": asdict(self.sizes),
            "limit_per_second": self.sizes.limit_per_second,
            "scenarios": {name: asdict(result) for name, result in self.results.items()},
            "targets": [
                asdict(v.target) | {"measured": v.measured, "met": v.is_met}
                for v in self._verdicts()
            ],
            "failure": self.failure,
            "met": self.all_met(),
        }

    def section(self) -> Section:
        """The figures that scenarios have in common, as a table."""
        return Section(
            name="netsuite",
            title="What the sync costs in NetSuite",
            method=(
                f"NetSuite takes {self.sizes.concurrency} requests at a time, of "
                f"{1000 * self.sizes.latency_seconds:.0f} ms each. `together`: with "
                f"{self.sizes.workers} worker processes. `drop`: every fifth answer is lost after "
                f"the commit. `outage`: {self.sizes.outage_seconds:.0f} s with all under way."
            ),
            columns=_COLUMNS,
            targets=TARGETS,
            chart=Chart(
                "bars", {"share_of_limit": "share"}, "share of NetSuite's limit", percent=True
            ),
            rows={name: result.figures for name, result in self.results.items()},
            failures={"all": self.failure} if self.failure else {},
        )

    def rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        """For people: scenario, figure, measured, target, judgement; those with a target first."""
        judged = set()
        for verdict in self._verdicts():
            target = verdict.target
            judged.add((target.scenario, target.figure))
            bound = f"{target.bound} {_shown(target.value)}"
            judgement = "met" if verdict.is_met else "MISSED"
            yield target.scenario, target.figure, _shown(verdict.measured), bound, judgement
        for scenario, result in self.results.items():
            for figure, value in result.figures.items():
                if (scenario, figure) not in judged:
                    yield scenario, figure, _shown(value), "", ""

    def _verdicts(self) -> Iterator[Verdict]:
        for name, result in self.results.items():
            yield from verdicts(name, result.figures, TARGETS)


def _shown(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}"
