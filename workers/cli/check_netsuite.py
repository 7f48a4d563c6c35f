"""Does NetSuite let us in, and has it what the flow file counts on?"""

from collections.abc import Generator, Iterator

from app.errors import AuthenticationFailed, PermanentError, SyncError
from app.services import Services
from workers.cli.finding import Finding, failure, not_tried

_SUBSIDIARY = "SELECT id FROM subsidiary WHERE id = ?"
_FEATURES = {
    "OneWorld": ("subsidiaries", "SELECT id FROM subsidiary ORDER BY id", "Subsidiaries"),
    "Currencies": ("currencies", "SELECT id FROM currency ORDER BY id", "Currency"),
}
"""Name to its table in flow.toml, a query that only answers where it is on, and the permission."""

_LOOKS = ("OneWorld", "Currencies", "subsidiaries", "dry look-up")


def look(services: Services, *, redis_answers: bool) -> Iterator[Finding]:
    """Every query waits for its turn in Redis: without Redis, only the login is tried."""
    settings = services.settings
    try:
        services.netsuite.auth.token()
    except SyncError as failed:
        yield _failure(services, "token", failed)
        yield from _rest("it needs the login")
        return
    yield Finding("NetSuite token", f"account {settings.netsuite_account_id}")
    if not redis_answers:
        yield from _rest("it needs Redis")
        return
    oneworld = yield from _feature(services, "OneWorld", services.flow.subsidiaries.enabled)
    yield from _feature(services, "Currencies", services.flow.currencies.enabled)
    if oneworld and services.flow.subsidiaries.enabled:
        yield _subsidiaries(services)
    yield _dry_look_up(services)


def _rest(why: str) -> Iterator[Finding]:
    return (not_tried(f"NetSuite {what}", why) for what in _LOOKS)


def _failure(services: Services, what: str, failed: SyncError) -> Finding:
    given = services.settings.netsuite_base_url
    setting = "NETSUITE_BASE_URL" if given else "NETSUITE_ACCOUNT_ID"
    return failure(f"NetSuite {what}", failed, setting, services.settings.netsuite_url)


def _feature(services: Services, name: str, enabled: bool) -> Generator[Finding, None, bool]:
    """One finding → whether the account has the feature, and our role sees it."""
    table, query, permission = _FEATURES[name]
    what = f"NetSuite {name}"
    set_it = "Set [{}] enabled = {} in flow.toml."
    try:
        services.netsuite.suiteql(query, [], limit=1)
    except AuthenticationFailed as failed:
        yield _failure(services, name, failed)
    except PermanentError as refused:
        if _speaks_of_permission(refused):
            advice = f"Give the role the permission {permission}. It said: {refused.service_words}"
            yield Finding(what, "hidden from the role", advice)
        else:
            advice = set_it.format(table, "false")
            advice += f" If the account has it, give the role the permission {permission}."
            yield Finding(what, "no", advice if enabled else "")
    except SyncError as failed:
        yield _failure(services, name, failed)
    else:
        yield Finding(what, "yes", "" if enabled else set_it.format(table, "true"))
        return True
    return False


def _speaks_of_permission(refused: PermanentError) -> bool:
    said = f"{refused} {refused.service_words}".lower()
    return any(word in said for word in ("permission", "privilege"))


def _subsidiaries(services: Services) -> Finding:
    """Every internal id that the flow file names."""
    rules = services.flow.subsidiaries
    named = {rules.default: "subsidiaries.default"}
    for text, internal_id in rules.values.items():
        named.setdefault(internal_id, f"subsidiaries.values.{text}")
    try:
        missing = [i for i in named if not services.netsuite.suiteql(_SUBSIDIARY, [i], limit=1)]
    except SyncError as failed:
        return _failure(services, "subsidiaries", failed)
    if not missing:
        return Finding("NetSuite subsidiaries", f"found: {', '.join(named)}")
    words = ", ".join(f"{internal_id} ({named[internal_id]})" for internal_id in missing)
    advice = "Correct flow.toml, or let the role see them: what it does not see is not there."
    return Finding("NetSuite subsidiaries", f"missing: {words}", advice)


def _dry_look_up(services: Services) -> Finding:
    try:
        found = services.netsuite.find_by_name("closedwon dry look-up")
    except SyncError as failed:
        return _failure(services, "dry look-up", failed)
    return Finding("NetSuite dry look-up", f"works, {len(found)} found")
