"""A subscription: the stream's two sides, and the watchdog over it."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol

import grpc

from app.errors import ServiceUnavailable
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
        self._arrived: queue.SimpleQueue[FetchResponse | BaseException] = queue.SimpleQueue()
        self._end: BaseException | None = None
        self._heard = time.monotonic()
        threading.Thread(target=self._read, name="pubsub-read", daemon=True).start()

    def take(self, seconds: float) -> list[FetchResponse]:
        """All that has arrived, in order; waits up to `seconds` for a first one, else is empty.

        Raises:
            SyncError: the stream ended; all that arrived before was taken.
            ServiceUnavailable: it is dead, or was ended by `cancel`.
            Whatever else ended it: a bug of ours.
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
            while not isinstance(arrived, BaseException):
                yield arrived
                arrived = self._arrived.get_nowait()
            self._end = arrived
        except queue.Empty:
            return

    def _read(self) -> None:
        with ExitStack() as stack:
            stack.push(self._ended)
            for response in self._call:
                self._heard = time.monotonic()
                self._requests.received(len(response.events), response.pending_num_requested)
                self._arrived.put(response)

    def _ended(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Why: for the thread that takes."""
        if isinstance(error, grpc.RpcError):
            error = error_of(error)
        self._requests.close()
        closed = ServiceUnavailable("Salesforce closed the stream.", service="salesforce")
        self._arrived.put(error or closed)
        return True
