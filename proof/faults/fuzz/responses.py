"""Target: what a stream of the Pub/Sub API brings, from its bytes to the rows of the ledger."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from google.protobuf.message import DecodeError
from hypothesis import strategies as st

from app.flow import Flow
from app.passes import Passes
from app.salesforce.fetch_requests import MOST_OWED, FetchRequests
from app.salesforce.pubsub_errors import SchemaNotFound
from app.salesforce.pubsub_pb2 import ConsumerEvent, FetchRequest, FetchResponse, ProducerEvent
from app.services import Services, build_services
from app.settings import Settings
from proof.faults.fuzz import avro
from proof.faults.fuzz.event_inputs import SCHEMA, SCHEMA_TEXT, payloads
from proof.faults.fuzz.feeding import Check, Dropped, fed
from proof.faults.fuzz.odd import Draw, damaged_bytes
from proof.faults.fuzz.surroundings import empty_org, redis_of_our_own, variables
from proof.faults.fuzz.target import FuzzTarget, Nonsense
from workers.channel_state import ChannelState
from workers.cursor import Bookmark, stored_cursor
from workers.hearing import Hearing
from workers.lease import Lease, Turn
from workers.patience import Patience, Persistence

_CHANNELS = ("/data/AccountChangeEvent", "/data/ChangeEvents")
_REPLAY_IDS = st.one_of(
    st.sampled_from((b"", b"\0", b"\0\0\0\0\0\0\x05\x0f", b"\xff" * 8, b"x" * 3000)),
    st.binary(max_size=12),
)
_EVENTS = st.builds(
    lambda schema, payload, replay_id: ConsumerEvent(
        event=ProducerEvent(id="e-1\n%s", schema_id=schema, payload=payload), replay_id=replay_id
    ),
    st.sampled_from(("good", "good", "good", "good", "", "none", "x" * 3000)),
    payloads(),
    _REPLAY_IDS,
)


@st.composite
def _responses(draw: Draw) -> tuple[str, list[bytes]]:
    """A channel, and responses as their bytes."""
    found = []
    for events in draw(st.lists(st.lists(_EVENTS, max_size=4), min_size=1, max_size=3)):
        pending = draw(st.sampled_from((0, 0, 1, 100, -1, 2**31 - 1, -(2**31))))
        response = FetchResponse(
            events=events,
            latest_replay_id=draw(_REPLAY_IDS),
            pending_num_requested=pending,
            rpc_id=draw(st.sampled_from(("", "\0", "r-1"))),
        ).SerializeToString()
        found.append(draw(damaged_bytes(response)) if not draw(st.integers(0, 6)) else response)
    return draw(st.sampled_from(_CHANNELS)), found


@contextmanager
def _streams() -> Iterator[Check]:
    with redis_of_our_own() as (url, redis), empty_org() as wire:
        given = {name.lower(): value for name, value in variables(url, wire.url).items()}
        settings = Settings.model_validate(given)
        services = build_services(settings, Flow(), lambda nudges: None)

        def check(given: tuple[str, list[bytes]]) -> object:
            redis.flushdb()
            channel, raw = given
            try:
                responses = [FetchResponse.FromString(one) for one in raw]
            except DecodeError:  # gRPC ends the stream: INTERNAL, and it is opened anew
                return Dropped("the stream ends")
            _hear(services, channel, responses)
            return None

        yield check
        services.close()


def _hear(services: Services, channel: str, responses: list[FetchResponse]) -> None:
    """
    Raises:
        Nonsense: an event is neither heard nor asked for otherwise, or flow control is lost.
    """
    requests = FetchRequests(FetchRequest(topic_name=channel), 45.0)
    turn = Lease(services.redis, 60.0).take()
    if turn is None:
        raise Nonsense("the lock of an empty Redis is held")
    bookmark = Bookmark(channel, turn.token)
    for response in responses:
        requests.received(len(response.events), response.pending_num_requested)
    _hearing(services, channel, turn).hear(responses, bookmark)
    requests.ready()
    if not 0 < next(requests).num_requested <= MOST_OWED:
        raise Nonsense("flow control asks for what it cannot have")
    events = [event.event for response in responses for event in response.events]
    if not all(map(_is_readable, events)) and not Passes(services.redis).all():
        raise Nonsense("an event cannot be read, and nothing is read instead")
    if stored_cursor(services.redis, channel).is_damaged:
        raise Nonsense("a place is stored that cannot be read again")


def _is_readable(event: ProducerEvent) -> bool:
    """Whether it is what the good schema says, as far as Avro goes."""
    try:
        avro.decode(SCHEMA, event.payload)
    except ValueError:
        return False
    return event.schema_id == "good"


def _hearing(services: Services, channel: str, turn: Turn) -> Hearing:
    state = ChannelState(services.redis, channel)
    persistence = Persistence(channel, Patience(), threading.Event(), state)

    def schema(schema_id: str) -> str:
        if schema_id != "good":
            raise SchemaNotFound("Salesforce knows no such schema.", service="salesforce")
        return SCHEMA_TEXT

    return Hearing(channel, services, schema, persistence, state, turn)


RESPONSES = FuzzTarget(
    "event streams",
    "responses of a subscription: events, schemas, replay ids, flow control; into a real ledger",
    fed("event streams", _responses(), _streams),
    share=0.25,
)
