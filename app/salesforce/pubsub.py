"""Salesforce's Pub/Sub API over gRPC: schemas, topics, and subscriptions to change events.

gRPC does not survive a fork: use it in a process that is no Celery worker.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import grpc

from app.salesforce.auth import SalesforceAuth, Session
from app.salesforce.fetch_requests import MOST_OWED, FetchRequests
from app.salesforce.pubsub_errors import (
    BY_STATUS,
    SCHEMA_BY_STATUS,
    Row,
    SessionRefused,
    error_of,
    refused_anew,
)
from app.salesforce.pubsub_pb2 import (
    CUSTOM,
    LATEST,
    FetchRequest,
    FetchResponse,
    SchemaInfo,
    SchemaRequest,
    TopicInfo,
    TopicRequest,
)
from app.salesforce.subscription import Subscription

_SERVICE = "/eventbus.v1.PubSub"
OPTIONS = (
    # An event may have 1 MB and a response 100 events; gRPC's own limit is 4 MB.
    ("grpc.max_receive_message_length", 128 * 1024 * 1024),
    # Servers hang up (ENHANCE_YOUR_CALM, too_many_pings) on who pings more often than every 5
    # minutes, unless they were told otherwise. Salesforce sends something every 270 s, so on a live
    # stream no ping is due; a dead one is found by our watchdog. The two values make the kernel
    # give a dead connection up, so that the next stream does not begin on it.
    ("grpc.keepalive_time_ms", 330_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    # gRPC waits up to two minutes by itself; how long to wait is the listener's to decide.
    ("grpc.initial_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 5_000),
)
_Answer = TypeVar("_Answer")


def host_of(endpoint: str) -> str:
    """The host of `host:port`, an IPv6 address without its brackets."""
    return endpoint.rpartition(":")[0].strip("[]")


class PubSub:
    """One connection. Each listening thread has one of its own.

    Raises (every call): AuthenticationFailed, ServiceUnavailable, RateLimited, PermanentError, as
    app/salesforce/pubsub_errors.py has it.
    """

    def __init__(
        self,
        endpoint: str,
        auth: SalesforceAuth,
        timeout_seconds: float,
        is_loopback: Callable[[str], bool],
    ) -> None:
        """`endpoint` is host:port. Tokens go over TLS, save to a host that `is_loopback`."""
        self._auth, self._timeout = auth, timeout_seconds
        self._session: Session | None = None
        if is_loopback(host_of(endpoint)):
            self._channel = grpc.insecure_channel(endpoint, OPTIONS)
        else:
            credentials = grpc.ssl_channel_credentials()
            self._channel = grpc.secure_channel(endpoint, credentials, OPTIONS)
        self._get_schema = self._channel.unary_unary(
            f"{_SERVICE}/GetSchema", SchemaRequest.SerializeToString, SchemaInfo.FromString
        )
        self._get_topic = self._channel.unary_unary(
            f"{_SERVICE}/GetTopic", TopicRequest.SerializeToString, TopicInfo.FromString
        )
        self._subscribe = self._channel.stream_stream(
            f"{_SERVICE}/Subscribe", FetchRequest.SerializeToString, FetchResponse.FromString
        )

    def schema(self, schema_id: str) -> str:
        """The Avro schema of that id, as JSON text. It never changes.

        Raises (beside the rest):
            SchemaNotFound: there is none of that id.
        """
        info: SchemaInfo = self._with_login(
            lambda: self._get_schema(
                SchemaRequest(schema_id=schema_id), timeout=self._timeout, metadata=self._metadata()
            ),
            SCHEMA_BY_STATUS,
        )
        return info.schema_json

    def topic(self, name: str) -> TopicInfo:
        """What Salesforce says of a channel: its newest schema, and whether we may subscribe."""
        info: TopicInfo = self._with_login(
            lambda: self._get_topic(
                TopicRequest(topic_name=name), timeout=self._timeout, metadata=self._metadata()
            )
        )
        return info

    def subscribe(
        self,
        topic: str,
        after: bytes | None,
        *,
        wanted: int = MOST_OWED,
        silence_seconds: float = 300.0,
        idle_seconds: float = 45.0,
    ) -> Subscription:
        """Everything after a replay id, or, with None, what comes from now on.

        A refusal shows when the first responses are taken. `wanted`: how many events are asked for
        at first. `silence_seconds`: a stream on which nothing came for so long is dead, since a
        live one is kept so every 270 s at the latest. `idle_seconds`: less than the 60 after which
        Salesforce closes a stream that owes nothing.
        """
        first = FetchRequest(topic_name=topic, replay_preset=LATEST)
        if after is not None:
            first = FetchRequest(topic_name=topic, replay_preset=CUSTOM, replay_id=after)
        requests = FetchRequests(first, idle_seconds, wanted)
        call = self._subscribe(requests, metadata=self._metadata())
        return Subscription(call, requests, silence_seconds)

    def log_in_again(self) -> bool:
        """After SessionRefused: another session → whether it was granted just now, so that its
        refusal is final. Another thread may have fetched it some time ago.
        """
        if self._session is None:
            return False
        self._session, is_new = self._auth.renewed(self._session)
        return is_new

    def close(self) -> None:
        self._channel.close()

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        self._session = session = self._auth.session()
        return (
            ("accesstoken", session.token),
            ("instanceurl", session.instance_url),
            ("tenantid", session.organization),
        )

    def _with_login(
        self, call: Callable[[], _Answer], by_status: Mapping[grpc.StatusCode, Row] = BY_STATUS
    ) -> _Answer:
        """Sessions expire while a stream goes on; a call of its own then needs a new one."""
        is_new = False
        while True:
            try:
                return call()
            except grpc.RpcError as broken:
                error = error_of(broken, by_status)
            if not isinstance(error, SessionRefused):
                raise error
            if is_new:
                raise refused_anew(error)
            is_new = self.log_in_again()
