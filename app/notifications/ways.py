"""The ways on which messages go out, as the settings have them."""

from typing import Literal, Protocol, TypeAlias

from app.notifications.mail import Mail
from app.notifications.message import Message
from app.notifications.webhook import Webhook
from app.settings import Settings

WayName: TypeAlias = Literal["webhook", "email"]
WAYS: tuple[WayName, ...] = ("webhook", "email")


class Way(Protocol):
    """One of them."""

    @property
    def name(self) -> WayName:
        """Under which its claims and counts stand in Redis."""

    def send(self, message: Message) -> str:
        """→ what happened, in a sentence.

        Raises:
            MessageRefused: it is not wanted; others may be (app/notifications/not_sent.py).
            NotSent: it may not have arrived.
        """


def ways_of(settings: Settings) -> list[Way]:
    """None, one or both."""
    ways: list[Way] = []
    if settings.notify_webhook_url.get_secret_value():
        ways.append(Webhook(settings.notify_webhook_url, settings.pages_url))
    if settings.notify_email_to:
        ways.append(Mail(settings))
    return ways
