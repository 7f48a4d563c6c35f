"""Flow control of a subscription: when to ask Salesforce for how many more events.

At most 100 may be owed to us at a time. We ask when the consumer is ready for more; but when
nothing is owed, Salesforce closes a stream that asks for nothing in 60 s, so a busy consumer has
one event fetched for it before that (facts: Subscribe flow control).
"""

import threading
import time
from collections.abc import Iterator

from app.salesforce.pubsub_pb2 import FetchRequest

MOST_OWED = 100


class FetchRequests(Iterator[FetchRequest]):
    """The request side of the stream, which gRPC iterates in a thread of its own. It stays open
    until closed: its end would tell Salesforce that the client is done.
    """

    def __init__(self, first: FetchRequest, idle_seconds: float, wanted: int = MOST_OWED) -> None:
        """`first` names topic and place; it asks for `wanted` events, 1 to 100."""
        self._first: FetchRequest | None = first
        self._idle_seconds = idle_seconds
        self._changed = threading.Condition()
        self._wanted = min(max(wanted, 1), MOST_OWED)
        self._owed = 0
        self._quiet_since = time.monotonic()
        self._closed = False

    def __next__(self) -> FetchRequest:
        with self._changed:
            while not (self._wanted or self._closed):
                left = self._quiet_since + self._idle_seconds - time.monotonic()
                if self._owed:
                    self._changed.wait()
                elif left > 0:
                    self._changed.wait(left)
                else:
                    self._wanted = 1
            if self._closed:
                raise StopIteration
            request = self._first or FetchRequest()
            request.num_requested = self._wanted
            self._owed += self._wanted
            self._wanted, self._first = 0, None
            self._quiet_since = time.monotonic()
            return request

    def received(self, events: int, pending: int) -> None:
        """A response came with so many events; `pending`: its pending_num_requested. An empty one
        with 0 says that nothing is owed, whatever we think.
        """
        with self._changed:
            self._owed = max(0, self._owed - events) if events or pending else 0
            self._quiet_since = time.monotonic()
            self._changed.notify_all()

    @property
    def low(self) -> bool:
        """Whether half of what may be owed is used up, so that `ready` would ask for more."""
        with self._changed:
            return not self._wanted and self._owed <= MOST_OWED // 2

    def ready(self) -> None:
        """The consumer takes more: asks anew once half is used up."""
        with self._changed:
            if not self._wanted and self._owed <= MOST_OWED // 2:
                self._wanted = MOST_OWED - self._owed
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
