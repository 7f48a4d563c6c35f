"""What of the report needs a person's eye."""

from collections.abc import Iterator
from typing import Any

from app.admin.ages import ago, span
from app.settings import Settings

_OLD_SECONDS = 3600.0
"""A pass that is open for so long is looked at."""
_CALLS_ARE_MANY = 0.9


def warnings(found: dict[str, Any]) -> Iterator[str]:
    """Of what `report.report` has found, a line each."""
    if found["sweeper_is_late"]:
        ran = ago(found["swept_seconds_ago"])
        yield f"the sweeper ran last: {ran}: does beat run, and a worker?"
    for channel, about in found["channels"].items():
        if not about["heard"]:
            said = about["state"] or "no listener heard"
            yield f"nobody hears {channel} ({said}): does `closedwon listen` run?"
    for one in found["passes"]:
        if one["asked_seconds_ago"] > _OLD_SECONDS and (why := _why_open(one)):
            yield f"{one['name']} is open for {span(one['asked_seconds_ago'])}: {why}"
    calls = found["salesforce_api_calls"]
    if calls and calls["used"] > _CALLS_ARE_MANY * calls["limit"]:
        yield f"Salesforce's daily API calls are nearly used up: {of_limit(calls)}"
    slots = found["netsuite_slots"]
    if slots["allowed"] < slots["configured"] or slots["rest_seconds"]:
        yield _throttled(slots)


def _throttled(slots: dict[str, Any]) -> str:
    last = f"{ago(slots['refused_seconds_ago'])} ({slots['refusals']:,} in all)"
    rest = f"; it asks for a rest of {span(slots['rest_seconds'])}" if slots["rest_seconds"] else ""
    return (
        f"NetSuite refuses requests for their number, last {last}: "
        f"{slots['allowed']} of {slots['configured']} slots are used until it stops{rest}. "
        "If it goes on, lower NETSUITE_CONCURRENCY: other integrations share the account's limit"
    )


def _why_open(one: dict[str, Any]) -> str:
    """Why a pass that is old does not come to its end; empty where that is no worry: it waits for
    a command, for calls, or has much to read.
    """
    if one["goes_on_with"] or one["waits_for_calls"]:
        return ""
    if not one["ready"]:
        return "does `closedwon listen` run?"
    return one["trouble"] or ("does a worker run?" if one["is_gap"] else "")


def is_late(swept: float | None, settings: Settings) -> bool:
    """Whether the sweeper is: `swept` seconds ago it ran last; None: never."""
    return swept is None or swept > max(60.0, 3 * settings.sweep_seconds)


def of_limit(calls: dict[str, Any]) -> str:
    """`950 of 1,000 (95%)`."""
    share = f" ({calls['used'] / calls['limit']:.0%})" if calls["limit"] else ""
    return f"{calls['used']:,} of {calls['limit']:,}{share}"
