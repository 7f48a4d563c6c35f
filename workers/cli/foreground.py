"""A pass that a command takes forward to its end, while a person looks on."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from app import retry
from app.errors import AuthenticationFailed, RateLimited, ServiceDown, SyncError
from app.passes import Pass
from app.reconciliation.budget import Room
from app.reconciliation.reading import Reading
from app.services import Services
from app.terms import Superseded

_Result = TypeVar("_Result")
_POLL_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 60.0
_LONGEST_OUTAGE_SECONDS = 300.0
FLOW_IS_OFF = "The flow is off: they run when it is switched on (closedwon flow on)."


def take_forward(services: Services, asked: Pass, tell: Callable[[str], None]) -> Iterator[Reading]:
    """The stored pass, page by page, each given out when it is opened. `tell` is told once what it
    waits for.

    Raises:
        RateLimited: the share of the day's API calls is used up; the pass stays where it is.
        SyncError: Salesforce refuses, or has not answered for long, or another command has asked
            for the pass anew.
    """
    patience, told = _Patience(services), ""
    while True:
        try:
            turn = services.foreground.take(asked)
        except Superseded:
            words = f"Another 'closedwon {asked.name}' has taken over, or has ended it."
            raise SyncError(words) from None
        except SyncError as error:
            words, seconds = str(error), patience.seconds_after(error)
        else:
            patience = _Patience(services)
            if turn.reading:
                told = ""
                yield turn.reading
                if turn.reading.is_over:
                    return
                continue
            words, seconds = _awaited(services, turn.room), _POLL_SECONDS
        if words != told:
            tell(words)
            told = words
        time.sleep(seconds)
        services.probes.run()


def persistently(
    services: Services,
    call: Callable[[], _Result],
    tell: Callable[[str], None],
    outage_seconds: float = _LONGEST_OUTAGE_SECONDS,
) -> _Result:
    """The call, again while it fails with what may pass. `tell` is told what it waits for.

    Raises:
        SyncError: a service refuses, has failed too often, or is down for longer than that.
    """
    patience, told = _Patience(services, outage_seconds), ""
    while True:
        try:
            return call()
        except SyncError as error:
            seconds, words = patience.seconds_after(error), str(error)
        if words != told:
            tell(f"{words} It is tried again.")
            told = words
        time.sleep(seconds)
        services.probes.run()


class _Patience:
    """With one call that fails again and again. Before go-live no beat probes what is down: whoever
    waits here does so itself.
    """

    def __init__(self, services: Services, outage_seconds: float = _LONGEST_OUTAGE_SECONDS) -> None:
        settings = services.settings
        self._backoff = retry.Backoff(
            settings.retry_backoff_seconds, settings.retry_backoff_max_seconds
        )
        self._most, self._outage_seconds = settings.retry_limit, outage_seconds
        self._failures = 0
        self._down_since: float | None = None

    def seconds_after(self, error: SyncError) -> float:
        """How long to wait before it is tried again.

        Raises:
            SyncError: the error, if it will not pass soon.
        """
        is_over = self._is_down_for_long() if isinstance(error, ServiceDown) else self._is_enough()
        again = retry.after(error, retry.Past(self._failures), self._backoff)
        if (
            again is None
            or isinstance(error, AuthenticationFailed)
            or is_over
            or again.delay > _LONGEST_WAIT_SECONDS
        ):
            raise error
        return again.delay

    def _is_down_for_long(self) -> bool:
        now = time.monotonic()
        self._down_since = now if self._down_since is None else self._down_since
        return now - self._down_since >= self._outage_seconds

    def _is_enough(self) -> bool:
        self._failures += 1
        return self._failures > self._most


def _awaited(services: Services, room: Room | None) -> str:
    """What is waited for where there is no room."""
    if room and room.used_up:
        raise RateLimited(room.words)
    words = room.words if room else ""
    return f"{words} {FLOW_IS_OFF}" if "flow" in services.pauses.all() else words
