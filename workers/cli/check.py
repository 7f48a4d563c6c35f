"""`check` tries everything the flow stands on, and says what is wrong and what to do about it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass

import click
from redis.exceptions import RedisError

from app.errors import PermanentError, SyncError, TransientError
from app.netsuite.mapping import needed_fields
from app.salesforce.pubsub import PubSub
from app.services import Services
from app.settings import is_loopback
from workers.output import json_option, print_json, print_table
from workers.stage import get_services


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is empty where all is well."""

    what: str
    found: str
    advice: str = ""


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Tries Redis, Salesforce and NetSuite; says what is wrong and what to do."""
    services = get_services()
    findings = [finding for look in LOOKS for finding in _looked(look, services)]
    wrong = [finding for finding in findings if finding.advice]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        print_table(
            ("", "what", "found"),
            [("WRONG" if f.advice else "ok", f.what, f.found) for f in findings],
        )
        for finding in wrong:
            click.echo(f"{finding.what}: {finding.advice}")
    raise SystemExit(1 if wrong else 0)


Look = Callable[[Services], Iterator[Finding]]


def _looked(look: Look, services: Services) -> Iterator[Finding]:
    """One look; where it cannot even be finished, that is its finding."""
    try:
        yield from look(services)
    except RedisError as failed:
        yield Finding("Redis", f"does not answer: {failed}", "Start Redis or correct REDIS_URL.")
    except SyncError as failed:
        words = f"{type(failed).__name__}: {failed}"
        advice = f"It said: {failed.service_words}" if failed.service_words else "Try again later."
        yield Finding(failed.service.capitalize() or look.__name__, words, advice)


def redis(services: Services) -> Iterator[Finding]:
    about = services.redis.info()
    version = str(about["redis_version"])
    yield Finding("Redis", f"version {version}", "" if version >= "6.2" else "Use Redis 6.2 or up.")
    durable = bool(about["aof_enabled"])
    yield Finding(
        "Redis keeps what it is told",
        "append-only file on" if durable else "append-only file off",
        "" if durable else "Set 'appendonly yes', or a crash of Redis loses changes.",
    )
    policy = str(about["maxmemory_policy"])
    yield Finding(
        "Redis evicts nothing",
        policy,
        "" if policy == "noeviction" else "Set 'maxmemory-policy noeviction'.",
    )


def salesforce(services: Services) -> Iterator[Finding]:
    session = services.salesforce.session
    yield Finding("Salesforce token", f"org {session.organization} at {session.instance_url}")
    flow = services.flow
    wanted = {
        "Account": {"Name", "ParentId", *needed_fields(flow)},
        "Opportunity": {"AccountId", *(c.field for c in flow.qualification.criteria)},
    }
    for entity, fields in wanted.items():
        about = services.salesforce.describe(entity)
        visible = {str(field["name"]).lower() for field in about["fields"]}
        missing = sorted(field for field in fields if field.lower() not in visible)
        yield Finding(
            f"Salesforce {entity}",
            f"fields missing: {', '.join(missing)}" if missing else "all fields are visible",
            "Correct their names in flow.toml, or give the integration user's permission set "
            "read access to them."
            if missing
            else "",
        )


def channels(services: Services) -> Iterator[Finding]:
    settings = services.settings
    pubsub = PubSub(
        settings.salesforce_pubsub_endpoint,
        services.salesforce.auth,
        settings.salesforce_timeout_seconds,
        is_loopback,
    )
    with closing(pubsub):
        for channel in settings.salesforce_channels:
            yield _channel(pubsub, channel)


def _channel(pubsub: PubSub, channel: str) -> Finding:
    what = f"Event channel {channel}"
    try:
        if pubsub.topic(channel).can_subscribe:
            return Finding(what, "may be subscribed to")
        words = "may not be subscribed to"
    except TransientError:
        raise
    except PermanentError as refused:
        words = f"{refused} {refused.service_words}".strip()
    return Finding(
        what,
        words,
        "Select the object under Setup > Change Data Capture, and give the integration user "
        "View All Records on it; or correct SALESFORCE_CHANNELS.",
    )


def netsuite(services: Services) -> Iterator[Finding]:
    services.netsuite.auth.token()
    yield Finding("NetSuite token", f"account {services.settings.netsuite_account_id}")
    flow, client = services.flow, services.netsuite
    for name, table, has, enabled in (
        ("OneWorld", "subsidiaries", client.has_feature("oneworld"), flow.subsidiaries.enabled),
        ("Currencies", "currencies", client.has_feature("multi_currency"), flow.currencies.enabled),
    ):
        advice = f"Set [{table}] enabled = {str(has).lower()} in flow.toml."
        yield Finding(f"NetSuite {name}", "yes" if has else "no", "" if has == enabled else advice)
    found = services.netsuite.find_by_name("closedwon dry look-up")
    yield Finding("NetSuite dry look-up", f"works, {len(found)} found")


LOOKS: tuple[Look, ...] = (redis, salesforce, channels, netsuite)
