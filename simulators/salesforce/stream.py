"""One Subscribe call: what its client has asked for, what is owed, and when it ends."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import grpc

from simulators.salesforce import wire
from simulators.salesforce.bus import Bus, Entry
from simulators.salesforce.org import Org
from simulators.salesforce.rpc_errors import RpcError, corrupted, invalid
from simulators.salesforce.topics import entities_of

MOST_OUTSTANDING = 100


@dataclass
class Stream:
    """The server's side of a subscription. All fields are guarded by the bus's condition."""

    org: Org
    number: int
    rpc_id: str
    topic: str = ""
    entities: frozenset[str] = frozenset()
    position: int = 0
    pending: int = 0
    most_asked: int = 0
    """The highest that was ever pending, before it was limited."""
    delivered: int = 0
    opened_at: float = field(default_factory=time.time)
    half_closed: bool = False
    error: RpcError | None = None
    ending: tuple[int, RpcError] | None = None  # at how many delivered, and how

    def take(self, requests: Iterator[Any]) -> None:
        """Read the client's requests until it closes its side (in a thread of its own)."""
        try:
            for request in requests:
                with self.bus.changed:
                    self._add(request)
                    self.bus.changed.notify_all()
        except RpcError as error:
            self.fail(error)
        except grpc.RpcError:
            pass  # the call has ended; the responding side knows it from its context
        with self.bus.changed:
            self.half_closed = True
            self.bus.changed.notify_all()

    def responses(self, ended: threading.Event) -> Iterator[Any]:
        """The FetchResponses, until the call ends: by the client, by an error, or by idleness.

        Raises:
            RpcError: the stream is broken.
        """
        silent_since = time.monotonic()
        while not ended.is_set():
            with self.bus.changed:
                if self.error is not None:
                    raise self.error
                entries = self._next_entries()
                if not entries and not self._keepalive_due(silent_since):
                    if (self.half_closed and not self.pending) or self._idle(silent_since):
                        return
                    self.bus.changed.wait(self._patience(silent_since))
                    continue
                response = self._response(entries)
            yield response
            silent_since = time.monotonic()

    def fail(self, error: RpcError) -> None:
        """Break the stream."""
        with self.bus.changed:
            self.error = self.error or error
            self.bus.changed.notify_all()

    @property
    def bus(self) -> Bus:
        """The org's bus."""
        return self.org.bus

    def _add(self, request: Any) -> None:
        if request.num_requested <= 0:
            raise invalid(
                "subscription.fetch.requested.events.validation.failed",
                "num_requested must be greater than 0",
            )
        if not self.topic:
            self.entities = entities_of(self.org, request.topic_name)
            self.position = self._start(request)
            self.topic = request.topic_name
        elif request.topic_name not in ("", self.topic):
            raise invalid("subscription.topic.mismatch", "A stream has one topic")
        asked = self.pending + request.num_requested
        self.most_asked = max(self.most_asked, asked)
        self.pending = min(asked, MOST_OUTSTANDING)

    def _start(self, request: Any) -> int:
        if request.replay_preset == wire.EARLIEST:
            return self.bus.start()
        if request.replay_preset == wire.LATEST:
            return self.bus.end()
        if not request.replay_id:
            raise invalid(
                "subscription.fetch.replayid.validation.failed",
                "replay_id is required when replay_preset is CUSTOM",
            )
        position = self.bus.after(request.replay_id)
        if position is None:
            raise corrupted()
        return position

    def _next_entries(self) -> list[Entry]:
        if self.org.settings["silent"]:
            return []
        limit = min(self.pending, self.org.settings["max_events_per_response"])
        if self.ending is not None:
            left = self.ending[0] - self.delivered
            if left <= 0:
                raise self.ending[1]
            limit = min(limit, left)
        if limit <= 0:
            return []
        allocation = self.org.settings["delivery_limit"]
        if allocation is not None and self.bus.delivered >= allocation:
            raise RpcError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                "subscription.limit.exceeded",
                "The daily limit for event delivery was exceeded",
            )
        entries, self.position = self.bus.read(self.position, self.entities, limit)
        self.pending -= len(entries)
        self.delivered += len(entries)
        return entries

    def _keepalive_due(self, silent_since: float) -> bool:
        if self.pending == 0 or self.org.settings["silent"]:
            return False
        silence: float = self.org.settings["keepalive_seconds"]
        return time.monotonic() - silent_since >= silence

    def _idle(self, silent_since: float) -> bool:
        """Whether the client has left the stream without a request for too long."""
        idle: float = self.org.settings["idle_seconds"]
        return self.pending == 0 and time.monotonic() - silent_since >= idle

    def _patience(self, silent_since: float) -> float:
        name = "keepalive_seconds" if self.pending else "idle_seconds"
        left: float = silent_since + self.org.settings[name] - time.monotonic()
        return min(max(left, 0.0), 1.0)

    def _response(self, entries: list[Entry]) -> Any:
        events = [
            wire.ConsumerEvent(
                replay_id=entry.replay_id,
                event=wire.ProducerEvent(
                    id=entry.event.id,
                    schema_id=entry.event.schema_id,
                    payload=entry.event.payload,
                ),
            )
            for entry in entries
            if entry.event is not None
        ]
        return wire.FetchResponse(
            events=events,
            latest_replay_id=entries[-1].replay_id if entries else self.bus.tick(),
            rpc_id=self.rpc_id,
            pending_num_requested=self.pending,
        )
