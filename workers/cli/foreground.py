"""A pass that a command takes forward to its end, while a person looks on."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from app import retry
from app.errors import AuthenticationFailed, RateLimited, SyncError
from app.passes import Pass
from app.reconciliation.budget import Room
from app.reconciliation.reading import Reading
from app.services import Services
from app.terms import Superseded

_Result = TypeVar("_Result")
_POLL_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 60.0
FLOW_IS_OFF = "The flow is off: they run when it is switched on (closedwon flow on)."


def take_forward(services: Services, asked: Pass, tell: Callable[[str], None]) -> Iterator[Reading]:
    """The stored pass, page by page, each given out when it is opened. `tell` is told once what it
    waits for.

    Raises:
        RateLimited: the share of the day's API calls is used up; the pass stays where it is.
        SyncError: Salesforce refuses, or has not answered for long, or another command has asked
            for the pass anew.
    """
    failures, told = 0, ""
    while True:
        try:
            turn = services.foreground.take(asked)
        except Superseded:
            words = f"Another 'closedwon {asked.name}' has taken over, or has ended it."
            raise SyncError(words) from None
        except SyncError as error:
            failures += 1
            words, seconds = str(error), _seconds_to_wait(services, error, failures)
        else:
            failures = 0
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


def persistently(
    services: Services, call: Callable[[], _Result], tell: Callable[[str], None]
) -> _Result:
    """The call, again while it fails with what may pass. `tell` is told what it waits for.

    Raises:
        SyncError: a service refuses, or has not answered for long.
    """
    failures = 0
    while True:
        try:
            return call()
        except SyncError as error:
            failures += 1
            seconds = _seconds_to_wait(services, error, failures)
            tell(f"{error} Tried again in {seconds:.0f} s.")
        time.sleep(seconds)


def _seconds_to_wait(services: Services, error: SyncError, failures: int) -> float:
    """Before the same page is tried again; what will not pass soon is raised."""
    settings = services.settings
    backoff = retry.Backoff(settings.retry_backoff_seconds, settings.retry_backoff_max_seconds)
    again = retry.after(error, failures, 0, backoff)
    if (
        again is None
        or isinstance(error, AuthenticationFailed)
        or failures > settings.retry_limit
        or again.delay > _LONGEST_WAIT_SECONDS
    ):
        raise error
    return again.delay


def _awaited(services: Services, room: Room | None) -> str:
    """What is waited for where there is no room."""
    if room and room.used_up:
        raise RateLimited(room.words)
    words = room.words if room else ""
    return f"{words} {FLOW_IS_OFF}" if "flow" in services.pauses.all() else words
