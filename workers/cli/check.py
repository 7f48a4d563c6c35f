"""`check` tries everything the flow stands on, and says what is wrong and what to do about it."""

from collections.abc import Iterator

import click

from app.services import Services
from workers.cli import check_netsuite, check_redis, check_salesforce
from workers.cli.finding import Finding
from workers.output import json_option, print_json, print_table
from workers.stage import get_services


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Tries Redis, Salesforce and NetSuite; says what is wrong and what to do."""
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
    yield from check_salesforce.look(services)
    answers = all(finding.advice != check_redis.START_IT for finding in of_redis)
    yield from check_netsuite.look(services, redis_answers=answers)
