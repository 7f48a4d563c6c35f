"""The Pub/Sub API's client by itself, against the simulator."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from app.errors import PermanentError, SyncError
from app.loopback import is_loopback
from app.salesforce.pubsub import PubSub, host_of
from app.salesforce.pubsub_errors import SchemaNotFound
from tests.integration.listening import ACCOUNTS, Scene


@pytest.fixture
def pubsub(scene: Scene) -> Iterator[PubSub]:
    services = scene.services()
    made = PubSub(
        services.settings.salesforce_pubsub_endpoint, services.salesforce.auth, 10, is_loopback
    )
    yield made
    made.close()
    services.salesforce.close()


def test_a_topic_names_its_schema_and_whether_we_may_subscribe(pubsub: PubSub) -> None:
    topic = pubsub.topic(ACCOUNTS)
    schema = json.loads(pubsub.schema(topic.schema_id))

    assert topic.can_subscribe
    assert schema["fields"][0]["name"] == "ChangeEventHeader"


def test_a_topic_that_does_not_exist_says_what_to_do(pubsub: PubSub) -> None:
    with pytest.raises(PermanentError, match="SALESFORCE_CHANNELS"):
        pubsub.topic("/data/NobodysChangeEvent")


def test_a_schema_that_does_not_exist_is_told_from_a_failure(pubsub: PubSub) -> None:
    with pytest.raises(SchemaNotFound):
        pubsub.schema("nobody's")


@pytest.mark.parametrize("status", ["NOT_FOUND", "INVALID_ARGUMENT"])
@pytest.mark.parametrize("code", [{}, {"code": "schema.of.a.new.kind"}])
def test_a_schema_that_is_refused_without_a_code_that_we_know_does_not_exist(
    scene: Scene, pubsub: PubSub, status: str, code: dict[str, str]
) -> None:
    scene.simulator.fault("pubsub.get_schema", times=1, status=status, **code)

    with pytest.raises(SchemaNotFound):
        pubsub.schema("an id")


def test_tokens_go_over_tls_to_every_other_host(scene: Scene) -> None:
    services = scene.services()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        endpoint = f"127.0.0.1:{listener.getsockname()[1]}"
        pubsub = PubSub(endpoint, services.salesforce.auth, 10, lambda host: False)
        ends: list[SyncError] = []

        def ask() -> None:
            try:
                pubsub.topic(ACCOUNTS)
            except SyncError as end:
                ends.append(end)

        asking = threading.Thread(target=ask)
        asking.start()
        connection, _ = listener.accept()
        with connection:
            first = connection.recv(3, socket.MSG_WAITALL)

    asking.join(20)
    pubsub.close()
    services.salesforce.close()
    assert first == b"\x16\x03\x01", "a TLS handshake"
    assert [end.service for end in ends] == ["salesforce"]


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("api.pubsub.salesforce.com:7443", "api.pubsub.salesforce.com"),
        ("127.0.0.1:8181", "127.0.0.1"),
        ("[::1]:8181", "::1"),
    ],
)
def test_the_host_of_an_endpoint(endpoint: str, host: str) -> None:
    assert host_of(endpoint) == host
