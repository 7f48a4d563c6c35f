"""`dead-letters`: what failed for good, and what an admin does about it."""

from dataclasses import asdict

import click

from app.errors import RecordNotFound
from app.journal import DeadLetter, Journal
from app.models import account_id
from app.terms import Order
from workers.output import json_option, plural, print_json, print_table, when
from workers.stage import get_services


@click.group("dead-letters")
def dead_letters() -> None:
    """Accounts that failed for good: list, show, requeue, discard."""


@dead_letters.command("list")
@click.option("--cause", help="Only this cause, such as RecordRejected.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@json_option
def list_letters(cause: str | None, limit: int, as_json: bool) -> None:
    """Lists the letters, newest first."""
    journal = get_services().journal
    letters = journal.letters(cause, limit=limit)
    if as_json:
        print_json([asdict(letter) for letter in letters])
        return
    print_table(
        ("account", "since (UTC)", "stage", "cause", "waiting", "words"),
        [
            (
                letter.account,
                when(letter.first),
                letter.stage,
                letter.cause,
                letter.waiting,
                _in_full(letter),
            )
            for letter in letters
        ],
    )
    causes = ", ".join(f"{name} {count:,}" for name, count in journal.causes().items())
    click.echo(f"{plural(sum(journal.causes().values()), 'dead letter')}. {causes}")


@dead_letters.command()
@click.argument("account", metavar="ID")
@json_option
def show(account: str, as_json: bool) -> None:
    """Shows one letter whole."""
    letter = _letter(get_services().journal, account_id(account))
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
@click.argument("accounts", nargs=-1, metavar="[ID…]")
@click.option("--cause", help="All of this cause.")
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@json_option
def requeue(accounts: tuple[str, ...], cause: str | None, everything: bool, as_json: bool) -> None:
    """Sends dead accounts through the flow again."""
    if sum((bool(accounts), bool(cause), everything)) != 1:
        raise click.UsageError("Give account ids, or --cause, or --all: one of the three.")
    services = get_services()
    if accounts:
        wanted = [_letter(services.journal, account_id(text)).account for text in accounts]
    else:
        wanted = list(services.journal.dead(cause))
    services.ledger.open(Order(account, "requeued by an admin") for account in wanted)
    if as_json:
        print_json(wanted)
    else:
        click.echo(f"Requeued {plural(len(wanted), 'account')}.")


@dead_letters.command()
@click.argument("accounts", nargs=-1, required=True, metavar="ID…")
@click.option("--reason", required=True, help="Kept in the account's story.")
@json_option
def discard(accounts: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Gives letters up: the accounts stay as they are until their next change."""
    services = get_services()
    wanted = [_letter(services.journal, account_id(text)).account for text in accounts]
    gone = [a for a in wanted if services.ledger.discard(a, f"discarded by an admin: {reason}")]
    if as_json:
        print_json(gone)
    else:
        click.echo(f"Discarded {plural(len(gone), 'letter')}.")


def _letter(journal: Journal, account: str) -> DeadLetter:
    letter = journal.letter(account)
    if letter is None:
        state = journal.row(account).state
        raise RecordNotFound(f"There is no dead letter for Account {account}: it is {state}.")
    return letter


def _in_full(letter: DeadLetter) -> str:
    said = f" [{letter.service_words}]" if letter.service_words else ""
    return letter.words + said
