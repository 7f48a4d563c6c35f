"""A subscription: the stream's two sides, and the watchdog over it."""

import queue
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol

import grpc

from app.errors import ServiceUnavailable, SyncError
from app.salesforce.fetch_requests import FetchRequests
from app.salesforce.pubsub_errors import error_of
from app.salesforce.pubsub_pb2 import FetchResponse


class Stream(Protocol):
    """The call as gRPC gives it: iterating raises grpc.RpcError when it fails."""

    def __iter__(self) -> Iterator[FetchResponse]: ...

    def cancel(self) -> object: ...


class Subscription:
    """A stream of responses that one thread takes. A context manager: leaving it ends the call."""

    def __init__(
        self,
        call: Stream,
        requests: FetchRequests,
        silence_seconds: float,
    ) -> None:
        self._call, self._requests, self._silence_seconds = call, requests, silence_seconds
        self._arrived: queue.SimpleQueue[FetchResponse | SyncError] = queue.SimpleQueue()
        self._end: SyncError | None = None
        self._heard = time.monotonic()
        threading.Thread(target=self._read, name="pubsub-read", daemon=True).start()

    def take(self, seconds: float) -> list[FetchResponse]:
        """All that has arrived, in order; waits up to `seconds` for a first one, else is empty.

        Raises:
            SyncError: the stream ended; all that arrived before was taken.
            ServiceUnavailable: it is dead, or was ended by `cancel`.
        """
        if self._end is not None:
            raise self._end
        taken = list(self._waiting(seconds))
        if not taken and self._end is not None:
            raise self._end
        if not taken and time.monotonic() - self._heard > self._silence_seconds:
            words = f"Nothing came for {self._silence_seconds:.0f} s, not even a keepalive."
            raise ServiceUnavailable(words, service="salesforce")
        return taken

    @property
    def low(self) -> bool:
        """Whether so little is owed that `ready` would ask for more."""
        return self._requests.low

    def ready(self) -> None:
        """What was taken is dealt with: more may come."""
        self._requests.ready()

    def cancel(self) -> None:
        """Ends the stream; who waits in `take` wakes up."""
        self._requests.close()
        self._call.cancel()

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cancel()

    def _waiting(self, seconds: float) -> Iterator[FetchResponse]:
        try:
            arrived = self._arrived.get(timeout=seconds)
            while not isinstance(arrived, SyncError):
                yield arrived
                arrived = self._arrived.get_nowait()
            self._end = arrived
        except queue.Empty:
            return

    def _read(self) -> None:
        end: SyncError = ServiceUnavailable("Salesforce closed the stream.", service="salesforce")
        try:
            for response in self._call:
                self._heard = time.monotonic()
                self._requests.received(len(response.events))
                self._arrived.put(response)
        except grpc.RpcError as broken:
            end = error_of(broken)
        finally:
            self._requests.close()
            self._arrived.put(end)
