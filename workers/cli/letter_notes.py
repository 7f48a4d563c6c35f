"""`dead-letters discard`, `assign` and `comment`: what people decide and know of a letter."""

from dataclasses import asdict

import click

from app.admin import letters as admin
from app.admin.letters import letter_of
from app.texts import plain
from workers.cli.acting import REASON, by
from workers.cli.arguments import AccountId, Words
from workers.cli.at_hand import services_at_hand
from workers.output import json_option, plural, print_json


@click.command()
@click.argument("accounts", nargs=-1, required=True, metavar="ID…", type=AccountId())
@click.option("--reason", required=True, type=REASON, help="Kept in the account's story.")
@json_option
def discard(accounts: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Gives letters up: the accounts stay as they are until their next change."""
    services = services_at_hand()
    for account in accounts:
        letter_of(services, account)
    outcome = admin.discard(services, accounts, by(reason))
    if as_json:
        refused = [asdict(refusal) for refusal in outcome.refused]
        print_json({"discarded": outcome.moved, "refused": refused})
    else:
        click.echo(f"Discarded {plural(len(outcome.moved), 'letter')}.")
        for refusal in outcome.refused:
            click.echo(f"closedwon: {refusal.account}: {refusal.words}", err=True)
    if outcome.refused:
        raise SystemExit(1)


@click.command()
@click.argument("account", metavar="ID", type=AccountId())
@click.argument("name", metavar="NAME")
@json_option
def assign(account: str, name: str, as_json: bool) -> None:
    """Says who looks after a letter; an empty NAME: nobody."""
    letter = admin.assign(services_at_hand(), account, plain(name)[:100], by())
    if as_json:
        print_json(asdict(letter))
    else:
        whose = f"is assigned to {letter.assigned}" if letter.assigned else "is nobody's"
        click.echo(f"The letter of {account} {whose}.")


@click.command()
@click.argument("account", metavar="ID", type=AccountId())
@click.argument("words", metavar="WORDS", type=Words(2000))
@json_option
def comment(account: str, words: str, as_json: bool) -> None:
    """Keeps a comment with a letter, in place of the one before."""
    letter = admin.comment(services_at_hand(), account, words, by())
    if as_json:
        print_json(asdict(letter))
    else:
        click.echo(f"The letter of {account} says: {letter.comment}")
