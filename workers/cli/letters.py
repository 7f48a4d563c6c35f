"""`dead-letters`: what failed for good, to read; requeue.py and letter_notes.py act on it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import click

from app.admin.letters import ensure_cause, letter_of
from app.letters import PLACE, DeadLetter, LetterFilter, Letters
from app.models import STAGES
from workers.cli.arguments import AccountId, Place, Words
from workers.cli.at_hand import services_at_hand
from workers.cli.letter_notes import assign, comment, discard
from workers.cli.paging import GO_ON, tell_place
from workers.cli.requeue import recoveries, requeue
from workers.output import json_option, plural, print_json, print_table, tell, when

_PAGE = 500


@click.group("dead-letters")
def dead_letters() -> None:
    """Accounts that failed for good: to read, requeue, discard, assign and comment."""


for command in (requeue, recoveries, discard, assign, comment):
    dead_letters.add_command(command)


@dead_letters.command("list")
@click.option("--cause", type=Words(), help="Only this cause, such as RecordRejected.")
@click.option("--stage", type=click.Choice(STAGES), help="Only what failed there.")
@click.option("--text", type=Words(), help="Only with this in the words or the comment.")
@click.option("--assigned", type=Words(), metavar="NAME", help="Only what this person looks after.")
@click.option("--again", is_flag=True, help="Those on trial: requeued, and not at rest yet.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--after", type=Place(PLACE), help=GO_ON)
@json_option
def list_letters(
    cause: str | None,
    stage: str | None,
    text: str | None,
    assigned: str | None,
    again: bool,
    limit: int,
    after: str | None,
    as_json: bool,
) -> None:
    """Lists the letters, newest first."""
    services = services_at_hand()
    if cause and not again:
        ensure_cause(services, cause)
    letters = services.letters
    wanted = LetterFilter(cause, stage, text, assigned, "again" if again else "dead")
    found, place = _found(letters, wanted, after, limit)
    if as_json:
        print_json([asdict(letter) for letter in found])
    else:
        _show_table(found)
        for line in _summary(letters):
            click.echo(line)
    tell_place(place, as_json=as_json)


@dead_letters.command()
@click.argument("account", metavar="ID", type=AccountId())
@json_option
def show(account: str, as_json: bool) -> None:
    """Shows one letter whole."""
    letter = letter_of(services_at_hand(), account)
    if as_json:
        print_json(asdict(letter))
        return
    for label, value in (
        ("account", letter.account),
        ("on trial since (UTC)", _on_trial_since(letter)),
        ("cause", letter.cause),
        ("stage", letter.stage),
        ("words", letter.words),
        ("service's own words", letter.service_words),
        ("request", letter.request),
        ("opened by", letter.reason),
        ("attempts", letter.attempts),
        ("times it died", letter.deaths),
        ("first failure (UTC)", when(letter.first)),
        ("last failure (UTC)", when(letter.at)),
        ("accounts waiting for it", letter.waiting),
        ("assigned to", letter.assigned),
        ("comment", letter.comment),
        ("task in Flower", letter.task),
    ):
        if value:
            tell(f"{label:24} {value}")


def _found(
    letters: Letters, wanted: LetterFilter, after: str | None, limit: int
) -> tuple[list[DeadLetter], str | None]:
    """The letters, and where to go on if there may be more."""
    found: list[DeadLetter] = []
    while True:
        page = letters.page(wanted, after, min(_PAGE, limit - len(found)))
        found += page.letters
        after = page.next
        if after is None or len(found) >= limit:
            return found, after


def _show_table(letters: Sequence[DeadLetter]) -> None:
    somebody = any(letter.assigned for letter in letters)
    columns = ["account", "last failure (UTC)", "deaths", "cause", "waiting", "words"]
    rows = [
        [
            letter.account,
            when(letter.at),
            letter.deaths,
            letter.cause,
            letter.waiting,
            _in_full(letter),
        ]
        for letter in letters
    ]
    if somebody:
        columns.insert(5, "assigned")
        for letter, row in zip(letters, rows, strict=True):
            row.insert(5, letter.assigned)
    print_table(columns, rows)


def _on_trial_since(letter: DeadLetter) -> str:
    """Empty for one that is dead. Where a change opened it, nobody requeued it."""
    if letter.state == "dead":
        return ""
    return when(letter.requeued) if letter.requeued else "its last change"


def _summary(letters: Letters) -> Iterator[str]:
    causes = letters.causes()
    listed = ", ".join(f"{found.cause} {found.count:,}" for found in causes)
    yield f"{plural(sum(found.count for found in causes), 'dead letter')}. {listed}".strip()
    if on_trial := letters.again():
        yield f"{plural(on_trial, 'letter')} on trial: list them with --again."


def _in_full(letter: DeadLetter) -> str:
    said = f" [{letter.service_words}]" if letter.service_words else ""
    return letter.words + said
