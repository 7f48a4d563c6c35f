"""What `flow status` tells, as data."""

from dataclasses import asdict
from typing import Any

from app.admin.ages import age
from app.admin.warnings import is_late, warnings
from app.channels import Channels, ChannelView
from app.hand_off import hand_off
from app.journal import Journal
from app.lag import Lag, Lags
from app.models import STAGES
from app.netsuite.allotment import GovernorState
from app.passes import Pass, Passes
from app.reconciliation.reconciler import FOREGROUND
from app.salesforce.usage import Usage
from app.services import Services


def report(services: Services, most_left: int | None) -> dict[str, Any]:
    """Ages are seconds. `most_left`: of the Customers left behind at most so many; None: all.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    journal, settings, paused = services.journal, services.settings, services.pauses.all()
    now, swept = journal.now(), swept_seconds_ago(journal)
    found = {
        "flow": "off" if "flow" in paused else "on",
        "paused": paused,
        "swept_seconds_ago": swept,
        "sweeper_is_late": is_late(swept, settings),
        "states": journal.states(),
        "letters": {cause.cause: cause.count for cause in services.letters.causes()},
        "queues": {stage: int(str(services.redis.llen(stage))) for stage in STAGES},
        **_listening(services, now),
        **_reconciling(services, now),
        "salesforce_api_calls": _api_calls(services, now),
        "left_customers": _left_customers(journal, most_left, now),
        "netsuite_slots": _netsuite_slots(services.governor.state()),
        "hand_off": asdict(hand_off(services.redis)),
    }
    told = [*settings.netsuite_warnings, *services.criteria.warnings(), *warnings(found)]
    return found | {"warnings": told}


def _listening(services: Services, now: float) -> dict[str, Any]:
    channels, lags = Channels(services.redis), Lags(services.redis)
    listeners = channels.listeners()
    return {
        "listening": listeners.listening,
        "standing_by": listeners.standing_by,
        "channels": {
            view.channel: _of_channel(view, now) | _of_lag(lags.of_last_hour(view.channel))
            for view in channels.views(services.settings.salesforce_channels)
        },
    }


def _of_channel(view: ChannelView, now: float) -> dict[str, Any]:
    return {
        "state": view.state,
        "heard": view.connected_since is not None,
        "connected_seconds_ago": age(view.connected_since, now),
        "last_event_seconds_ago": age(view.last_event_at, now),
        "last_commit_seconds_ago": age(view.last_commit, now),
        "events": view.events,
        "errors": view.errors,
        "replay_id": view.replay_id,
        "stored_seconds_ago": age(view.stored_at, now),
    }


def _of_lag(lag: Lag | None) -> dict[str, Any]:
    """Of the last hour."""
    return {
        "lag_p50_seconds": lag and round(lag.p50, 3),
        "lag_p95_seconds": lag and round(lag.p95, 3),
        "lag_p99_seconds": lag and round(lag.p99, 3),
        "lag_changes": lag.count if lag else 0,
    }


def _reconciling(services: Services, now: float) -> dict[str, Any]:
    passes = Passes(services.redis)
    newest = passes.watermarks()
    full = newest.pop("full", None)
    return {
        "passes": [_of_pass(found, now) for found in passes.all()],
        "comparison_begun_seconds_ago": age(services.journal.begun_at().get("sweep"), now),
        "newest_change_read_seconds_ago": {
            entity: age(stamp, now) for entity, stamp in sorted(newest.items())
        },
        "full_comparison_seconds_ago": age(full, now),
    }


def _of_pass(found: Pass, now: float) -> dict[str, Any]:
    at = min(found.step, len(found.steps) - 1)
    return {
        "name": found.name,
        "cause": found.cause,
        "is_gap": found.is_gap,
        "goes_on_with": f"closedwon {found.name}" if found.name in FOREGROUND else None,
        "ready": found.ready,
        "since": found.since,
        "step": found.steps[at] if found.steps else "",
        "step_number": at + 1,
        "steps": len(found.steps),
        "trouble": found.trouble,
        "rests_until": found.rests_until,
        # Whatever else is in its way makes a pass rest.
        "waits_for_calls": found.patient and bool(found.trouble) and not found.rests_until,
        "read": found.read,
        "opened": found.opened,
        "asked_seconds_ago": age(found.asked_at, now),
    }


def _api_calls(services: Services, now: float) -> dict[str, Any] | None:
    """None: Salesforce has not said yet."""
    usage = Usage(services.redis).read()
    if usage is None:
        return None
    return {"used": usage.used, "limit": usage.limit, "said_seconds_ago": age(usage.at, now)}


def _netsuite_slots(state: GovernorState) -> dict[str, Any]:
    """Over all processes, as they last reported."""
    return {
        "in_use": state.in_use,
        "allowed": state.allowed,
        "configured": state.configured,
        "waiting": state.waiting,
        "rest_seconds": state.rest_seconds,
        "refused_seconds_ago": state.refused_seconds_ago,
        "refusals": state.refusals,
        "processes": {
            name: {"granted": one.granted, "in_use": one.busy, "waiting": one.waiting}
            for name, one in state.processes.items()
        },
    }


def _left_customers(journal: Journal, most: int | None, now: float) -> dict[str, Any]:
    """How many there are, and the newest."""
    return {
        "count": journal.left_count(),
        "newest": [
            {"account": one.account, "customer": one.customer, "seconds_ago": age(one.since, now)}
            for one in journal.left(most)
        ],
    }


def swept_seconds_ago(journal: Journal) -> float | None:
    """None: the sweeper never ran."""
    return age(journal.swept_at(), journal.now())
