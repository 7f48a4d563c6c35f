"""`fit` tells before go-live what would become of all Accounts that qualify."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from typing import IO

import click

from app.errors import SyncError
from app.fit.judgement import OUTCOMES, Judgement
from app.fit.judging import Judge, counted
from app.fit.references import References
from app.fit.survey import Survey
from app.links import Links
from app.reconciliation.qualifying import Qualifying
from app.salesforce.accounts import condition_of
from app.salesforce.batches import ACCOUNTS_PER_CALL
from app.services import Services
from workers.cli.at_hand import services_at_hand
from workers.cli.csv_file import csv_option, write_csv
from workers.cli.foreground import persistently
from workers.cli.progress import progress
from workers.output import json_option, plural, print_json, print_table

_COLUMNS = ("id", "name", "outcome", "Customer", "reasons")
_SHOWN = 20
_FINE = ("linked", "created", "matched")


@click.command()
@csv_option
@json_option
def fit(csv_file: IO[str] | None, as_json: bool) -> None:
    """Tells what would become of all Accounts that qualify, and of the parents they need.

    Writes nothing to the clouds, and changes no account's row. Outcomes: linked and matched would
    be updated, created is new; ambiguous and rejected would be dead letters; blocked would wait for
    a parent that is one; gone is hidden, or was deleted meanwhile.
    """
    services = services_at_hand()
    survey = survey_of(services)
    report = Report(survey)
    try:
        _run(services, survey)
        report.is_over = True
    except KeyboardInterrupt:
        raise SyncError("Stopped.") from None
    finally:
        if csv_file:
            write_csv(csv_file, _COLUMNS, report.rows())
        report.print_json() if as_json else report.print()


def survey_of(services: Services) -> Survey:
    """One that has not looked at any Account yet."""
    return Survey(
        services.salesforce,
        services.accounts.fields,
        Links(services.redis),
        services.lookups,
        Judge(services.flow, References(services.netsuite)),
    )


def _run(services: Services, survey: Survey) -> None:
    condition = condition_of(services.criteria.current())
    qualifying = Qualifying(services.salesforce, lambda: condition, ACCOUNTS_PER_CALL)
    place: str | None = ""
    with progress("Accounts that qualify", qualifying.count("")) as (advance, say):
        while place is not None:
            page = persistently(services, partial(qualifying.page, place, ""), say)
            ids = [found.account for found in page.found]
            persistently(services, partial(survey.look, ids), say)
            advance(len(ids))
            place = page.next_place


class Report:
    """What has been found."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self.is_over = False

    @property
    def _judged(self) -> list[Judgement]:
        return [one for _, one in sorted(self._survey.judged.items())]

    def rows(self) -> Iterable[tuple[object, ...]]:
        """One for each Account."""
        for one in self._judged:
            yield one.account, one.name, one.outcome, one.customer, _reasons(one)

    def outcomes(self) -> dict[str, int]:
        found = Counter(one.outcome for one in self._judged)
        return {outcome: found[outcome] for outcome in OUTCOMES if found[outcome]}

    def reasons(self) -> list[tuple[str, str, int]]:
        """Outcome, reason and how many, in the order of outcomes, the most frequent first."""
        found = Counter((one.outcome, one.reason) for one in self._judged)
        ordered = sorted(found.items(), key=lambda row: (OUTCOMES.index(row[0][0]), -row[1]))
        return [(outcome, reason, count) for (outcome, reason), count in ordered]

    def alterations(self) -> dict[str, int]:
        """What would be altered to fit, to in how many Accounts, the most frequent first."""
        found = Counter(
            said for one in self._judged for said in {counted(words) for words in one.alterations}
        )
        return dict(found.most_common())

    def print(self) -> None:
        """For people: of single Accounts those alone that need a person."""
        print_table(("outcome", "accounts"), self.outcomes().items())
        click.echo()
        print_table(("outcome", "why", "accounts"), self.reasons())
        if altered := self.alterations():
            click.echo()
            print_table(("altered to fit", "accounts"), altered.items())
        self._print_troubled()
        if unchecked := self._survey.judge.references.unchecked:
            click.echo(f"Not looked up, whether it exists: {', '.join(sorted(unchecked))}")
        click.echo(self._in_words())

    def _print_troubled(self) -> None:
        troubled = [one for one in self._judged if one.outcome not in _FINE]
        if troubled:
            click.echo()
        print_table(
            ("account", "name", "outcome", "why"),
            [(one.account, one.name, one.outcome, one.words) for one in troubled[:_SHOWN]],
        )
        if len(troubled) > _SHOWN:
            click.echo(f"… and {len(troubled) - _SHOWN:,} more: see --csv or --json")

    def _in_words(self) -> str:
        judged = self._judged
        parents = sum(one.needed for one in judged)
        words = f"{plural(len(judged) - parents, 'Account')} that qualify"
        words += f", {plural(parents, 'parent')} needed besides"
        altered = sum(bool(one.alterations) for one in judged)
        words += f", {altered:,} with alterations; nothing was written"
        return f"{words}." if self.is_over else f"{words}, and not at the end."

    def print_json(self) -> None:
        judged = self._judged
        print_json(
            {
                "over": self.is_over,
                "qualify": sum(not one.needed for one in judged),
                "parents": sum(one.needed for one in judged),
                "altered": sum(bool(one.alterations) for one in judged),
                "outcomes": self.outcomes(),
                "reasons": [
                    {"outcome": outcome, "reason": reason, "accounts": count}
                    for outcome, reason, count in self.reasons()
                ],
                "alterations": self.alterations(),
                "not_looked_up": sorted(self._survey.judge.references.unchecked),
                "accounts": [asdict(one) for one in judged],
            }
        )


def _reasons(one: Judgement) -> str:
    return "; ".join(filter(None, (one.words, *one.alterations)))
