"""What threads are doing, for tests that must not go by time."""

import sys
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event
from typing import Any


def waiting() -> int:
    """How many threads wait for a future: for another's fetch."""
    return _inside(Future.result)


def waiting_in(function: Callable[..., Any]) -> int:
    """How many threads wait for an event somewhere inside the function."""
    return _inside(function, Event.wait)


def _inside(*functions: Callable[..., Any]) -> int:
    codes = {function.__code__ for function in functions}
    return sum(
        codes <= {step.f_code for step, _ in traceback.walk_stack(frame)}
        for frame in sys._current_frames().values()
    )
