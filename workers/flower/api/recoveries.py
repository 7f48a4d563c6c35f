"""Recoveries: all letters of a cause, requeued by an order that lasts."""

from typing import Literal

from pydantic import BaseModel

from app.admin.recoveries import Recoveries
from app.admin.recovery import Recovery
from workers.flower.api.endpoint import Asked, Body, Endpoint, NoQuery
from workers.flower.api.texts import Cause, Why


class RecoveryAnswer(BaseModel):
    """An order, and how far it has come. Times are epoch seconds."""

    id: str
    cause: str
    canary: str | None
    """The account that went first."""
    with_canary: bool
    force: bool
    state: Literal["canary", "going", "done", "failed", "stopped"]
    total: int
    """How many letters it covered when it began."""
    requeued: int
    refused: int
    """Left, since they had just died again."""
    by: str
    why: str
    began: float
    ended: float | None
    words: str
    """What it waits for, or how it ended."""


class RecoveriesAnswer(BaseModel):
    """Those that run and the last that are over, the newest first."""

    recoveries: list[RecoveryAnswer]


class Begin(Body):
    """`canary`: one letter first, the others only if it succeeds. `force`: those that have just
    died again, too.
    """

    cause: Cause
    canary: bool = True
    force: bool = False
    why: Why = ""


class Stop(Body):
    """Why, if anybody is to know."""

    why: Why = ""


def list_recoveries(asked: Asked[NoQuery, None]) -> RecoveriesAnswer:
    """Lists the recoveries."""
    return RecoveriesAnswer(recoveries=[_told(one) for one in Recoveries(asked.services).all()])


def begin(asked: Asked[NoQuery, Begin]) -> RecoveryAnswer:
    """Begins to requeue all letters that a cause has now."""
    body = asked.body
    return _told(
        Recoveries(asked.services).begin(body.cause, asked.by, canary=body.canary, force=body.force)
    )


def stop(asked: Asked[NoQuery, Stop]) -> RecoveryAnswer:
    """Stops a recovery: what it has not requeued stays dead."""
    return _told(Recoveries(asked.services).stop(asked.path["recovery"], asked.by))


def _told(order: Recovery) -> RecoveryAnswer:
    return RecoveryAnswer(**order.as_json())


ENDPOINTS = (
    Endpoint("GET", "/recoveries", list_recoveries, answer=RecoveriesAnswer),
    Endpoint("POST", "/recoveries", begin, body=Begin, answer=RecoveryAnswer),
    Endpoint("POST", "/recoveries/{recovery}/stop", stop, body=Stop, answer=RecoveryAnswer),
)
