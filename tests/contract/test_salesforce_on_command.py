"""What the platform sends seldom, on command: odd events, new schemas."""

import base64

import pytest

from tests.contract.salesforce_org import SalesforceOrg
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.contract.subscription import get_topic

ACCOUNTS = "/data/AccountChangeEvent"
EARLIEST, CUSTOM = 1, 2
ID = "001000000000001AAA"


@pytest.mark.parametrize("entity", ["Account", "Opportunity"])
@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("GAP_CREATE", ["{}000000000001AAA"]),
        ("GAP_UPDATE", ["{}000000000001AAA", "{}000000000002AAA"]),
        ("GAP_DELETE", ["{}000000000001AAA"]),
        ("GAP_UNDELETE", ["{}000000000001AAA"]),
        ("GAP_OVERFLOW", ["000000000000000AAA"]),
        ("UPDATE", ["{}*"]),
        ("GAP_UPDATE", ["{}*"]),
        ("UPDATE", [f"{{}}0000000000{n:02}AAA" for n in range(20)]),
    ],
)
def test_any_event_comes_on_command(
    org: SalesforceOrg, simulator: SalesforceSimulator, entity: str, kind: str, ids: list[str]
) -> None:
    named = [record.format({"Account": "001", "Opportunity": "006"}[entity]) for record in ids]
    simulator.inject({"entity": entity, "change_type": kind, "record_ids": named})

    with org.subscribe(f"/data/{entity}ChangeEvent", replay_preset=EARLIEST) as stream:
        (event,) = stream.events(1)

    assert (event.kind, event.header["recordIds"]) == (kind, named)
    assert (event.filled, event.changed) == ({}, set())


def test_an_overflow_makes_one_event_for_each_object(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    overflow = {"change_type": "GAP_OVERFLOW", "record_ids": ["000000000000000AAA"]}
    simulator.inject({"entity": "Account", **overflow}, {"entity": "Opportunity", **overflow})

    with org.subscribe("/data/ChangeEvents", replay_preset=EARLIEST) as stream:
        accounts, opportunities = stream.events(2)

    assert accounts.header["transactionKey"] == opportunities.header["transactionKey"]
    assert [e.header["entityName"] for e in (accounts, opportunities)] == ["Account", "Opportunity"]


def test_an_injected_update_carries_what_it_is_given(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.inject(
        {
            "entity": "Account",
            "record_ids": [ID],
            "changed_fields": ["Name", "BillingAddress.City", "ShippingCity"],
            "nulled_fields": ["BillingCity"],
            "diff_fields": ["Description"],
            "body": {"Name": "Acme", "ShippingCity": "Springfield"},
            "change_origin": "com/salesforce/api/rest/60.0;client=closedwon",
            "commit_timestamp": 1_700_000_000_000,
        }
    )

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        (event,) = stream.events(1)

    assert event.changed == {"Name", "BillingAddress.City", "ShippingAddress.City"}
    assert event.nulled == {"BillingAddress.City"}
    assert event.diffs == {"Description"}
    assert event.body["Name"] == "Acme"
    assert event.body["ShippingAddress"]["City"] == "Springfield"
    assert event.header["changeOrigin"].endswith("client=closedwon")
    assert event.header["commitTimestamp"] == 1_700_000_000_000


def test_two_updates_of_a_record_in_one_transaction(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    change = {"entity": "Account", "record_ids": [ID]}
    simulator.inject(
        {**change, "changed_fields": ["Name"]}, {**change, "changed_fields": ["Phone"]}
    )

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        first, second = stream.events(2)

    assert first.header["transactionKey"] == second.header["transactionKey"]
    assert [e.header["sequenceNumber"] for e in (first, second)] == [1, 2]
    assert (first.changed, second.changed) == ({"Name"}, {"Phone"})


def test_twins_share_a_replay_id_and_a_start_after_it_skips_both(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    event = {"entity": "Account", "record_ids": [ID]}
    twin = {**event, "same_replay_id_as_previous": True}
    simulator.settings(max_events_per_response=1)
    simulator.inject(event, twin, {**event, "record_ids": ["001000000000002AAA"]})

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        first, second, third = stream.events(3)
    with org.subscribe(ACCOUNTS, replay_preset=CUSTOM, replay_id=first.replay_id) as stream:
        (following,) = stream.events(1)

    assert first.replay_id == second.replay_id != third.replay_id
    assert following.replay_id == third.replay_id


def test_a_broken_payload_comes_as_it_was_given(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    payload = base64.b64encode(b"\x0eAccount").decode()
    simulator.inject({"entity": "Account", "record_ids": [ID], "payload": payload})

    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        (event,) = stream.raw(1)

    assert event.event.payload == b"\x0eAccount"


@pytest.mark.parametrize(
    "event",
    [
        {"entity": "Account"},
        {"entity": "Contact", "record_ids": [ID]},
        {"entity": "Account", "record_ids": [ID], "nonsense": 1},
        {"entity": "Account", "record_ids": [ID], "change_type": "EXPLODE"},
        {"entity": "Account", "record_ids": [ID], "changed_fields": ["Nonsense"]},
        {"entity": "Account", "record_ids": [ID], "body": {"Name": 5}},
    ],
)
def test_an_impossible_event_is_refused_with_its_reason(
    simulator: SalesforceSimulator, event: dict[str, object]
) -> None:
    answer = simulator.http.post("events", json=event)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_schema_may_change_in_mid_stream(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    account = org.account("Old")
    before = get_topic(org.channel, org.metadata(), ACCOUNTS).schema_id
    field = {"name": "Region__c", "type": "string", "after": "Type"}

    simulator.post("schema", {"entity": "Account", "add_field": field})
    org.update("Account", account, Region__c="North")
    after = get_topic(org.channel, org.metadata(), ACCOUNTS).schema_id
    with org.subscribe(ACCOUNTS, replay_preset=EARLIEST) as stream:
        first, second = stream.events(2)

    assert (first.schema_id, second.schema_id) == (before, after)
    assert before != after
    assert "Region__c" not in first.body
    assert second.changed == {"Region__c", "LastModifiedDate"}
    assert second.body["Region__c"] == "North"
