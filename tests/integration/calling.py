"""One process's calls of a service, as its breaker sees them."""

import pytest
from redis import Redis

from app.breaker import FAILURES, Breaker
from app.errors import ServiceDown, ServiceUnavailable, SyncError
from app.pauses import Pauses
from app.retry import Backoff, Past, after
from tests.eventually import eventually


class Caller:
    """One process's breaker, and calls that end as a test says."""

    def __init__(self, redis: Redis) -> None:
        self.pauses = Pauses(redis)
        self.breaker = Breaker("netsuite", self.pauses, probe_seconds=15)

    def fails(self, record: str = "", error: SyncError | None = None) -> SyncError:
        """→ the error as its caller gets it."""
        failure = error or ServiceUnavailable("It is down.", service="netsuite")
        with pytest.raises(SyncError) as raised, self.breaker.watch(record):
            raise failure
        return raised.value

    def fails_a_run(self, record: str, past: Past) -> Past:
        """→ how often the row has failed by then."""
        again = after(self.fails(record), past, Backoff(2.0, 300.0))
        assert again
        return past._replace(**{again.counter: getattr(past, again.counter) + 1})

    def succeeds(self, record: str = "") -> None:
        with self.breaker.watch(record):
            pass

    def go_through_an_outage(self, *records: str) -> None:
        """It fails, is paused, and is up again."""
        for n in range(FAILURES):
            self.fails(records[n] if n < len(records) else f"customer/{n}")
        self.come_up()

    def come_up(self) -> None:
        self.pauses.end("netsuite")
        eventually(lambda: not self.is_told(), "it to notice")

    def is_told(self) -> bool:
        """That the service is down, without a call."""
        try:
            self.breaker.ensure_up()
        except ServiceDown:
            return True
        return False
