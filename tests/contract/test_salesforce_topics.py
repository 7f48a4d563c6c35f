"""Topics, schemas, and who may call the Pub/Sub API."""

import json

import grpc
import pytest

from tests.contract.salesforce_org import SalesforceOrg
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.contract.subscription import Subscription, broken, failure, get_schema, get_topic

ACCOUNTS = "/data/AccountChangeEvent"
OPPORTUNITIES = "/data/OpportunityChangeEvent"
ALL = "/data/ChangeEvents"
EARLIEST = 1


def test_a_topic_names_its_schema(org: SalesforceOrg) -> None:
    topic = get_topic(org.channel, org.metadata(), ACCOUNTS)
    schema = json.loads(get_schema(org.channel, org.metadata(), topic.schema_id))

    assert topic.topic_name == ACCOUNTS
    assert topic.can_subscribe
    assert topic.rpc_id
    assert schema["name"] == "AccountChangeEvent"
    assert schema["fields"][0]["name"] == "ChangeEventHeader"


def test_what_there_is_not_is_not_found(org: SalesforceOrg) -> None:
    with pytest.raises(grpc.RpcError) as topic:
        get_topic(org.channel, org.metadata(), "/data/NonsenseChangeEvent")

    assert topic.value.code() in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED)


def test_an_unknown_schema_is_not_found(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    with pytest.raises(grpc.RpcError) as schema:
        get_schema(org.channel, org.metadata(), "nonsense")

    assert failure(schema.value)[0] == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"accesstoken": "00D!guess"}, "service.auth.error"),
        ({"accesstoken": ""}, "service.auth.headers.invalid"),
        ({"tenantid": ""}, "service.auth.headers.invalid"),
        ({"tenantid": "00D000000000000EAA"}, "service.auth.headers.invalid"),
        ({"instanceurl": ""}, "service.auth.headers.invalid"),
        ({"instanceurl": "https://example.com"}, "service.auth.error"),
    ],
)
def test_every_call_carries_who_calls(
    org: SalesforceOrg, simulator: SalesforceSimulator, changes: dict[str, str], code: str
) -> None:
    metadata = org.metadata(**changes)

    with pytest.raises(grpc.RpcError) as topic:
        get_topic(org.channel, metadata, ACCOUNTS)
    with Subscription(org.channel, metadata, ACCOUNTS) as stream:
        end = broken(stream)

    assert failure(topic.value) == end == (grpc.StatusCode.UNAUTHENTICATED, code)


def test_an_entity_that_is_not_selected_has_no_topic(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.settings(cdc_entities=["Account"])

    with org.subscribe(OPPORTUNITIES) as stream:
        end = broken(stream)

    assert end == (grpc.StatusCode.NOT_FOUND, "topic.not.found")


def test_a_topic_carries_its_entity_and_change_events_carries_all(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    org.opportunity(org.account())

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        accounts = stream.events(1)
    with org.subscribe(ALL, replay_preset=EARLIEST) as stream:
        both = stream.events(2)

    assert [event.header["entityName"] for event in accounts] == ["Account"]
    assert [event.header["entityName"] for event in both] == ["Account", "Opportunity"]
