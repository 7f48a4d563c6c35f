"""`check` tries everything the flow stands on, and says what is wrong and what to do about it."""

from collections.abc import Iterator, Mapping, Sequence

import click

from app.admin.switch import Switch
from app.breaker import probing
from app.services import Services
from workers.cli import check_netsuite, check_redis, check_salesforce
from workers.cli.acting import by
from workers.cli.finding import REFUSED, Finding
from workers.output import json_option, print_json, print_table
from workers.stage import get_services


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Tries Redis, Salesforce and NetSuite; says what is wrong and what to do."""
    with probing():
        findings = list(_findings(get_services()))
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        print_table(("", "what", "found"), [(f.verdict, f.what, f.found) for f in findings])
        for finding in findings:
            if finding.advice:
                click.echo(f"{finding.what}: {finding.advice}")
    raise SystemExit(0 if all(finding.ok for finding in findings) else 1)


def _findings(services: Services) -> Iterator[Finding]:
    """NetSuite's client takes its turn in Redis: without, only its login can be tried."""
    of_redis = list(check_redis.look(services))
    yield from of_redis
    of_salesforce = list(check_salesforce.look(services))
    yield from of_salesforce
    answers = all(finding.advice != check_redis.START_IT for finding in of_redis)
    of_netsuite = list(check_netsuite.look(services, redis_answers=answers))
    yield from of_netsuite
    if answers:
        yield from _resumed(services, {"salesforce": of_salesforce, "netsuite": of_netsuite})


def _resumed(services: Services, found: Mapping[str, Sequence[Finding]]) -> Iterator[Finding]:
    """Ends the pause that a refused login began, if that service lets us in again: its first
    finding is of the login, and some services grant a login and then refuse every call.
    """
    pause = services.pauses.get("credentials")
    if pause is None or pause.service not in found:
        return
    login, *rest = found[pause.service]
    refused = any(finding.found == REFUSED for finding in rest)
    if not login.ok or refused:
        return
    if Switch(services.redis, services.ledger).end_refusal(pause.service, by()):
        yield Finding("Credentials", f"the flow goes on; it was paused {pause.told}")
