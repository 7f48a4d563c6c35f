"""`dead-letters`: what failed for good, and what an admin does about it."""

from dataclasses import asdict

import click

from app.errors import RecordNotFound
from app.journal import DeadLetter, Journal
from app.terms import Order
from workers.cli.arguments import AccountId, Words
from workers.cli.at_hand import services_at_hand
from workers.cli.sync import FOLLOW
from workers.output import json_option, plural, print_json, print_table, when


@click.group("dead-letters")
def dead_letters() -> None:
    """Accounts that failed for good: list, show, requeue, discard."""


@dead_letters.command("list")
@click.option("--cause", help="Only this cause, such as RecordRejected.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--offset", default=0, type=click.IntRange(0), help="Leave out so many.")
@json_option
def list_letters(cause: str | None, limit: int, offset: int, as_json: bool) -> None:
    """Lists the letters, newest first."""
    journal = services_at_hand().journal
    counts = _causes(journal, cause)
    letters = journal.letters(cause, offset, limit)
    if as_json:
        print_json([asdict(letter) for letter in letters])
        return
    print_table(
        ("account", "last failure (UTC)", "deaths", "cause", "waiting", "words"),
        [
            (
                letter.account,
                when(letter.at),
                letter.deaths,
                letter.cause,
                letter.waiting,
                _in_full(letter),
            )
            for letter in letters
        ],
    )
    click.echo(f"{plural(sum(counts.values()), 'dead letter')}. {_listed(counts)}".strip())
    chosen = counts[cause] if cause else sum(counts.values())
    if offset + len(letters) < chosen:
        click.echo(f"Go on with: --offset {offset + len(letters)}")


@dead_letters.command()
@click.argument("account", metavar="ID", type=AccountId())
@json_option
def show(account: str, as_json: bool) -> None:
    """Shows one letter whole."""
    letter = _letter(services_at_hand().journal, account)
    if as_json:
        print_json(asdict(letter))
        return
    for label, value in (
        ("account", letter.account),
        ("cause", letter.cause),
        ("stage", letter.stage),
        ("words", letter.words),
        ("service's own words", letter.service_words),
        ("opened by", letter.reason),
        ("attempts", letter.attempts),
        ("times it died", letter.deaths),
        ("first failure (UTC)", when(letter.first)),
        ("last failure (UTC)", when(letter.at)),
        ("accounts waiting for it", letter.waiting),
        ("task in Flower", letter.task),
    ):
        if value:
            click.echo(f"{label:24} {value}")


@dead_letters.command()
@click.argument("accounts", nargs=-1, metavar="[ID…]", type=AccountId())
@click.option("--cause", help="All of this cause.")
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@json_option
def requeue(accounts: tuple[str, ...], cause: str | None, everything: bool, as_json: bool) -> None:
    """Sends dead accounts through the flow again."""
    if sum((bool(accounts), bool(cause), everything)) != 1:
        raise click.UsageError("Give account ids, or --cause, or --all: one of the three.")
    services = services_at_hand()
    if accounts:
        wanted = [_letter(services.journal, account).account for account in accounts]
    else:
        _causes(services.journal, cause)
        wanted = list(services.journal.dead(cause))
    services.ledger.open(Order(account, "requeued by an admin") for account in wanted)
    if as_json:
        print_json(wanted)
    else:
        click.echo(f"Requeued {plural(len(wanted), 'account')}.")
        click.echo(FOLLOW)


@dead_letters.command()
@click.argument("accounts", nargs=-1, required=True, metavar="ID…", type=AccountId())
@click.option("--reason", required=True, type=Words(), help="Kept in the account's story.")
@json_option
def discard(accounts: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Gives letters up: the accounts stay as they are until their next change."""
    services = services_at_hand()
    wanted = [_letter(services.journal, account).account for account in accounts]
    gone = [a for a in wanted if services.ledger.discard(a, f"discarded by an admin: {reason}")]
    if as_json:
        print_json(gone)
    else:
        click.echo(f"Discarded {plural(len(gone), 'letter')}.")


def _letter(journal: Journal, account: str) -> DeadLetter:
    letter = journal.letter(account)
    if letter is None:
        state = journal.row(account).state
        words = "the ledger knows nothing of it" if state == "none" else f"it is {state}"
        raise RecordNotFound(f"There is no dead letter for Account {account}: {words}.")
    return letter


def _causes(journal: Journal, asked: str | None) -> dict[str, int]:
    """Cause to how many letters have it; one that is asked for is among them."""
    counts = journal.causes()
    if asked and asked not in counts:
        there = f"There are: {_listed(counts)}." if counts else "There are no dead letters."
        raise RecordNotFound(f"No dead letter has the cause {asked}. {there}")
    return counts


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _in_full(letter: DeadLetter) -> str:
    said = f" [{letter.service_words}]" if letter.service_words else ""
    return letter.words + said
