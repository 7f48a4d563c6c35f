"""What people are told, and a test of whether it arrives."""

from dataclasses import asdict

from pydantic import BaseModel

from app.notifications.history import History
from app.notifications.message import EVENTS
from app.notifications.trial import send_test
from app.notifications.ways import WAYS, WayName
from workers.flower.api.endpoint import Asked, Body, Endpoint, NoQuery
from workers.flower.api.texts import Why


class EventAnswer(BaseModel):
    """One kind of thing that is told, and when."""

    event: str
    words: str


class ToldAnswer(BaseModel):
    """A message that went out, or was refused. `at` is when its matter was found, epoch seconds."""

    event: str
    at: float
    words: str
    to: list[WayName]
    """By which ways it went out."""
    refused: dict[WayName, str]
    """By which ways it did not, and why, in a sentence."""


class NotificationsAnswer(BaseModel):
    """Who is told what, and what was told lately."""

    webhook: bool
    """Whether there is one: its address is a secret."""
    email: list[str]
    """The addresses that get e-mail."""
    events: list[EventAnswer]
    recent: list[ToldAnswer]
    """The newest first, 50 at most."""


class Trial(Body):
    """An order to send a test."""

    why: Why = ""


class TrialAnswer(BaseModel):
    """What happened, in a sentence each; None: the settings do not have this way."""

    webhook: str | None
    email: str | None


def show(asked: Asked[NoQuery, None]) -> NotificationsAnswer:
    """Tells who is told what, and what was told lately."""
    settings = asked.services.settings
    recent = History(asked.services.redis).recent()
    return NotificationsAnswer(
        webhook=bool(settings.notify_webhook_url.get_secret_value()),
        email=list(settings.notify_email_to),
        events=[EventAnswer(event=event, words=words) for event, words in EVENTS.items()],
        recent=[ToldAnswer.model_validate(asdict(told)) for told in recent],
    )


def test(asked: Asked[NoQuery, Trial]) -> TrialAnswer:
    """Sends a test by each way at once, and tells for each what happened."""
    services = asked.services
    happened = send_test(services.redis, services.settings, asked.by)
    return TrialAnswer.model_validate(
        {way: happened[way].words if way in happened else None for way in WAYS}
    )


ENDPOINTS = (
    Endpoint("GET", "/notifications", show, answer=NotificationsAnswer),
    Endpoint("POST", "/notifications/test", test, body=Trial, answer=TrialAnswer, seconds=60.0),
)
