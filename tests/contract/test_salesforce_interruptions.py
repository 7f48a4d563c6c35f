"""What interrupts a subscription, on command."""

import grpc
import pytest

from tests.contract.salesforce_org import SalesforceOrg
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.contract.subscription import broken, failure, get_topic
from tests.eventually import eventually

ACCOUNTS = "/data/AccountChangeEvent"
EARLIEST = 1


def streaming(simulator: SalesforceSimulator) -> None:
    eventually(lambda: any(s["topic"] for s in simulator.get("streams")["streams"]), "a stream")


def test_a_stream_breaks_after_so_many_events(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    code = "sfdc.platform.eventbus.grpc.service.unavailable"
    with org.subscribe(ACCOUNTS) as stream:
        streaming(simulator)
        simulator.post(
            "streams/close", {"status": "UNAVAILABLE", "error_code": code, "after_events": 2}
        )
        for _ in range(3):
            org.account()
        events = stream.raw(2)
        with pytest.raises(grpc.RpcError) as caught:
            stream.responses()

    assert len(events) == 2
    assert failure(caught.value) == (grpc.StatusCode.UNAVAILABLE, "service.unavailable")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("UNAVAILABLE", ""),
        ("INTERNAL", "subscription.internal.error"),
        ("RESOURCE_EXHAUSTED", "service.protection.triggered"),
        ("UNAUTHENTICATED", "service.auth.error"),
        ("PERMISSION_DENIED", "service.tenant.license"),
    ],
)
def test_a_stream_breaks_with_any_status_and_code(
    org: SalesforceOrg, simulator: SalesforceSimulator, status: str, code: str
) -> None:
    with org.subscribe(ACCOUNTS) as stream:
        streaming(simulator)
        simulator.post("streams/close", {"status": status, "error_code": code})
        end = broken(stream)

    assert end == (grpc.StatusCode[status], code)


def test_a_stream_may_fall_silent(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    simulator.settings(silent=True, keepalive_seconds=0.05)
    org.account()

    stream = org.subscribe(ACCOUNTS, replay_preset=EARLIEST, seconds=0.5)
    with stream, pytest.raises(grpc.RpcError) as caught:
        stream.response()

    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


def test_an_expired_session_opens_no_stream_while_an_open_one_goes_on(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    with org.subscribe(ACCOUNTS) as stream:
        streaming(simulator)
        simulator.post("sessions/expire")
        simulator.inject({"entity": "Account", "record_ids": ["001000000000001AAA"]})
        events = stream.raw(1)
        with org.subscribe(ACCOUNTS) as another:
            end = broken(another)

    assert len(events) == 1
    assert end == (grpc.StatusCode.UNAUTHENTICATED, "service.auth.error")


def test_a_schema_changes_while_a_stream_is_open(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    field = {"name": "Region__c", "type": "string", "after": "Type"}

    with org.subscribe(ACCOUNTS) as stream:
        streaming(simulator)
        account = org.account("Old")
        (old,) = stream.events(1)
        simulator.post("schema", {"entity": "Account", "add_field": field})
        org.update("Account", account, Region__c="North", Phone="+1 555 0100")
        (new,) = stream.events(1)
    newest = get_topic(org.channel, org.metadata(), ACCOUNTS).schema_id

    assert old.schema_id != new.schema_id == newest
    assert new.changed == {"Region__c", "Phone", "LastModifiedDate"}
