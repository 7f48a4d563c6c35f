"""`flow status` in words: to be read at night, in 100 columns."""

from collections.abc import Collection, Sequence
from typing import Any

import click

from app.admin.ages import ago, span
from app.admin.warnings import of_limit
from app.hand_off import GROUP
from workers.output import plural, print_table, when

LEFT_SHOWN = 5


def tell(found: dict[str, Any]) -> None:
    """The report for people."""
    _tell_pauses(found)
    for warning in found["warnings"]:
        click.echo(f"WARNING: {warning}")
    _tell_lines(found)
    _table(("state", "accounts"), found["states"].items())
    _table(("dead letters: cause", "count"), found["letters"].items())
    _table(("queue", "messages"), found["queues"].items())
    _tell_channels(found["channels"])
    _tell_passes(found["passes"])
    _tell_left(found["left_customers"])


def _tell_pauses(found: dict[str, Any]) -> None:
    """What stands still, the worst first."""
    paused = dict(found["paused"])
    if refused := paused.pop("credentials", None):
        click.echo(f"THE FLOW STANDS STILL: our credentials are refused {refused}")
    click.echo(f"The flow is {found['flow']}.")
    for what, words in paused.items():
        click.echo(f"  paused: {what}: {words}")


def _tell_lines(found: dict[str, Any]) -> None:
    standing_by = ", ".join(found["standing_by"]) or "nobody"
    click.echo(f"Listening: {found['listening'] or 'nobody'}; standing by: {standing_by}")
    click.echo(
        f"{_compared(found)}; last full comparison: {ago(found['full_comparison_seconds_ago'])}"
    )
    newest = [f"{e} {ago(age)}" for e, age in found["newest_change_read_seconds_ago"].items()]
    click.echo(f"Newest change that was read: {', '.join(newest) or 'none'}")
    calls = found["salesforce_api_calls"]
    said = f"{of_limit(calls)}, said {ago(calls['said_seconds_ago'])}" if calls else "not known yet"
    click.echo(f"Salesforce API calls in 24 hours: {said}")
    click.echo(f"NetSuite slots in use: {_slots(found['netsuite_slots'])}")
    if found["hand_off"]["length"]:
        click.echo(f"Hand-off: {_handed_off(found['hand_off'])}")


def _handed_off(told: dict[str, Any]) -> str:
    """`1,200 Customers in the stream; orders: 3 not read, 1 not acknowledged`."""
    parts = [(told["lag"], "not read"), (told["pending"], "not acknowledged")]
    listed = ", ".join(f"{count:,} {words}" for count, words in parts if count is not None)
    said = f"{plural(told['length'], 'Customer')} in the stream"
    return f"{said}; {GROUP}: {listed}" if listed else said


def _slots(slots: dict[str, Any]) -> str:
    """`3 of 4; 7 calls wait; granted to one.example:17: 3`."""
    shares = [
        f"{name.rpartition(':')[0]}: {one['granted']}" for name, one in slots["processes"].items()
    ]
    told = [f"{slots['in_use']} of {slots['allowed']}"]
    if slots["waiting"]:
        told.append(f"{slots['waiting']:,} calls wait")
    if shares:
        told.append(f"granted to {', '.join(shares)}")
    return "; ".join(told)


def _compared(found: dict[str, Any]) -> str:
    """A sweep is short: one that is over has ended about when it was begun."""
    begun = found["comparison_begun_seconds_ago"]
    if any(one["name"] == "sweep" for one in found["passes"]):
        return f"Reconciling: begun {ago(begun)}"
    return f"Last reconciled: {ago(begun)}"


def _tell_channels(channels: dict[str, Any]) -> None:
    columns = ("channel", "state", "connected", "last event", "cursor", "lag p50", "p95", "p99")
    rows = []
    for channel, about in channels.items():
        lags = (about[f"lag_{share}_seconds"] for share in ("p50", "p95", "p99"))
        rows.append(
            (
                channel,
                about["state"] or "no listener heard",
                span(about["connected_seconds_ago"]),
                span(about["last_event_seconds_ago"]),
                span(about["stored_seconds_ago"]),
                *(_seconds(lag) for lag in lags),
            )
        )
    _table(columns, rows)


def _tell_passes(passes: list[dict[str, Any]]) -> None:
    columns = ("pass", "why", "reads", "since (UTC)", "read", "opened", "age")
    rows = []
    for one in passes:
        rows.append(
            (
                one["name"],
                one["cause"],
                _reads(one),
                when(one["since"]) if one["since"] else "",
                f"{one['read']:,}",
                f"{one['opened']:,}",
                span(one["asked_seconds_ago"]),
            )
        )
    _table(columns, rows)


def _table(columns: Sequence[str], rows: Collection[Sequence[object]]) -> None:
    """With some air above; nothing without rows."""
    if rows:
        click.echo()
    print_table(columns, rows)


def _reads(one: dict[str, Any]) -> str:
    if not one["ready"]:
        return "waits for its stream to be open"
    at = f"{one['step']} ({one['step_number']} of {one['steps']})"
    if one["name"] == "reconcile":
        return f"{at}, only while its command runs; if it has ended: {one['goes_on_with']}"
    if one["goes_on_with"]:
        return f"{at}; goes on with {one['goes_on_with']}"
    return f"{at}: {one['trouble']}" if one["trouble"] else at


def _tell_left(left: dict[str, Any]) -> None:
    if left["count"]:
        click.echo(f"\nCustomers whose Account is gone from Salesforce: {left['count']:,}")
    print_table(
        ("account", "Customer", "gone"),
        [
            (one["account"], one["customer"], ago(one["seconds_ago"]))
            for one in left["newest"][:LEFT_SHOWN]
        ],
    )
    if left["count"] > LEFT_SHOWN:
        click.echo(f"… and {left['count'] - LEFT_SHOWN:,} more: see --json")


def _seconds(lag: float | None) -> str:
    return span(lag) if lag is None or lag >= 100 else f"{lag:.1f} s"
