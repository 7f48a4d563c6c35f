"""Bitmaps and payloads of change events, for any fields: encoded, then read independently."""

import io
import json
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.salesforce.bitmaps import FieldPositions
from simulators.salesforce.avro import EventSchema, event_schema
from simulators.salesforce.bitmap import encode
from simulators.salesforce.events import ChangeEvent, Header
from simulators.salesforce.schema import Schema
from simulators.salesforce.settings import create_settings
from tests.contract.subscription import names_of

DEFINITION = event_schema(Schema(create_settings()).objects["Account"])
PARTS = [part["name"] for part in DEFINITION["fields"][4]["type"][1]["fields"]]
NAMES = [
    name
    for field in DEFINITION["fields"][1:]
    for name in (
        [f"{field['name']}.{part}" for part in PARTS]
        if field["name"].endswith("Address")
        else [field["name"]]
    )
]
TEXTS = [
    field["name"]
    for field in DEFINITION["fields"][1:]
    if field["type"][:2] == ["null", "string"] and field["name"] != "Name"
]
HEADER = Header("origin", "key", 1_700_000_000_000, 7, "005000000000001AAA")


@given(st.sets(st.sampled_from(NAMES)))
def test_bitmaps_mean_the_fields_they_were_made_of(names: set[str]) -> None:
    bitmaps = encode(DEFINITION, sorted(names))

    assert set(names_of(json.dumps(DEFINITION), bitmaps)) == names


@given(st.sets(st.sampled_from(NAMES)))
def test_the_sync_reads_what_the_simulator_writes(names: set[str]) -> None:
    bitmaps = encode(DEFINITION, names)

    decoded = FieldPositions(DEFINITION).names(bitmaps)

    assert sorted(decoded) == sorted(names)


@given(st.sets(st.sampled_from(NAMES)))
def test_the_top_bitmap_is_left_out_when_it_would_be_empty(names: set[str]) -> None:
    bitmaps = encode(DEFINITION, names)

    nested = [bitmap for bitmap in bitmaps if "-" in bitmap]
    assert len(nested) == len({name.split(".")[0] for name in names if "." in name})
    assert len(bitmaps) - len(nested) == any("." not in name for name in names)
    assert not any(int(bitmap.split("x")[1], 16) == 0 for bitmap in bitmaps)


@given(st.dictionaries(st.sampled_from(TEXTS), st.text()), st.sets(st.sampled_from(PARTS[:5])))
def test_a_payload_is_read_as_it_was_written(values: dict[str, str], parts: set[str]) -> None:
    body: dict[str, Any] = {**values, **{f"BillingAddress.{part}": part for part in parts}}
    event = ChangeEvent("Account", "UPDATE", ["001000000000001AAA"], changed=[*body], body=body)

    made = event.to_event(HEADER, 1, EventSchema.of(DEFINITION))

    buffer = io.BytesIO(made.payload)
    read: Any = fastavro.schemaless_reader(buffer, fastavro.parse_schema(DEFINITION))
    assert buffer.read() == b""
    address = read["BillingAddress"] or {}
    assert {name: read[name] for name in TEXTS if read[name] is not None} == values
    assert {part for part in PARTS if address.get(part) is not None} == parts
    assert set(names_of(json.dumps(DEFINITION), read["ChangeEventHeader"]["changedFields"])) == {
        *body
    }


def test_an_unknown_field_is_an_error() -> None:
    for name in ("Nonsense", "BillingAddress.Nonsense"):
        with pytest.raises(ValueError, match="Nonsense"):
            encode(DEFINITION, [name])
