"""The flow as a whole: where everything stands, how it went lately, and the switch."""

from typing import Any

from pydantic import BaseModel, Field, RootModel

from app.admin.report import report
from app.admin.switch import Switch
from app.series import MOST_MINUTES, Series, read_series
from workers.flower.api.endpoint import Asked, Body, Endpoint, NoQuery, Query
from workers.flower.api.texts import Why

_LEFT_SHOWN = 100
"""Customers left behind: the page asks every few seconds."""


class FlowAnswer(BaseModel):
    """What `closedwon flow status --json` prints, but of the Customers left behind only the newest
    100; ages are seconds, None where there is none.
    """

    flow: str
    paused: dict[str, str]
    """What is paused, and why."""
    warnings: list[str]
    swept_seconds_ago: float | None
    sweeper_is_late: bool
    states: dict[str, int]
    letters: dict[str, int]
    queues: dict[str, int]
    listening: str | None
    standing_by: list[str]
    channels: dict[str, dict[str, Any]]
    passes: list[dict[str, Any]]
    comparison_begun_seconds_ago: float | None
    newest_change_read_seconds_ago: dict[str, float | None]
    full_comparison_seconds_ago: float | None
    salesforce_api_calls: dict[str, Any] | None
    left_customers: dict[str, Any]
    netsuite_slots: dict[str, Any]
    hand_off: dict[str, Any]
    criteria: str
    """What an Opportunity must meet, in words."""
    late_parents: str
    matching_order: list[str]


class Minutes(Query):
    """How far back."""

    minutes: int = Field(60, ge=1, le=MOST_MINUTES)


class SeriesAnswer(RootModel[Series]):
    """Minute by minute: synced, written, skipped and dead, and how long changes took."""


class Turn(Body):
    """An order to the switch."""

    why: Why = ""


class Turned(BaseModel):
    """Where the switch is now."""

    flow: str
    ended_pauses: dict[str, str]


def show(asked: Asked[NoQuery, None]) -> FlowAnswer:
    """Tells where everything stands."""
    services = asked.services
    flow = services.flow
    return FlowAnswer(
        **report(services, _LEFT_SHOWN),
        criteria=services.criteria.told(),
        late_parents=flow.hierarchy.late_parents,
        matching_order=list(flow.matching.order),
    )


def series(asked: Asked[Minutes, None]) -> SeriesAnswer:
    """Tells minute by minute how many accounts came to rest, and how long changes took."""
    services = asked.services
    channels = services.settings.salesforce_channels
    return SeriesAnswer(read_series(services.redis, channels, asked.query.minutes))


def off(asked: Asked[NoQuery, Turn]) -> Turned:
    """Switches the flow off: nothing is sent, changes are remembered."""
    Switch(asked.services.redis, asked.services.ledger).off(asked.by)
    return Turned(flow="off", ended_pauses={})


def on(asked: Asked[NoQuery, Turn]) -> Turned:
    """Switches the flow on, and ends every other pause: what was remembered runs."""
    ended = Switch(asked.services.redis, asked.services.ledger).on(asked.by)
    return Turned(flow="on", ended_pauses=ended)


ENDPOINTS = (
    Endpoint("GET", "/flow", show, answer=FlowAnswer),
    Endpoint("GET", "/flow/series", series, query=Minutes, answer=SeriesAnswer),
    Endpoint("POST", "/flow/off", off, body=Turn, answer=Turned),
    Endpoint("POST", "/flow/on", on, body=Turn, answer=Turned),
)
