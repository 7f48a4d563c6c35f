"""`map` shows what a sync of one Account would send, and what would change."""

from dataclasses import asdict

import click

from app.fit.picture import STAYS, Picture, picture_of
from app.netsuite.standings import Standings
from app.services import Services
from workers.cli.arguments import AccountId
from workers.cli.at_hand import services_at_hand
from workers.cli.fit import survey_of
from workers.output import abridged, json_option, print_json, print_table, tell

_COLUMNS = ("field", "from", "Salesforce", "would be sent", "NetSuite has", "change")
_LONGEST = 40
_NOT_QUALIFIED = (
    "No Opportunity of it meets the criteria: it is synced only if it is linked, forced, or needed "
    "as a parent."
)


@click.command("map")
@click.argument("account", metavar="ACCOUNT", type=AccountId())
@json_option
def map_account(account: str, as_json: bool) -> None:
    """Shows an Account, what would be sent of it, and what would change. Writes nothing."""
    services = services_at_hand()
    standings = Standings(services.netsuite, services.flow)
    picture = picture_of(account, survey_of(services), standings, services.lookups)
    qualifies = _qualifies(services, account)
    if as_json:
        print_json(_as_json(picture) | {"qualifies": qualifies, "not_compared": standings.skipped})
        return
    _tell(picture)
    if not qualifies:
        click.echo(_NOT_QUALIFIED)
    if standings.skipped:
        click.echo(f"NetSuite does not let us query: {', '.join(standings.skipped)}")


def _qualifies(services: Services, account: str) -> bool:
    reading = services.accounts.read_many([account], services.criteria.current())[account]
    return not isinstance(reading, Exception) and reading.qualifies


def _tell(picture: Picture) -> None:
    judgement = picture.judgement
    tell(f"{judgement.account} {judgement.name}: {picture.decision}")
    click.echo(f"Parent: {picture.parent}")
    for said in picture.applicant.payload.alterations if picture.applicant.payload else ():
        tell(f"Altered: {said}")
    print_table(
        _COLUMNS,
        [
            (
                row.field,
                row.source,
                *(abridged(v or "", _LONGEST) for v in (row.salesforce, row.sent, row.netsuite)),
                row.change,
            )
            for row in sorted(picture.rows, key=lambda row: row.change in STAYS)
        ],
    )


def _as_json(picture: Picture) -> dict[str, object]:
    payload = picture.applicant.payload
    return {
        **asdict(picture.judgement),
        "decision": picture.decision,
        "parent_handling": picture.parent,
        "body": payload and payload.body,
        "once": payload and payload.once,
        "fields": [asdict(row) for row in picture.rows],
    }
