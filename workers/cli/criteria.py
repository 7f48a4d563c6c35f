"""`criteria`: by which Opportunities Accounts qualify; a draft first, then published."""

from dataclasses import asdict
from typing import Any

import click

from app.admin import criteria as admin
from app.admin.criteria_fitting import qualification_of
from app.admin.criteria_preview import Preview
from app.admin.criteria_view import saved_as_json, view_of
from app.stages.qualification import in_words
from workers.cli.acting import by, reason_option
from workers.cli.at_hand import services_at_hand
from workers.cli.criterion import CriterionWords
from workers.output import abridged, json_option, print_json, print_table, when
from workers.reconciler import begin_at_once

_WIDEST = 60


@click.group()
def criteria() -> None:
    """Which Opportunities make an Account a Customer: show, fields, set, preview, publish, drop.

    What is published holds in every process at once, and overrides the flow file.
    """


@criteria.command()
@json_option
def show(as_json: bool) -> None:
    """Shows what holds, and the draft if there is one."""
    found = view_of(services_at_hand())
    if as_json:
        print_json(found)
        return
    click.echo(f"An Account qualifies by an Opportunity with {found['words']}.")
    if found["source"] == "published":
        about = f"version {found['version']}, published by {found['by']}, {when(found['at'])} UTC"
        click.echo(f"{about[0].upper()}{about[1:]}.")
    else:
        click.echo("That is the flow file's; nothing is published.")
    if draft := found["draft"]:
        click.echo(f"Draft {draft['version']} by {draft['by']}: {draft['words']}.")
    for words in found["warnings"]:
        click.echo(f"WARNING: {words}.")


@criteria.command()
@json_option
def fields(as_json: bool) -> None:
    """Lists the org's fields and stages that criteria can name."""
    offer = admin.offer(services_at_hand())
    if as_json:
        print_json(asdict(offer))
        return
    print_table(
        ("field", "label", "type", "operators", "values"),
        [
            (
                field.name,
                field.label,
                field.type,
                " ".join(field.operators),
                abridged(", ".join(choice.value for choice in field.values or ()), _WIDEST),
            )
            for field in offer.fields
        ],
    )
    click.echo()
    print_table(
        ("stage", "label", "won", "closed", "active"),
        [
            (stage.name, stage.label, *map(_yes, (stage.is_won, stage.is_closed, stage.is_active)))
            for stage in offer.stages
        ],
    )


@criteria.command("set")
@click.argument("wanted", metavar="[CRITERION]...", nargs=-1, type=CriterionWords())
@click.option("--any", "any_one", is_flag=True, help="One of them is enough; else all must hold.")
@click.option("--flow-file", is_flag=True, help="Those of the flow file.")
@reason_option
@json_option
def set_draft(
    wanted: tuple[dict[str, object], ...],
    any_one: bool,
    flow_file: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """Saves a draft, once the org can be asked by it. It changes nothing until it is published.

    A criterion is a field, an operator (= != < <= > >= in "not in" like) and a value, as one word
    of the shell: 'IsWon = true' 'StageName in Signed, Closed Won'.
    """
    if flow_file == bool(wanted) or (flow_file and any_one):
        raise click.UsageError("Give criteria, or --flow-file.")
    services = services_at_hand()
    given = {"match": "any" if any_one else "all", "criteria": list(wanted)}
    qualification = services.criteria.flow_file if flow_file else qualification_of(given)
    saved = admin.save(services, qualification, by(reason))
    if as_json:
        print_json(saved_as_json(saved))
        return
    click.echo(f"Draft {saved.version}: {in_words(saved.qualification)}.")
    click.echo(
        f"See 'closedwon criteria preview', then 'closedwon criteria publish {saved.version}'."
    )


@criteria.command()
@json_option
def preview(as_json: bool) -> None:
    """Counts the Accounts that the draft would make qualify, and those that no longer would."""
    found = admin.preview(services_at_hand())
    if as_json:
        print_json(asdict(found))
    else:
        _tell(found)


@criteria.command()
@click.argument("version")
@reason_option
@json_option
def publish(version: str, reason: str | None, as_json: bool) -> None:
    """Makes the draft of this VERSION hold, and has all Accounts that newly qualify opened."""
    services = services_at_hand()
    saved = admin.publish(services, version, by(reason))
    begin_at_once()
    if as_json:
        print_json(view_of(services))
    else:
        click.echo(f"Published: {in_words(saved.qualification)}.")
        click.echo("Accounts that newly qualify are looked for now: see 'closedwon flow status'.")


@criteria.command()
@click.argument("version", required=False)
@reason_option
@json_option
def drop(version: str | None, reason: str | None, as_json: bool) -> None:
    """Forgets the draft; with VERSION, only if it is still that one."""
    dropped = services_at_hand().criteria.drop(by(reason), version)
    if as_json:
        print_json({"dropped": dropped})
    else:
        click.echo("The draft is forgotten." if dropped else "There is no draft.")


def _tell(found: Preview) -> None:
    print_table(
        ("draft", "Accounts", "Customers already", "such as"),
        [
            (
                "newly qualify",
                f"{found.newly:,}",
                f"{found.newly_linked:,}",
                _names(found, "newly"),
            ),
            (
                "no longer do",
                f"{found.no_longer:,}",
                f"{found.no_longer_linked:,}",
                _names(found, "no_longer"),
            ),
        ],
    )
    click.echo(f"{found.qualifying_now:,} qualify now, {found.qualifying_then:,} then.")
    click.echo(found.note)
    click.echo(f"To publish it: closedwon criteria publish {found.version}")


def _names(found: Preview, which: str) -> str:
    sample: list[Any] = getattr(found, f"{which}_sample")
    return abridged(", ".join(one.name for one in sample), _WIDEST)


def _yes(given: bool) -> str:
    return "yes" if given else ""
