"""A subscriber's end of the Pub/Sub API, with a decoder of its own."""

import io
import json
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import fastavro
import grpc
import pytest

from simulators.salesforce import wire

SERVICE = "/eventbus.v1.PubSub"
PREFIX = "sfdc.platform.eventbus.grpc."
Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Received:
    """One event, decoded; fields by name (``BillingAddress.Street``)."""

    replay_id: bytes
    schema_id: str
    header: dict[str, Any]
    body: dict[str, Any]
    changed: set[str]
    nulled: set[str]
    diffs: set[str]

    @property
    def kind(self) -> str:
        """The change type."""
        return str(self.header["changeType"])

    @property
    def filled(self) -> dict[str, Any]:
        """The fields of the body that are not null."""
        return {key: value for key, value in self.body.items() if value is not None}


class Subscription:
    """An open Subscribe call. Everything waits at most ``seconds``."""

    def __init__(
        self,
        channel: grpc.Channel,
        metadata: Metadata,
        topic: str,
        *,
        seconds: float = 20,
        **request: Any,
    ) -> None:
        self._channel = channel
        self._metadata = metadata
        self._requests: queue.Queue[Any] = queue.Queue()
        self.request(topic_name=topic, **{"num_requested": 100, **request})
        call: Any = channel.stream_stream(
            f"{SERVICE}/Subscribe", wire.serialise, wire.parser("FetchResponse")
        )
        self._responses: Any = call(
            iter(self._requests.get, None), metadata=metadata, timeout=seconds
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._requests.put(None)
        self._responses.cancel()

    def request(self, **fields: Any) -> None:
        """Send one more FetchRequest."""
        self._requests.put(wire.FetchRequest(**fields))

    def half_close(self) -> None:
        """Send no more requests."""
        self._requests.put(None)

    def response(self) -> Any:
        """The next FetchResponse.

        Raises:
            grpc.RpcError: the stream broke.
            StopIteration: the server ended it.
        """
        return next(self._responses)

    def responses(self) -> list[Any]:
        """All FetchResponses until the server ends the stream."""
        return list(self._responses)

    def raw(self, count: int) -> list[Any]:
        """The next ``count`` ConsumerEvents."""
        found: list[Any] = []
        while len(found) < count:
            found.extend(self.response().events)
        assert len(found) == count
        return found

    def events(self, count: int) -> list[Received]:
        """The next ``count`` events, decoded with each one's own schema."""
        return [self.decode(event) for event in self.raw(count)]

    def decode(self, event: Any) -> Received:
        """An event by its schema; every byte of the payload must be used."""
        schema_id = event.event.schema_id
        text = get_schema(self._channel, self._metadata, schema_id)
        buffer = io.BytesIO(event.event.payload)
        body: Any = fastavro.schemaless_reader(buffer, _parsed(text))
        assert buffer.read() == b""
        header = body.pop("ChangeEventHeader")
        fields = {key: set(names_of(text, header[f"{key}Fields"])) for key in _BITMAPS}
        return Received(
            event.replay_id, schema_id, header, body, *(fields[key] for key in _BITMAPS)
        )


_BITMAPS = ("changed", "nulled", "diff")


def get_topic(channel: grpc.Channel, metadata: Metadata, name: str) -> Any:
    """TopicInfo."""
    call = channel.unary_unary(f"{SERVICE}/GetTopic", wire.serialise, wire.parser("TopicInfo"))
    return call(wire.TopicRequest(topic_name=name), metadata=metadata, timeout=20)


def get_schema(channel: grpc.Channel, metadata: Metadata, schema_id: str) -> str:
    """The JSON text of a schema."""
    call = channel.unary_unary(f"{SERVICE}/GetSchema", wire.serialise, wire.parser("SchemaInfo"))
    answer = call(wire.SchemaRequest(schema_id=schema_id), metadata=metadata, timeout=20)
    assert answer.schema_id == schema_id
    return str(answer.schema_json)


def failure(error: Any) -> tuple[grpc.StatusCode, str]:
    """Status and error code of a broken call, which must name its RPC."""
    trailers: dict[str, str] = dict(error.trailing_metadata())
    assert trailers["rpcid"] in error.details()
    return error.code(), trailers.get("error-code", "").removeprefix(PREFIX)


def broken(subscription: Subscription) -> tuple[grpc.StatusCode, str]:
    """How a stream ended that must have ended with an error."""
    with pytest.raises(grpc.RpcError) as caught:
        subscription.responses()
    return failure(caught.value)


def names_of(schema_json: str, bitmaps: list[str]) -> Iterator[str]:
    """The names that bitmaps mean; a bit beyond the schema is an error."""
    fields = json.loads(schema_json)["fields"]
    address = next((part for part in map(_address, fields) if part), [])
    for text in bitmaps:
        position, _, digits = text.rpartition("-")
        bits = [bit for bit, digit in enumerate(reversed(bin(int(digits, 16)))) if digit == "1"]
        if position:
            parent = fields[int(position)]["name"]
            yield from (f"{parent}.{address[bit]}" for bit in bits)
        else:
            yield from (fields[bit]["name"] for bit in bits)


def _address(field: dict[str, Any]) -> list[str]:
    kinds = field["type"] if isinstance(field["type"], list) else []
    records = [kind for kind in kinds if isinstance(kind, dict) and kind["name"] == "Address"]
    return [part["name"] for part in records[0]["fields"]] if records else []


@lru_cache(maxsize=64)
def _parsed(text: str) -> Any:
    return fastavro.parse_schema(json.loads(text))
