"""Does Salesforce let us in, show every field the flow reads, and let us hear the channels?"""

from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from typing import Any

from redis.exceptions import RedisError

from app.errors import SyncError
from app.flow import Qualification
from app.loopback import is_loopback
from app.salesforce.pubsub import PubSub
from app.saved_criteria import CriteriaUnreadable
from app.services import Services
from workers.cli.check_steps import Salesforce
from workers.cli.finding import Finding, Place, advise, failure, not_tried

_CUSTOMER_FIELD = "Salesforce customer field"
_HIDDEN = (
    "Correct their names in flow.toml, or give the integration user's permission set read access "
    "to them."
)
_ONE_CURRENCY = " Where the org has one currency only, set [currencies] enabled = false."
_NO_VIEW_ALL = "Give the integration user View All Records on the object."


def look(services: Services) -> Iterator[Finding]:
    settings = services.settings
    try:
        session = services.salesforce.session
    except SyncError as failed:
        place = Place("SALESFORCE_LOGIN_URL", settings.salesforce_login_url, Salesforce.ADDRESS)
        yield failure("Salesforce token", failed, place, Salesforce.EXTERNAL_CLIENT_APP)
        for what in _behind_the_login(services):
            yield not_tried(what, "it needs the login")
        return
    yield Finding("Salesforce token", f"org {session.organization} at {session.instance_url}")
    for entity, fields in _wanted_fields(services).items():
        yield from _entity(services, entity, fields)
    yield from _api_calls(services)
    yield from _channels(services)


def _behind_the_login(services: Services) -> Iterator[str]:
    settings = services.settings
    yield from (f"Salesforce {entity}" for entity in _wanted_fields(services))
    if settings.salesforce_customer_field:
        yield _CUSTOMER_FIELD
    yield from map(_named, settings.salesforce_channels)


def _wanted_fields(services: Services) -> dict[str, set[str]]:
    criteria = _criteria(services).criteria
    return {
        "Account": {*services.accounts.fields} - {services.settings.salesforce_customer_field},
        "Opportunity": {"AccountId", *(criterion.field for criterion in criteria)},
    }


def _criteria(services: Services) -> Qualification:
    """Those that hold. Where Redis does not tell, the look at Redis does."""
    with suppress(RedisError, CriteriaUnreadable):
        return services.criteria.current()
    return services.criteria.flow_file


def _entity(services: Services, entity: str, fields: set[str]) -> Iterator[Finding]:
    what = f"Salesforce {entity}"
    try:
        described = services.salesforce.describe(entity)["fields"]
    except SyncError as failed:
        address = services.salesforce.session.instance_url
        place = Place("SALESFORCE_LOGIN_URL", address, Salesforce.NETWORK)
        yield failure(what, failed, place, Salesforce.PERMISSION_SET)
        return
    visible = {str(field["name"]).lower(): field for field in described}
    yield _visibility(what, fields, visible)
    customer_field = services.settings.salesforce_customer_field
    if entity == "Account" and customer_field:
        yield _writability(customer_field, visible)


def _visibility(what: str, fields: set[str], visible: Mapping[str, Any]) -> Finding:
    missing = sorted(field for field in fields if field.lower() not in visible)
    if not missing:
        return Finding(what, "all fields are visible")
    advice = _HIDDEN + (_ONE_CURRENCY if "CurrencyIsoCode" in missing else "")
    found = f"fields missing: {', '.join(missing)}"
    return Finding(what, found, advise(advice, Salesforce.PERMISSION_SET))


def _writability(name: str, visible: Mapping[str, Any]) -> Finding:
    about = visible.get(name.lower())
    if about is None:
        advice = f"Make the field {name} on Account and let the integration user edit it"
        found = f"{name} is missing or hidden"
    elif about.get("updateable") is not True:
        advice = f"Let the integration user edit Accounts, and {name} on them"
        found = f"{name} may not be edited"
    else:
        return Finding(_CUSTOMER_FIELD, f"{name} may be edited")
    advice += "; or leave SALESFORCE_CUSTOMER_FIELD empty."
    return Finding(_CUSTOMER_FIELD, found, advise(advice, Salesforce.CUSTOMER_FIELD))


def _api_calls(services: Services) -> Iterator[Finding]:
    """Nothing where Salesforce does not tell. Paying orgs may go beyond the limit for a while."""
    try:
        usage = services.usage.read()
    except RedisError:
        return  # told by the look at Redis
    if usage is None:
        return
    found = f"{usage.used:,} of {usage.limit:,} in 24 hours"
    if usage.used >= usage.limit:
        advice = advise("Find out what calls so much, or buy more.", Salesforce.ALLOCATIONS)
        yield Finding("Salesforce API calls", found, advice)
        return
    share = services.settings.salesforce_api_share
    if usage.used > share * usage.limit:
        found += f"; above {share:.0%}, backfill and full comparison rest"
    yield Finding("Salesforce API calls", found)


def _channels(services: Services) -> Iterator[Finding]:
    settings = services.settings
    endpoint = settings.salesforce_pubsub_endpoint
    place = Place("SALESFORCE_PUBSUB_ENDPOINT", endpoint, Salesforce.NETWORK)
    timeout = settings.salesforce_timeout_seconds
    with closing(PubSub(endpoint, services.salesforce.auth, timeout, is_loopback)) as pubsub:
        for channel in settings.salesforce_channels:
            what = _named(channel)
            try:
                topic = pubsub.topic(channel)
            except SyncError as failed:
                yield failure(what, failed, place, Salesforce.CHANGE_DATA_CAPTURE)
                continue
            if topic.can_subscribe:
                yield Finding(what, "may be subscribed to" + _proviso(channel))
            else:
                advice = advise(_NO_VIEW_ALL, Salesforce.PERMISSION_SET)
                yield Finding(what, "may not be subscribed to", advice)


def _proviso(channel: str) -> str:
    """A channel of several objects lets everybody in, and is silent about those that the user may
    not read: Salesforce's documentation, required permissions for change event subscribers.
    """
    alone = channel.endswith("ChangeEvent")
    return "" if alone else "; it stays silent about objects without View All Records"


def _named(channel: str) -> str:
    return f"Event channel {channel}"
