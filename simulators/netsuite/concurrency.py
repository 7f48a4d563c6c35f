"""The account's governance: so many requests at a time, whoever sends them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from simulators.netsuite.errors import standard_error


class Gate:
    """Counts the governed calls under way. Used on the event loop only."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self.current = 0
        self.clear()

    def clear(self) -> None:
        """Forget the peak and the counts; calls under way stay counted."""
        self.peak = self.current
        self.refused = 0
        self.admitted = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place among the concurrent requests.

        Raises:
            ApiError: CONCURRENCY_LIMIT_EXCEEDED.
        """
        if self.current >= self._settings["concurrency"]:
            self.refused += 1
            raise standard_error("CONCURRENCY_LIMIT_EXCEEDED", self._settings["concurrency_status"])
        self.current += 1
        self.admitted += 1
        self.peak = max(self.peak, self.current)
        try:
            yield
        finally:
            self.current -= 1

    def report(self) -> dict[str, int]:
        """The numbers for tests and benchmarks."""
        return {
            "limit": self._settings["concurrency"],
            "current": self.current,
            "peak": self.peak,
            "admitted": self.admitted,
            "refused": self.refused,
        }
