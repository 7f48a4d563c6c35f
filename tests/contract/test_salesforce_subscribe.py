"""Subscribe: what is owed, what comes, how it ends."""

from typing import Any

import grpc
import pytest

from tests.contract.salesforce_org import SalesforceOrg
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.contract.subscription import broken, failure, get_schema
from tests.eventually import eventually

ACCOUNTS = "/data/AccountChangeEvent"
OPPORTUNITIES = "/data/OpportunityChangeEvent"
ALL = "/data/ChangeEvents"
LATEST, EARLIEST, CUSTOM = range(3)


def _streaming(simulator: SalesforceSimulator, **expected: Any) -> dict[str, Any]:
    """The one live stream, once it is as expected."""

    def matching() -> dict[str, Any] | None:
        streams = simulator.get("streams")["streams"]
        fits = [s for s in streams if s["topic"] and expected.items() <= s.items()]
        return fits[0] if len(fits) == 1 == len(streams) else None

    found = eventually(matching, "the stream")
    assert found is not None
    return found


def test_the_default_preset_is_latest(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    org.account("Before")

    with org.subscribe(ACCOUNTS) as stream:
        _streaming(simulator, outstanding=100)
        org.account("After")
        (event,) = stream.events(1)

    assert event.body["Name"] == "After"


def test_no_more_comes_than_was_asked_for(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    for _ in range(3):
        org.account()

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST, num_requested=2) as stream:
        first = stream.response()
        _streaming(simulator, outstanding=0, delivered=2)
        stream.request(num_requested=5)
        second = stream.response()

    assert (len(first.events), first.pending_num_requested) == (2, 0)
    assert (len(second.events), second.pending_num_requested) == (1, 4)


def test_never_more_than_a_hundred_are_outstanding(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    with org.subscribe(ACCOUNTS, num_requested=80) as stream:
        _streaming(simulator, outstanding=80)
        stream.request(topic_name=ACCOUNTS, num_requested=80)
        live = _streaming(simulator, outstanding=100)

    assert live["topic"] == ACCOUNTS


def test_asking_for_nothing_is_refused(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    with org.subscribe(ACCOUNTS, num_requested=0) as stream:
        end = broken(stream)

    assert end[0] == grpc.StatusCode.INVALID_ARGUMENT


def test_a_stream_keeps_its_topic(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    with org.subscribe(ACCOUNTS) as stream:
        stream.request(topic_name=OPPORTUNITIES, num_requested=1)
        end = broken(stream)

    assert end[0] == grpc.StatusCode.INVALID_ARGUMENT


def test_events_that_wait_come_in_one_response(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    for _ in range(5):
        org.account()

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        response = stream.response()

    assert len(response.events) == 5
    assert response.latest_replay_id == response.events[-1].replay_id


def test_a_quiet_stream_says_that_it_lives_and_how_far_the_bus_is(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.settings(keepalive_seconds=0.05)
    org.account("Before")

    with org.subscribe(ACCOUNTS, num_requested=7) as stream:
        first, second = stream.response(), stream.response()
        _streaming(simulator)
    org.account("After")
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=second.latest_replay_id) as stream:
        (event,) = stream.events(1)

    assert (len(first.events), first.pending_num_requested) == (0, 7)
    assert second.latest_replay_id > first.latest_replay_id
    assert event.body["Name"] == "After"


def test_a_stream_of_which_nothing_is_asked_is_closed(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.settings(idle_seconds=0.05)
    org.account()

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST, num_requested=1) as stream:
        responses = stream.responses()

    assert [len(response.events) for response in responses] == [1]
    assert simulator.get("streams")["count"] == 0


def test_a_stream_outlives_its_session(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    with org.subscribe(ACCOUNTS) as stream:
        _streaming(simulator)
        simulator.post("sessions/expire")
        simulator.inject({"entity": "Account", "record_ids": ["001000000000001AAA"]})
        events = stream.raw(1)
        with pytest.raises(grpc.RpcError) as schema:
            get_schema(org.channel, org.metadata(), events[0].event.schema_id)

    assert failure(schema.value) == (grpc.StatusCode.UNAUTHENTICATED, "service.auth.error")


def test_a_cancelled_stream_leaves_nothing_behind(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    with org.subscribe(ACCOUNTS):
        _streaming(simulator)

    eventually(lambda: simulator.get("streams")["count"] == 0, "no stream")


def test_many_streams_at_once_get_every_event(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    streams = [org.subscribe(ACCOUNTS) for _ in range(40)]
    eventually(lambda: sum(bool(s["topic"]) for s in simulator.get("streams")["streams"]) == 40)

    org.account("Everyone")
    names = [stream.events(1)[0].body["Name"] for stream in streams]
    for stream in streams:
        stream.__exit__(None, None, None)

    assert names == ["Everyone"] * 40


def test_the_delivery_allocation_ends(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    simulator.settings(delivery_limit=2)
    events = [{"entity": "Account", "record_ids": ["001000000000001AAA"], "count_as": 2}]
    simulator.inject(*events)

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        first = stream.response()
        end = broken(stream)

    assert len(first.events) == 1
    assert end == (grpc.StatusCode.RESOURCE_EXHAUSTED, "subscription.limit.exceeded")
