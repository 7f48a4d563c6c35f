"""The simulator's Avro and bitmaps against change events that real orgs have sent."""

import base64
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import pytest

from simulators.salesforce.avro import EventSchema, event_schema
from simulators.salesforce.bitmap import encode
from simulators.salesforce.schema import Schema
from simulators.salesforce.settings import create_settings

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "cdc_vectors"


@pytest.fixture(scope="module")
def vectors() -> Path:
    """The folder of captured events; it is no part of the project."""
    if not VECTORS.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the captured events are missing")
        pytest.skip("the captured events are not here")
    return VECTORS


def _schemas(vectors: Path) -> Iterator[Any]:
    for file in sorted((vectors / "dev_org").glob("*.avsc")):
        yield json.loads(file.read_text())


def _payloads(vectors: Path) -> Iterator[bytes]:
    for file in sorted((vectors / "dev_org").glob("*.json")):
        data = json.loads(file.read_text())
        for event in data if isinstance(data, list) else data["events"]:
            yield base64.b64decode(event["event"]["payload"])
    yield base64.b64decode((vectors / "dev_org" / "AccountRequest.b64.txt").read_text())


def _decoded(payload: bytes, definition: Any) -> dict[str, Any] | None:
    """The event, or None if the schema is not the payload's."""
    buffer = io.BytesIO(payload)
    try:
        event: Any = fastavro.schemaless_reader(buffer, fastavro.parse_schema(definition))
    except (EOFError, IndexError, ValueError, UnicodeDecodeError):
        return None
    return event if buffer.read() == b"" else None


def _names(definition: Any, bitmaps: list[str]) -> list[str]:
    """What captured bitmaps mean, read straight from the rules."""
    fields = definition["fields"]
    address = next(
        part["fields"]
        for field in fields
        if isinstance(field["type"], list)
        for part in field["type"]
        if isinstance(part, dict) and part["name"] == "Address"
    )
    names = []
    for bitmap in bitmaps:
        position, _, digits = bitmap.rpartition("-")
        for bit in range(4 * len(digits)):
            if not int(digits, 16) >> bit & 1:
                continue
            nested = f"{fields[int(position)]['name']}." if position else ""
            names.append(nested + (address if position else fields)[bit]["name"])
    return names


def test_captured_payloads_encode_back_byte_for_byte(vectors: Path) -> None:
    payloads = list(_payloads(vectors))
    schemas = list(_schemas(vectors))

    kinds = set()
    for payload in payloads:
        events = [(event, s) for s in schemas if (event := _decoded(payload, s)) is not None]
        assert events, "no captured schema reads the payload"
        event, definition = events[-1]
        assert EventSchema.of(definition).encode(event) == payload
        kinds.add(event["ChangeEventHeader"]["changeType"])

    assert kinds == {"CREATE", "UPDATE"}


def test_captured_bitmaps_are_what_the_simulator_makes_of_their_names(vectors: Path) -> None:
    seen: list[list[str]] = []
    for payload in _payloads(vectors):
        for definition in _schemas(vectors):
            event = _decoded(payload, definition)
            if event is None or event["ChangeEventHeader"]["entityName"] != "Account":
                continue
            bitmaps = event["ChangeEventHeader"]["changedFields"]

            again = encode(definition, _names(definition, bitmaps))

            assert again == bitmaps
            seen.append(bitmaps)

    assert ["6-0x0180"] in seen
    assert any(len(bitmap) > 2 + 2 * 8 for bitmaps in seen for bitmap in bitmaps)


def test_the_java_clients_event_encodes_back_byte_for_byte(vectors: Path) -> None:
    folder = vectors / "java_client"
    definition = json.loads((folder / "reconstructed_schema.avsc").read_text())
    logged = json.loads((folder / "expected_decoded.json").read_text())

    payload = EventSchema.of(definition).encode(logged)

    assert payload == (folder / "payload.bin").read_bytes()


def test_published_bitmaps_are_what_the_simulator_makes_of_their_names(vectors: Path) -> None:
    published = json.loads((vectors / "bitmap_published_expectations.json").read_text())
    schema = Schema(create_settings()).objects["Account"]
    address = event_schema(schema)["fields"][4]["type"]

    for case in published:
        fields: list[dict[str, Any]] = [
            {"name": name, "type": address if name == "BillingAddress" else ["null", "string"]}
            for name in case["schema_field_order"]
        ]
        definition = {"name": "AccountChangeEvent", "fields": fields}
        assert encode(definition, case["expected"]) == case["bitmaps"]


def test_the_simulators_fields_stand_in_the_captured_order(vectors: Path) -> None:
    ours = event_schema(Schema(create_settings()).objects["Account"])["fields"]
    by_name = {field["name"]: field for field in ours}

    for definition in _schemas(vectors):
        theirs = [field["name"] for field in definition["fields"] if field["name"] in by_name]
        assert theirs == [field["name"] for field in ours if field["name"] in set(theirs)]
        assert len(theirs) > 30
        for field in definition["fields"]:
            if field["name"] in by_name and field["name"] not in _COMPOUND:
                assert by_name[field["name"]]["type"] == field["type"], field["name"]


_COMPOUND = {"ChangeEventHeader", "Name", "BillingAddress", "ShippingAddress"}
