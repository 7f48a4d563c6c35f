"""Does NetSuite let us in, and has it what the flow file counts on?"""

from collections.abc import Generator, Iterator
from typing import NamedTuple

from app.errors import AuthenticationFailed, PermanentError, SyncError
from app.netsuite.metadata import customer_schema, look_for_relationships, problems
from app.services import Services
from app.texts import listed
from workers.cli.check_steps import NetSuite
from workers.cli.finding import REFUSED, Finding, Place, advise, failure, not_tried

_SUBSIDIARY = "SELECT id FROM subsidiary WHERE id = ?"
_SIGNATURE = (
    "NetSuite does not take our signature: compare NETSUITE_ACCOUNT_ID and the keys and secrets of "
    "Token-Based Authentication, and this host's clock; integration, user and role must be active."
)
_LOOKS = ("OneWorld", "Currencies", "subsidiaries", "mapping", "dry look-up")


class _Feature(NamedTuple):
    name: str
    table: str
    """Of flow.toml."""
    query: str
    """Answers only where the feature is on."""
    permission: str
    step: NetSuite


_ONE_WORLD = _Feature(
    "OneWorld",
    "subsidiaries",
    "SELECT id FROM subsidiary ORDER BY id",
    "Subsidiaries",
    NetSuite.SUBSIDIARIES,
)
_CURRENCIES = _Feature(
    "Currencies",
    "currencies",
    "SELECT id FROM currency ORDER BY id",
    "Currency",
    NetSuite.CURRENCIES,
)


def look(services: Services, *, redis_answers: bool) -> Iterator[Finding]:
    """Every query waits for its turn in Redis: without Redis, only the login is tried."""
    settings = services.settings
    try:
        services.netsuite.auth.log_in()
    except SyncError as failed:
        yield _no_login(services, failed)
        yield from _rest("it needs the login")
        return
    account = f"account {settings.netsuite_account_id}"
    yield Finding("NetSuite token", ". ".join([account, *settings.netsuite_warnings]))
    if not redis_answers:
        yield from _rest("it needs Redis")
        return
    oneworld = yield from _feature(services, _ONE_WORLD, services.flow.subsidiaries.enabled)
    currencies = yield from _feature(services, _CURRENCIES, services.flow.currencies.enabled)
    if oneworld and services.flow.subsidiaries.enabled:
        yield _subsidiaries(services)
        if services.flow.subsidiaries.further or services.flow.subsidiaries.further_field:
            yield _multi_subsidiary(services)
    if currencies and services.flow.currencies.further:
        yield _further_currencies(services)
    yield _mapping(services)
    yield _dry_look_up(services)


def _rest(why: str) -> Iterator[Finding]:
    return (not_tried(f"NetSuite {what}", why) for what in _LOOKS)


def _no_login(services: Services, failed: SyncError) -> Finding:
    refused = isinstance(failed, AuthenticationFailed)
    if not (refused and services.settings.netsuite_is_token_based):
        return _failure(services, "token", failed, NetSuite.MAPPING)
    advice = advise(_SIGNATURE, NetSuite.TOKEN_BASED_AUTHENTICATION, failed.service_words)
    return Finding("NetSuite token", REFUSED, advice)


def _failure(
    services: Services, what: str, failed: SyncError, otherwise: NetSuite = NetSuite.ROLE
) -> Finding:
    given = services.settings.netsuite_base_url
    setting = "NETSUITE_BASE_URL" if given else "NETSUITE_ACCOUNT_ID"
    place = Place(setting, services.settings.netsuite_url, NetSuite.ACCOUNT_ID)
    return failure(f"NetSuite {what}", failed, place, otherwise)


def _feature(
    services: Services, feature: _Feature, enabled: bool
) -> Generator[Finding, None, bool]:
    """One finding → whether the account has the feature, and our role sees it."""
    what = f"NetSuite {feature.name}"
    try:
        services.netsuite.suiteql(feature.query, [], limit=1)
    except AuthenticationFailed as failed:
        yield _failure(services, feature.name, failed)
    except PermanentError as refused:
        if _speaks_of_permission(refused):
            advice = f"Give the role the permission {feature.permission}."
            advice = advise(advice, NetSuite.ROLE, refused.service_words)
            yield Finding(what, "hidden from the role", advice)
        else:
            advice = f"{_set(feature, 'false')} If the account has it, give the role the permission"
            advice += f" {feature.permission}."
            yield Finding(what, "no", advise(advice, feature.step) if enabled else "")
    except SyncError as failed:
        yield _failure(services, feature.name, failed)
    else:
        advice = advise(_set(feature, "true"), feature.step)
        yield Finding(what, "yes", "" if enabled else advice)
        return True
    return False


def _set(feature: _Feature, value: str) -> str:
    return f"Set [{feature.table}] enabled = {value} in flow.toml."


def _speaks_of_permission(refused: PermanentError) -> bool:
    said = f"{refused} {refused.service_words}".lower()
    return any(word in said for word in ("permission", "privilege"))


def _subsidiaries(services: Services) -> Finding:
    """Every internal id that the flow file names."""
    rules = services.flow.subsidiaries
    named = {rules.default: "subsidiaries.default"}
    for text, internal_id in rules.values.items():
        named.setdefault(internal_id, f"subsidiaries.values.{text}")
    for internal_id in rules.further:
        named.setdefault(internal_id, "subsidiaries.further")
    try:
        missing = [i for i in named if not services.netsuite.suiteql(_SUBSIDIARY, [i], limit=1)]
    except SyncError as failed:
        return _failure(services, "subsidiaries", failed)
    if not missing:
        return Finding("NetSuite subsidiaries", f"found: {', '.join(named)}")
    words = ", ".join(f"{internal_id} ({named[internal_id]})" for internal_id in missing)
    advice = "Correct flow.toml, or let the role see them: what it does not see is not there."
    advice = advise(advice, NetSuite.SUBSIDIARIES)
    return Finding("NetSuite subsidiaries", f"missing: {words}", advice)


def _multi_subsidiary(services: Services) -> Finding:
    """Further subsidiaries are records of a type that a feature of its own brings."""
    what = "NetSuite Multi-Subsidiary"
    try:
        look_for_relationships(services.netsuite)
    except PermanentError as refused:
        if isinstance(refused, AuthenticationFailed) or _speaks_of_permission(refused):
            return _failure(services, "Multi-Subsidiary", refused)
        advice = "Enable Multi-Subsidiary Customer, or take further and further_field out of "
        advice += "[subsidiaries] in flow.toml."
        return Finding(what, "no", advise(advice, NetSuite.SUBSIDIARIES))
    except SyncError as failed:
        return _failure(services, "Multi-Subsidiary", failed)
    return Finding(what, "yes")


def _further_currencies(services: Services) -> Finding:
    """Those that every Customer is to have: one that is not there would fail every Account."""
    what, further = "NetSuite further currencies", services.flow.currencies.further
    try:
        known = {code.upper() for code in services.lookups.currencies()}
    except SyncError as failed:
        return _failure(services, "further currencies", failed)
    missing = [code for code in further if code not in known]
    if not missing:
        return Finding(what, f"found: {', '.join(further)}")
    advice = f"NetSuite has {listed([*known])}: correct [currencies] further in flow.toml, or make "
    advice += "the currency in NetSuite, with its ISO code in Symbol."
    found = f"missing: {', '.join(missing)} (currencies.further)"
    return Finding(what, found, advise(advice, NetSuite.CURRENCIES))


def _mapping(services: Services) -> Finding:
    """Whether every rule of the flow file fits the account's own Customer fields."""
    try:
        wrong = problems(services.flow, customer_schema(services.netsuite))
    except SyncError as failed:
        return _failure(services, "mapping", failed)
    if not wrong:
        return Finding("NetSuite mapping", f"{len(services.flow.mapping.fields)} rules fit")
    advice = f"Correct flow.toml: {'; '.join(wrong)}."
    return Finding("NetSuite mapping", f"{len(wrong)} wrong", advise(advice, NetSuite.ROLE))


def _dry_look_up(services: Services) -> Finding:
    try:
        found = services.lookups.candidates("closedwon-dry-look-up", "closedwon dry look-up")
    except SyncError as failed:
        return _failure(services, "dry look-up", failed)
    return Finding("NetSuite dry look-up", f"works, {len(found.by_name)} found")
