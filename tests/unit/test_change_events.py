"""Decoding change events: an independent encoder, and events that were captured from live orgs."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.salesforce.change_events import ChangeEvent, ChangeEventDecoder, MalformedEvent
from tests.avro_encoder import encode
from tests.cdc_vectors import read_vector
from tests.change_event_schema import ADDRESS, CHANGE_TYPES, change_event_schema, header

_FIELDS = {"Name": "string", "BillingAddress": ADDRESS, "Phone": "string", "Employees": "long"}
_SCHEMA = change_event_schema(_FIELDS)


def _decode(schema: Any, payload: bytes) -> ChangeEvent:
    return ChangeEventDecoder(lambda _: json.dumps(schema)).decode("an id", payload)


def _payload(body: dict[str, Any] | None = None, **changes: Any) -> bytes:
    return encode(_SCHEMA, {"ChangeEventHeader": header(**changes), **(body or {})})


def test_a_header_is_decoded_whole() -> None:
    payload = _payload(
        {"Phone": "555", "BillingAddress": {"Street": "1 Main", "Latitude": 1.5}},
        recordIds=["001A", "001B"],
        changedFields=["0x08", "2-0x03"],
        nulledFields=["0x02"],
        diffFields=["0x08"],
        changeOrigin="com/salesforce/api/rest/66.0;client=closedwon",
    )

    event = _decode(_SCHEMA, payload)

    assert event == ChangeEvent(
        entity="Account",
        record_ids=("001A", "001B"),
        change_type="UPDATE",
        changed_fields=("Phone", "BillingAddress.Street", "BillingAddress.Latitude"),
        nulled_fields=("Name",),
        diff_fields=("Phone",),
        commit_ms=1_770_000_000_000,
        change_origin="com/salesforce/api/rest/66.0;client=closedwon",
        commit_user="005Dp000000PpjsIAC",
        transaction_key="0003adb-6942",
    )
    assert event.touched_fields == (
        "Phone",
        "BillingAddress.Street",
        "BillingAddress.Latitude",
        "Name",
    )


@given(
    st.lists(st.text()),
    st.sampled_from(CHANGE_TYPES),
    st.text(),
    st.integers(-(2**63), 2**63 - 1),
    st.none() | st.text(),
    st.none() | st.fixed_dictionaries({"Latitude": st.none() | st.floats()}),
)
def test_whatever_is_encoded_is_decoded(
    ids: list[str], kind: str, user: str, commit: int, name: str | None, address: Any
) -> None:
    payload = _payload(
        {"Name": name, "BillingAddress": address},
        recordIds=ids,
        changeType=kind,
        commitUser=user,
        commitTimestamp=commit,
    )

    event = _decode(_SCHEMA, payload)

    assert event.record_ids == tuple(ids)
    assert (event.change_type, event.commit_user, event.commit_ms) == (kind, user, commit)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=20))
def test_a_payload_that_is_cut_or_too_long_is_malformed(cut: int, more: bytes) -> None:
    whole = _payload({"Name": "Edge Communications", "Employees": 5})

    for payload in (whole[: cut % len(whole)], whole + more):
        with pytest.raises(MalformedEvent, match="does not fit its schema 'an id'"):
            _decode(_SCHEMA, payload)


@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_bytes_whatever_raise_anything_but_a_malformed_event(noise: bytes, at: int) -> None:
    whole = _payload({"Name": "Edge Communications", "Employees": 5})

    for payload in (noise, whole[:at] + noise, whole[:at] + noise + whole[at + len(noise) :]):
        try:
            event = _decode(_SCHEMA, payload)
        except MalformedEvent:
            continue
        assert isinstance(event, ChangeEvent)


def test_a_bit_beyond_the_schema_makes_the_event_malformed() -> None:
    payload = _payload(changedFields=["0x400000"])

    with pytest.raises(MalformedEvent, match="bit 22 is beyond the 5 fields"):
        _decode(_SCHEMA, payload)


def test_a_schema_is_fetched_once_for_each_id() -> None:
    asked: list[str] = []
    newer = change_event_schema({"Site": "string", **_FIELDS})
    schemas = {"older": json.dumps(_SCHEMA), "newer": json.dumps(newer)}

    def fetch(schema_id: str) -> str:
        asked.append(schema_id)
        return schemas[schema_id]

    decoder = ChangeEventDecoder(fetch)
    update = header(changedFields=["0x02"])

    events = [
        decoder.decode("older", encode(_SCHEMA, {"ChangeEventHeader": update})),
        decoder.decode("newer", encode(newer, {"ChangeEventHeader": update})),
        decoder.decode("older", encode(_SCHEMA, {"ChangeEventHeader": update})),
    ]

    assert asked == ["older", "newer"]
    assert [event.changed_fields for event in events] == [("Name",), ("Site",), ("Name",)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "nonsense"}', '"string"', "null"])
def test_a_schema_that_is_none_makes_the_event_malformed(text: str) -> None:
    decoder = ChangeEventDecoder(lambda _: text)

    with pytest.raises(MalformedEvent, match="schema 'an id' of a change event cannot be read"):
        decoder.decode("an id", _payload())


def test_a_schema_without_a_header_makes_the_event_malformed() -> None:
    field = {"name": "Name", "type": ["null", "string"]}
    schema = {"type": "record", "name": "Other", "fields": [field]}

    with pytest.raises(MalformedEvent, match="no ChangeEventHeader"):
        _decode(schema, encode(schema, {"Name": "x"}))


@pytest.mark.parametrize(
    ("kind", "ids", "unlisted"),
    [
        ("UPDATE", ["001Dp00000JJkkHIAT"], False),
        ("GAP_UPDATE", ["001Dp00000JJkkHIAT"], False),
        ("GAP_OVERFLOW", ["000000000000000AAA"], True),
        ("GAP_UPDATE", ["001*"], True),
        ("UPDATE", [], True),
    ],
)
def test_an_event_tells_whether_it_stands_for_records_it_does_not_name(
    kind: str, ids: list[str], *, unlisted: bool
) -> None:
    payload = _payload(changeType=kind, recordIds=ids)

    event = _decode(_SCHEMA, payload)

    assert event.unlisted is unlisted


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
