"""`drift` compares all linked Accounts with their Customers, field by field."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import IO, Any

import click

from app.drift.comparison import Compared, Comparison
from app.drift.drift import Drift
from app.drift.place import Places
from app.errors import SyncError
from app.links import Links
from app.netsuite.standings import Standings
from app.services import Services
from workers.cli.acting import by, reason_option
from workers.cli.at_hand import services_at_hand
from workers.cli.csv_file import csv_option, write_csv
from workers.cli.foreground import FLOW_IS_OFF, persistently
from workers.cli.progress import progress
from workers.output import abridged, json_option, plural, print_json, print_table

_COLUMNS = ("account", "Customer", "field", "Salesforce", "NetSuite")


@click.command()
@click.option("--fix", is_flag=True, help="Open those that differ: workers write them anew.")
@click.option("--restart", is_flag=True, help="Not where the last one stopped, but from the start.")
@csv_option
@reason_option
@json_option
def drift(
    fix: bool, restart: bool, csv_file: IO[str] | None, reason: str | None, as_json: bool
) -> None:
    """Compares all linked Accounts with their Customers, as far as fields are the sync's.

    Only reads, save that --fix opens the Accounts that differ. One that was stopped goes on where
    it was. Exit codes: 0 nothing differs, or it was opened; 1 something differs, or it failed.
    """
    services = services_at_hand()
    found = drift_of(services, fix=fix)
    report = Report(found)
    if fix:
        services.audit.tell("drift", by(reason), "opens the linked Accounts that differ")
    try:
        _run(services, found, report, restart)
    except KeyboardInterrupt:
        raise SyncError("Stopped. The same command goes on where this one was.") from None
    finally:
        if csv_file:
            write_csv(csv_file, _COLUMNS, report.rows())
        report.print_json() if as_json else report.print()
    if fix and "flow" in services.pauses.all():
        click.echo(FLOW_IS_OFF, err=True)
    raise SystemExit(1 if report.drifted and not fix else 0)


def drift_of(services: Services, *, fix: bool) -> Drift:
    """One that has not begun yet."""
    comparison = Comparison(
        services.salesforce,
        services.accounts.fields,
        Standings(services.netsuite, services.flow),
        services.lookups,
        Links(services.redis),
        services.flow,
    )
    return Drift(comparison, Places(services.redis), services.ledger, fix)


def _run(services: Services, found: Drift, report: "Report", restart: bool) -> None:
    total = found.begin(restart=restart)
    with progress("Linked Accounts", total) as (advance, say):
        if found.goes_on:
            done = plural(found.place.compared, "Account")
            say(f"Goes on where it stopped: {done} compared before. --restart begins anew.")
        while (compared := persistently(services, found.step, say)) is not None:
            report.add(compared)
            advance(len(compared))
    report.is_over = True


class Report:
    """What has been found."""

    def __init__(self, found: Drift) -> None:
        self._found = found
        self._told: dict[str, Compared] = {}
        self.is_over = False

    def add(self, compared: Sequence[Compared]) -> None:
        self._told |= {one.account: one for one in compared if one.verdict != "same"}

    @property
    def drifted(self) -> list[Compared]:
        return [one for one in self._told.values() if one.is_drift]

    def rows(self, shorten: Callable[[str], str] = str) -> list[tuple[str, ...]]:
        """One for each difference, in the order of accounts."""
        rows: list[tuple[str, ...]] = []
        for one in sorted(self.drifted, key=lambda one: one.account):
            if one.verdict == "not found":
                rows.append((one.account, one.customer, "", "", "not found: gone, or hidden"))
            for d in one.differences:
                values = (shorten(d.ours or ""), shorten(d.theirs or ""))
                rows.append((one.account, one.customer, d.field, *values))
        return rows

    def counts(self) -> dict[str, int]:
        """Field to how many accounts differ in it, the most frequent first."""
        fields = Counter(d.field for one in self.drifted for d in one.differences)
        return dict(fields.most_common())

    def of(self, verdict: str) -> list[Compared]:
        return [one for one in self._told.values() if one.verdict == verdict]

    def print(self) -> None:
        """For people."""
        print_table(_COLUMNS, self.rows(abridged))
        print_table(("field", "accounts"), self.counts().items())
        for one in self.of("rejected"):
            click.echo(f"{one.account} cannot be compared: {one.words}")
        if skipped := self._found.comparison.standings.skipped:
            click.echo(f"NetSuite does not let us query, so not compared: {', '.join(skipped)}")
        click.echo(self._in_words())

    def _in_words(self) -> str:
        place, missing = self._found.place, len(self.of("not found"))
        words = [
            f"{plural(place.compared, 'linked Account')} compared",
            f"{len(self.drifted):,} differ" + (f" ({missing:,} not found)" if missing else ""),
            *(f"{len(self.of(v)):,} {v}" for v in ("under way", "rejected", "gone") if self.of(v)),
            *([f"{place.opened:,} opened"] if self._found.fix else []),
        ]
        return ", ".join(words) + ("." if self.is_over else ", and not at the end.")

    def print_json(self) -> None:
        print_json(
            {
                "compared": self._found.place.compared,
                "opened": self._found.place.opened,
                "over": self.is_over,
                "fields": self.counts(),
                "not_compared": self._found.comparison.standings.skipped,
                "accounts": [_as_json(one) for _, one in sorted(self._told.items())],
            }
        )


def _as_json(one: Compared) -> dict[str, Any]:
    told = asdict(one)
    told["differences"] = [
        {"field": d.field, "salesforce": d.ours, "netsuite": d.theirs} for d in one.differences
    ]
    return told
