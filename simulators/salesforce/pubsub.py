"""The Pub/Sub API over gRPC: GetTopic, GetSchema, Subscribe."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import grpc

from simulators.faults import FaultTable
from simulators.requests import RequestLog
from simulators.salesforce import wire
from simulators.salesforce.org import Org
from simulators.salesforce.rpc_errors import RpcError, fail, invalid
from simulators.salesforce.stream import Stream
from simulators.salesforce.topics import authenticate, entities_of


class PubSub:
    """The service; ``streams`` are the live Subscribe calls by number."""

    def __init__(self, org: Org, faults: FaultTable, requests: RequestLog) -> None:
        self.org = org
        self.streams: dict[int, Stream] = {}
        self._numbers = count(1)
        self._faults = faults
        self._requests = requests

    def handlers(self) -> "list[grpc.GenericRpcHandler[Any, Any]]":
        """What a gRPC server serves; other RPCs of the service are UNIMPLEMENTED."""
        methods: dict[str, Any] = {
            "GetTopic": grpc.unary_unary_rpc_method_handler(
                self.get_topic, wire.parser("TopicRequest"), wire.serialise
            ),
            "GetSchema": grpc.unary_unary_rpc_method_handler(
                self.get_schema, wire.parser("SchemaRequest"), wire.serialise
            ),
            "Subscribe": grpc.stream_stream_rpc_method_handler(
                self.subscribe, wire.parser("FetchRequest"), wire.serialise
            ),
        }
        return [grpc.method_handlers_generic_handler(wire.SERVICE, methods)]

    def get_topic(self, request: Any, context: Any) -> Any:
        """What the topic is, and the id of its newest schema."""

        def answer() -> Any:
            entities = entities_of(self.org, request.topic_name)
            schema_id = ""
            if request.topic_name != "/data/ChangeEvents":
                (entity,) = entities
                schema_id = self.org.schemas.current(self.org.schema.objects[entity]).id
            return wire.TopicInfo(
                topic_name=request.topic_name,
                tenant_guid=f"core/simulated/{self.org.id}",
                can_publish=False,
                can_subscribe=True,
                schema_id=schema_id,
                rpc_id=str(uuid.uuid4()),
            )

        return self._unary("pubsub.get_topic", {"topic_name": request.topic_name}, context, answer)

    def get_schema(self, request: Any, context: Any) -> Any:
        """The schema with this id, as JSON text."""

        def answer() -> Any:
            if not request.schema_id:
                raise invalid("schema.id.validation.failed", "The schema ID can't be blank")
            self.org.publish_schemas()
            schema = self.org.schemas.find(request.schema_id)
            if schema is None:
                raise RpcError(
                    grpc.StatusCode.NOT_FOUND, "schema.not.found", "The schema can't be found"
                )
            rpc_id = str(uuid.uuid4())
            return wire.SchemaInfo(schema_json=schema.json, schema_id=schema.id, rpc_id=rpc_id)

        return self._unary("pubsub.get_schema", {"schema_id": request.schema_id}, context, answer)

    def subscribe(self, requests: Iterator[Any], context: Any) -> Iterator[Any]:
        """Events of one topic, as many as the client asks for."""
        ended = threading.Event()
        at, start = time.time(), time.perf_counter()
        stream = Stream(self.org, next(self._numbers), str(uuid.uuid4()))

        def wake() -> None:
            ended.set()
            with self.org.bus.changed:
                self.org.bus.changed.notify_all()

        if not context.add_callback(wake):
            return
        status = 0
        try:
            authenticate(self.org, context)
            self._apply_faults("pubsub.subscribe", "{}")
            self.streams[stream.number] = stream
            threading.Thread(target=stream.take, args=(requests,), daemon=True).start()
            yield from stream.responses(ended)
        except RpcError as error:
            status = _number(error.status)
            fail(context, error)
        finally:
            self.streams.pop(stream.number, None)
            self._log("pubsub.subscribe", {"topic_name": stream.topic}, status, at, start)

    def close_streams(self, error: RpcError, after_events: int = 0) -> int:
        """Break each live stream, at once or after so many more events; answers how many."""
        with self.org.bus.changed:
            live = list(self.streams.values())
            for stream in live:
                stream.ending = (stream.delivered + after_events, error)
            self.org.bus.changed.notify_all()
        return len(live)

    def shutdown(self) -> None:
        """Break every stream: the server is going down."""
        self.close_streams(
            RpcError(grpc.StatusCode.UNAVAILABLE, "service.unavailable", "Shutting down")
        )

    def _unary(
        self, call: str, asked: dict[str, str], context: Any, answer: Callable[[], Any]
    ) -> Any:
        at, start, status = time.time(), time.perf_counter(), 0
        try:
            authenticate(self.org, context)
            self._apply_faults(call, json.dumps(asked))
            return answer()
        except RpcError as error:
            status = _number(error.status)
            fail(context, error)
        finally:
            self._log(call, asked, status, at, start)

    def _apply_faults(self, call: str, text: str) -> None:
        for fault in self._faults.hit(call, text):
            if fault.delay_seconds:
                time.sleep(fault.delay_seconds)
            if not fault.only_delays:
                raise RpcError.scripted(fault.status, fault.code, fault.message)

    def _log(self, call: str, asked: dict[str, str], status: int, at: float, start: float) -> None:
        self._requests.add(
            call=call,
            method="RPC",
            path=f"/{wire.SERVICE}",
            body=json.dumps(asked),
            status=status,
            at=at,
            seconds=time.perf_counter() - start,
        )


def _number(status: grpc.StatusCode) -> int:
    number: int = status.value[0]
    return number
