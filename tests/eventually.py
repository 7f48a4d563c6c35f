"""Waiting for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(predicate: Callable[[], T], what: str = "", seconds: float = 30.0) -> T:
    """Calls the predicate until it answers something true → that answer.

    Raises:
        AssertionError: it never did; says what it answered last.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"never came: {what or predicate}; the last answer: {answer!r}")
        time.sleep(0.05)
