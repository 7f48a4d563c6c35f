"""`dead-letters requeue` and `recoveries`: dead accounts go through the flow again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click

from app.admin import letters as admin
from app.admin.letters import letter_of
from app.admin.recoveries import Recoveries
from app.admin.recovery import Recovery
from app.errors import RecordLocked, RecordNotFound
from app.services import Services
from app.terms import By
from workers.cli.acting import by, reason_option
from workers.cli.arguments import AccountId, Words
from workers.cli.at_hand import services_at_hand
from workers.cli.sync import FOLLOW
from workers.output import json_option, plural, print_json, print_table, when

_FOLLOW_ALL = "Follow it with: closedwon dead-letters recoveries"


@click.command()
@click.argument("accounts", nargs=-1, metavar="[ID…]", type=AccountId())
@click.option("--cause", type=Words(), help="All of this cause that are dead now.")
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@click.option("--canary", is_flag=True, help="One of each cause first; the rest if that succeeds.")
@click.option("--force", is_flag=True, help="Those that have just died again, too.")
@reason_option
@json_option
def requeue(
    accounts: tuple[str, ...],
    cause: str | None,
    everything: bool,
    canary: bool,
    force: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """Sends dead accounts through the flow again.

    Exit code 1: of the accounts one was refused, or of the causes one was not begun, failed at
    once, or holds nothing but what has just died again.
    """
    if sum((bool(accounts), bool(cause), everything)) != 1:
        raise click.UsageError("Give account ids, or --cause, or --all: one of the three.")
    if canary and accounts:
        raise click.UsageError("--canary goes with --cause or --all.")
    services, me = services_at_hand(), by(reason)
    if accounts:
        _requeue_each(services, accounts, me, force=force, as_json=as_json)
    else:
        causes = [cause] if cause else [c.cause for c in services.letters.causes()]
        begun, not_begun = _begin(services, causes, me, canary=canary, force=force)
        _tell_begun(begun, not_begun, as_json=as_json)
        if not_begun or any(map(_is_failure, begun)):
            raise SystemExit(1)


@click.command()
@click.option("--stop", metavar="RECOVERY", help="End it: what is not requeued stays dead.")
@reason_option
@json_option
def recoveries(stop: str | None, reason: str | None, as_json: bool) -> None:
    """Shows what `requeue --cause` and `--all` have begun, newest first; stops one of them."""
    orders = Recoveries(services_at_hand())
    if stop:
        orders.stop(stop, by(reason))
    if as_json:
        print_json([order.as_json() for order in orders.all()])
        return
    print_table(
        ("recovery", "begun (UTC)", "cause", "state", "requeued", "left", "by", "words"),
        [
            (
                order.id,
                when(order.began_ms / 1000),
                order.cause,
                order.state,
                f"{order.requeued:,} of {order.total:,}",
                order.refused,
                order.by,
                order.words,
            )
            for order in orders.all()
        ],
    )


def _requeue_each(
    services: Services, accounts: Sequence[str], me: By, *, force: bool, as_json: bool
) -> None:
    """Ends with status 1 if one of them is refused."""
    for account in accounts:
        letter_of(services, account)
    outcome = admin.requeue(services, accounts, me, force=force)
    if as_json:
        refused = [asdict(refusal) for refusal in outcome.refused]
        told = {"requeued": outcome.moved, "refused": refused}
        print_json(told | {"recoveries": [], "not_begun": []})
    else:
        _tell_moved(len(outcome.moved))
        for refusal in outcome.refused:
            click.echo(f"closedwon: {refusal.account}: {refusal.words}", err=True)
    if outcome.refused:
        raise SystemExit(1)


@dataclass(frozen=True, slots=True)
class _NotBegun:
    """A cause whose letters were left, and why."""

    cause: str
    words: str


def _begin(
    services: Services, causes: Sequence[str], me: By, *, canary: bool, force: bool
) -> tuple[list[Recovery], list[_NotBegun]]:
    """A recovery of each; what stands in the way of one holds up no other."""
    orders, begun, not_begun = Recoveries(services), list[Recovery](), list[_NotBegun]()
    for cause in causes:
        try:
            begun.append(orders.begin(cause, me, canary=canary, force=force))
        except (RecordLocked, RecordNotFound) as refused:
            not_begun.append(_NotBegun(cause, str(refused)))
    return begun, not_begun


def _is_failure(order: Recovery) -> bool:
    return order.state == "failed" or bool(order.refused and not order.requeued)


def _tell_begun(
    begun: Sequence[Recovery], not_begun: Sequence[_NotBegun], *, as_json: bool
) -> None:
    if as_json:
        told = [order.as_json() for order in begun]
        left = [asdict(one) for one in not_begun]
        print_json({"requeued": [], "refused": [], "recoveries": told, "not_begun": left})
        return
    _tell_moved(sum(order.requeued for order in begun))
    for order in begun:
        if order.is_running or order.refused or order.state == "failed":
            click.echo(f"{order.cause}: {order.words or order.tally}")
    if any(order.is_running for order in begun):
        click.echo(f"The sweeper goes on. {_FOLLOW_ALL}")
    for one in not_begun:
        click.echo(f"closedwon: {one.cause}: {one.words}", err=True)


def _tell_moved(count: int) -> None:
    click.echo(f"Requeued {plural(count, 'account')}.")
    if count:
        click.echo(FOLLOW)
