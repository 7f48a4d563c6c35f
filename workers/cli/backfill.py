"""`backfill` opens all Accounts that qualify, in step with the workers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress

from app.errors import RecordRejected, SyncError
from app.passes import Pass
from app.services import Services
from app.terms import By
from workers.cli.acting import by, reason_option
from workers.cli.arguments import Words
from workers.cli.at_hand import services_at_hand
from workers.cli.foreground import FLOW_IS_OFF, take_forward
from workers.cli.tally import Tally
from workers.output import json_option, plural, print_json

_NAME = "backfill"
_GOES_ON = "The same command goes on where this one has stopped."


@click.command()
@click.option(
    "--where",
    type=Words(),
    metavar="SOQL",
    help="A condition on Account besides, such as \"Industry = 'Energy'\".",
)
@reason_option
@json_option
def backfill(where: str | None, reason: str | None, as_json: bool) -> None:
    """Opens all Accounts that qualify and are not linked, in step with the workers."""
    services = services_at_hand()
    tally = Tally(services)
    total = _count(services, where or "")
    asked, words = _asked(services, where or "", by(reason))
    with _display(asked.read, max(total, asked.read), silent=as_json) as (say, advance):
        for line in (words, FLOW_IS_OFF if "flow" in services.pauses.all() else ""):
            if line:
                say(line)
        try:
            for reading in take_forward(services, asked, say):
                for order in tally.add(reading):
                    say(f"opened {order.account}  {order.reason}")
                advance(reading.records)
        except KeyboardInterrupt:
            raise SyncError("Stopped.") from None
        finally:
            say(tally.in_words() if tally.is_over else f"{tally.in_words()} {_GOES_ON}")
            if as_json:
                print_json(tally.as_json() | {"total": total})


def _count(services: Services, where: str) -> int:
    """
    Raises:
        RecordRejected: Salesforce refuses the condition, in its own words.
    """
    try:
        return services.foreground.count(where)
    except RecordRejected as refused:
        if not where:
            raise
        raise RecordRejected(
            "Salesforce refuses --where, or the criteria ('closedwon criteria show').",
            service=refused.service,
            service_words=refused.service_words,
        ) from None


def _asked(services: Services, where: str, me: By) -> tuple[Pass, str]:
    """The stored pass that is to go on, and what is to be said of it. The audit trail tells that
    there is a condition, and not which: it may hold a customer's name.
    """
    those = "those of all that meet --where" if where else "all"
    left = services.passes.get(_NAME)
    if left and left.where == where:
        done = f"{plural(left.read, 'Account')} read, {left.opened:,} opened before"
        services.audit.tell("backfill", me, f"{those}; goes on where it stopped: {done}")
        return left, f"Goes on where it stopped: {done}."
    services.audit.tell("backfill", me, those)
    services.passes.drop(_NAME)
    cause = "asked for by an admin"
    asked = services.passes.ask(Pass(_NAME, cause, ("qualifying",), where=where, patient=True))
    if left is None:
        return asked, ""
    given = f"--where {left.where!r}" if left.where else "no --where"
    return asked, f"An earlier backfill with {given} was not over. This one begins anew."


@contextmanager
def _display(
    done: int, total: int, *, silent: bool
) -> Iterator[tuple[Callable[[str], None], Callable[[int], None]]]:
    """How to say a line, and how to tell that so many more are done: a bar on a terminal."""
    console = Console()
    if silent:
        yield lambda line: None, lambda more: None
    elif not console.is_terminal:
        yield click.echo, lambda more: None
    else:
        with Progress(console=console) as bar:
            task = bar.add_task("Accounts that qualify", completed=done, total=total)
            yield (
                lambda line: console.print(line, markup=False, highlight=False),
                lambda more: bar.update(task, advance=more),
            )
