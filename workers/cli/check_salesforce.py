"""Does Salesforce let us in, show every field the flow reads, and let us hear the channels?"""

from collections.abc import Iterator
from contextlib import closing

from app.errors import PermanentError, SyncError, TransientError
from app.loopback import is_loopback
from app.netsuite.mapping import needed_fields
from app.salesforce.pubsub import PubSub
from app.services import Services
from workers.cli.finding import Finding, failure, not_tried

_HIDDEN = (
    "Correct their names in flow.toml, or give the integration user's permission set read access "
    "to them."
)
_NOT_SELECTED = (
    "Select the object under Setup > Change Data Capture, and give the integration user View All "
    "Records on it; or correct SALESFORCE_CHANNELS."
)


def look(services: Services) -> Iterator[Finding]:
    settings = services.settings
    wanted = _wanted_fields(services)
    try:
        session = services.salesforce.session
    except SyncError as failed:
        yield failure(
            "Salesforce token", failed, "SALESFORCE_LOGIN_URL", settings.salesforce_login_url
        )
        rest = (
            *(f"Salesforce {entity}" for entity in wanted),
            *map(_named, settings.salesforce_channels),
        )
        for what in rest:
            yield not_tried(what, "it needs the login")
        return
    yield Finding("Salesforce token", f"org {session.organization} at {session.instance_url}")
    for entity, fields in wanted.items():
        try:
            yield _entity(services, entity, fields)
        except SyncError as failed:
            what = f"Salesforce {entity}"
            yield failure(what, failed, "SALESFORCE_LOGIN_URL", session.instance_url)
    yield from _channels(services)


def _wanted_fields(services: Services) -> dict[str, set[str]]:
    flow = services.flow
    return {
        "Account": {"Name", "ParentId", *needed_fields(flow)},
        "Opportunity": {"AccountId", *(c.field for c in flow.qualification.criteria)},
    }


def _entity(services: Services, entity: str, fields: set[str]) -> Finding:
    about = services.salesforce.describe(entity)
    visible = {str(field["name"]).lower() for field in about["fields"]}
    missing = sorted(field for field in fields if field.lower() not in visible)
    if missing:
        return Finding(f"Salesforce {entity}", f"fields missing: {', '.join(missing)}", _HIDDEN)
    return Finding(f"Salesforce {entity}", "all fields are visible")


def _channels(services: Services) -> Iterator[Finding]:
    settings = services.settings
    endpoint = settings.salesforce_pubsub_endpoint
    timeout = settings.salesforce_timeout_seconds
    with closing(PubSub(endpoint, services.salesforce.auth, timeout, is_loopback)) as pubsub:
        for channel in settings.salesforce_channels:
            try:
                yield _channel(pubsub, channel)
            except TransientError as failed:
                yield failure(_named(channel), failed, "SALESFORCE_PUBSUB_ENDPOINT", endpoint)


def _channel(pubsub: PubSub, channel: str) -> Finding:
    try:
        if pubsub.topic(channel).can_subscribe:
            return Finding(_named(channel), "may be subscribed to")
    except PermanentError as refused:
        said = f" It said: {refused.service_words}" if refused.service_words else ""
        return Finding(_named(channel), str(refused), _NOT_SELECTED + said)
    return Finding(_named(channel), "may not be subscribed to", _NOT_SELECTED)


def _named(channel: str) -> str:
    return f"Event channel {channel}"
