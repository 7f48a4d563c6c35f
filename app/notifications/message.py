"""What people are told: counts, causes and ids; no names, no values, no secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

from app.texts import cut, plain

Event: TypeAlias = Literal[
    "dead_letters", "service_down", "credentials", "silence", "lag", "sweeper", "test"
]
EVENTS: Mapping[Event, str] = MappingProxyType(
    {
        "dead_letters": "A cause has new dead letters.",
        "service_down": "A service is down: its stages are paused.",
        "credentials": "A service refuses our credentials: the flow stands still.",
        "silence": "Nobody hears a channel, or nothing comes on it.",
        "lag": "Changes take longer than the limit.",
        "sweeper": "The sweeper is late: beat or the workers are gone.",
        "test": "An admin tries whether messages arrive.",
    }
)
"""What is told, and when, in words."""
_MARKUP = str.maketrans(dict.fromkeys("<>&`", " "))
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that is told. `at` is when it was found, epoch seconds."""

    event: Event
    about: str
    """Which cause, service or channel; with the event, what is told once an hour."""
    headline: str
    words: str
    """One sentence or a few, without the headline."""
    at: float
    count: int | None = None
    """How many letters."""
    news: float = 0.0
    """When the newest of what is told happened, epoch seconds: what is no newer than at the last
    message is not told again. 0: it is told again for as long as it lasts."""
    page: str = "/flow"
    """Where the pages show it, below their address."""

    @property
    def key(self) -> str:
        return f"{self.event}:{self.about}" if self.about else self.event

    @property
    def subject(self) -> str:
        """One line."""
        return f"closedwon: {line(self.headline, 120)}"

    def text(self, pages_url: str) -> str:
        """One paragraph, with the link if there is one."""
        return " ".join(
            filter(None, (f"{self.subject}.", line(self.words, _LONGEST), self.url(pages_url)))
        )

    def url(self, pages_url: str) -> str:
        """Of the page; empty where nobody knows under which address the pages are reached."""
        return f"{pages_url}{self.page}" if pages_url else ""

    def as_json(self, pages_url: str) -> dict[str, Any]:
        """For programs; chat services show `text`."""
        return {
            "text": self.text(pages_url),
            "event": self.event,
            "cause": line(self.about, 120),
            "count": self.count,
            "at": self.at,
            "url": self.url(pages_url) or None,
        }


def page_of_cause(cause: str) -> str:
    """The letters that have it."""
    return f"/dead-letters?{urlencode({'cause': cause})}"


def line(words: str, longest: int) -> str:
    """On one line, without control characters and what chat services take for markup, and cut."""
    return cut(" ".join(plain(words).translate(_MARKUP).split()), longest)
