"""Payloads that fastavro would take, and that say something else than was sent."""

import json

import pytest

from app.salesforce.change_events import ChangeEventDecoder, MalformedEvent
from tests.avro_encoder import encode
from tests.change_event_schema import ADDRESS, change_event_schema, header

SCHEMA = change_event_schema({"Name": "string", "BillingAddress": ADDRESS, "IsPartner": "boolean"})
VALUE = {"ChangeEventHeader": header(), "Name": "Acme", "IsPartner": True}
PAYLOAD = encode(SCHEMA, VALUE)
MINUS_ONE = b"\x01"


def decode(payload: bytes, schema: object = SCHEMA) -> str:
    return ChangeEventDecoder(lambda _: json.dumps(schema)).decode("s", payload).change_type


def altered(before: bytes, piece: bytes, instead: bytes) -> bytes:
    """The payload with the piece behind `before` replaced."""
    at = PAYLOAD.index(before) + len(before)
    assert PAYLOAD[at:].startswith(piece)
    return PAYLOAD[:at] + instead + PAYLOAD[at + len(piece) :]


def test_a_whole_event_is_decoded() -> None:
    assert decode(PAYLOAD) == "UPDATE"


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(altered(b"JJkkHIAT\x00", b"\x02", MINUS_ONE), id="enum index -1"),
        pytest.param(altered(b"JJkkHIAT\x00", b"\x02", b"\x14"), id="enum index beyond"),
        pytest.param(altered(b"\x08Acme", b"\x00", MINUS_ONE), id="union index -1"),
        pytest.param(altered(b"\x08Acme", b"\x00", b"\x04"), id="union index beyond"),
        pytest.param(PAYLOAD[:-1] + b"\x02", id="a boolean of two"),
        pytest.param(altered(b"\x0eAccount", b"\x02", b"\x01\x00"), id="a block of another size"),
        pytest.param(altered(b"\x0eAccount", b"\x02", b"\xfe" * 9 + b"\x01"), id="a huge block"),
        pytest.param(altered(b"\x0eAccount", b"\x02", b"\x80" * 12), id="an endless number"),
        pytest.param(PAYLOAD + b"\x00", id="a byte left over"),
        pytest.param(PAYLOAD[:-1], id="a byte missing"),
    ],
)
def test_a_payload_of_another_shape_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedEvent, match="does not fit its schema"):
        decode(payload)


def test_an_array_in_a_block_that_tells_its_size_is_decoded() -> None:
    record = b"\x24001Dp00000JJkkHIAT"

    payload = altered(b"\x0eAccount", b"\x02", b"\x01" + bytes([2 * len(record)]))

    assert decode(payload) == "UPDATE"


def test_a_block_of_nothings_is_not_counted_through() -> None:
    nothings = {"type": "array", "items": "null"}
    schema = change_event_schema({"Nothings": nothings})
    whole = encode(schema, {"ChangeEventHeader": header()})

    with pytest.raises(MalformedEvent, match="more items than the payload has bytes"):
        decode(whole[:-1] + b"\x02" + b"\xfe" * 8 + b"\x01", schema)


@pytest.mark.parametrize("text", ["[" * 100_000, '"\\udfff"', '{"type": "fixed", "size": -1}'])
def test_a_schema_that_is_none_is_malformed_in_words_that_can_be_stored(text: str) -> None:
    with pytest.raises(MalformedEvent) as raised:
        ChangeEventDecoder(lambda _: text).decode("s", PAYLOAD)

    assert str(raised.value).encode()


def test_a_record_that_is_nested_in_itself_without_end_is_malformed() -> None:
    field = {"name": "ChangeEventHeader", "type": "R"}

    with pytest.raises(MalformedEvent):
        decode(PAYLOAD, {"type": "record", "name": "R", "fields": [field]})


def test_a_record_whose_name_is_no_text_is_malformed() -> None:
    schema = json.loads(json.dumps(SCHEMA))
    schema["fields"][0]["type"]["name"] = ["ChangeEventHeader"]

    with pytest.raises(MalformedEvent):
        decode(PAYLOAD, schema)
