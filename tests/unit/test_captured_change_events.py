"""Decoding change events that live orgs have sent."""

import base64
import json
from typing import Any

from app.salesforce.change_events import ChangeEvent, ChangeEventDecoder
from tests.cdc_vectors import read_vector


def _decode(schema: Any, payload: bytes) -> ChangeEvent:
    return ChangeEventDecoder(lambda _: json.dumps(schema)).decode("an id", payload)


def test_a_captured_event_is_decoded_as_its_live_client_logged_it() -> None:
    expected = json.loads(read_vector("java_client/expected_decoded.json"))["ChangeEventHeader"]
    schema = json.loads(read_vector("java_client/reconstructed_schema.avsc"))

    event = _decode(schema, read_vector("java_client/payload.bin"))

    assert event.record_ids == tuple(expected["recordIds"])
    assert event.changed_fields == ("LastModifiedDate", "BillingAddress.Street")
    assert event.commit_ms == expected["commitTimestamp"]
    assert event.change_origin == expected["changeOrigin"]
    assert (event.commit_user, event.transaction_key) == (
        expected["commitUser"],
        expected["transactionKey"],
    )


def _captured(name: str, schema: str) -> list[ChangeEvent]:
    given = json.loads(read_vector(f"dev_org/{name}.json"))
    definition = json.loads(read_vector(f"dev_org/{schema}.avsc"))
    events = given["events"] if isinstance(given, dict) else given
    return [_decode(definition, base64.b64decode(e["event"]["payload"])) for e in events]


def test_an_address_edit_and_its_geocoding_are_decoded() -> None:
    of_its_time = "AccountChangeEvent.156dfdd"

    edit, geocoding = _captured("AccountAddressUpdateEvent", of_its_time)

    assert edit.record_ids == geocoding.record_ids == ("001Dp00000JJkkHIAT",)
    assert edit.changed_fields == ("LastModifiedDate", "ShippingAddress.Street")
    assert geocoding.changed_fields == ("ShippingAddress.Latitude", "ShippingAddress.Longitude")
    assert geocoding.change_origin == ""


def test_a_bitmap_of_nine_bytes_is_decoded() -> None:
    of_its_time = "AccountChangeEvent.156dfdd"

    (event,) = _captured("AccountUpdateEvents", of_its_time)

    assert event.changed_fields == ("LastModifiedDate", "Amount_Owed__c")


def test_three_creates_of_one_transaction_are_decoded() -> None:
    of_their_time = "AccountChangeEventGRPCSchema.c126ffd"

    events = _captured("AccountCreationEvents", of_their_time)

    assert {event.change_type for event in events} == {"CREATE"}
    assert len({event.transaction_key for event in events}) == 1
    assert [event.record_ids[0] for event in events] == [
        "001Dp00000JJkjiIAD",
        "001Dp00000JJkjjIAD",
        "001Dp00000JJkjkIAD",
    ]


def test_a_rename_of_the_first_schema_version_is_decoded() -> None:
    schema = json.loads(read_vector("dev_org/AccountChangeEventGRPCSchema.796ed2f.avsc"))
    payload = base64.b64decode(read_vector("dev_org/AccountRequest.b64.txt"))

    event = _decode(schema, payload)

    assert event.changed_fields == ("Name", "LastModifiedDate")
