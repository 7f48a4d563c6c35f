"""Who is logged in, and what every page shows of the whole."""

from typing import Literal

from pydantic import BaseModel

from workers.flower.api.endpoint import Asked, Endpoint, NoQuery, Role

_UNDER_WAY = ("queued", "running", "retrying", "waiting")


class SessionAnswer(BaseModel):
    """Who asks, and whether they may act."""

    user: str
    role: Role
    read_only: bool
    can_act: bool


class SummaryAnswer(BaseModel):
    """What the navigation shows on every page."""

    letters: int
    """How many accounts are dead."""
    again: int
    """Requeued letters that have not succeeded yet."""
    flow: Literal["on", "off"]
    paused: dict[str, str]
    """What is paused, and why."""
    under_way: int


def session(asked: Asked[NoQuery, None]) -> SessionAnswer:
    """Tells who is logged in."""
    given = asked.session
    return SessionAnswer(
        user=given.user, role=given.role, read_only=given.read_only, can_act=given.can_act
    )


def summary(asked: Asked[NoQuery, None]) -> SummaryAnswer:
    """Tells how many dead letters there are, and whether the flow runs."""
    services = asked.services
    paused, states = services.pauses.all(), services.journal.states()
    return SummaryAnswer(
        letters=sum(cause.count for cause in services.letters.causes()),
        again=services.letters.again(),
        flow="off" if "flow" in paused else "on",
        paused=paused,
        under_way=sum(states.get(state, 0) for state in _UNDER_WAY),
    )


ENDPOINTS = (
    Endpoint("GET", "/session", session, answer=SessionAnswer),
    Endpoint("GET", "/summary", summary, answer=SummaryAnswer),
)
