"""Change events as Salesforce sends them, and what becomes of them on a bad day."""

import json
from io import BytesIO
from typing import Any

import fastavro
from hypothesis import strategies as st

from proof.faults.fuzz.odd import CONSTANTS, Draw, damaged, damaged_bytes

_TEXTS = {"type": "array", "items": "string"}
_KINDS = ("CREATE", "UPDATE", "DELETE", "UNDELETE", "GAP_UPDATE", "GAP_OVERFLOW", "SNAPSHOT")
_HEADER = {
    "entityName": "string",
    "recordIds": _TEXTS,
    "changeType": {"type": "enum", "name": "ChangeType", "symbols": list(_KINDS)},
    "changeOrigin": "string",
    "transactionKey": "string",
    "sequenceNumber": "int",
    "commitTimestamp": "long",
    "commitNumber": "long",
    "commitUser": "string",
    "nulledFields": _TEXTS,
    "diffFields": _TEXTS,
    "changedFields": _TEXTS,
}
_ADDRESS = {
    "type": "record",
    "name": "Address",
    "fields": [
        {"name": "Street", "type": ["null", "string"], "default": None},
        {"name": "Latitude", "type": ["null", "double"], "default": None},
    ],
}
_FIELDS = {
    "Name": ["null", "string"],
    "BillingAddress": ["null", _ADDRESS],
    "ShippingAddress": ["null", "Address"],
    "NumberOfEmployees": ["null", "int"],
    "LastModifiedDate": ["null", "long"],
    "IsPartner": ["null", "boolean"],
    "AnnualRevenue": ["null", "double"],
}


def _schema() -> dict[str, Any]:
    header = [{"name": name, "type": kind} for name, kind in _HEADER.items()]
    fields = [
        {
            "name": "ChangeEventHeader",
            "type": {"type": "record", "name": "ChangeEventHeader", "fields": header},
        },
        *({"name": name, "type": kind, "default": None} for name, kind in _FIELDS.items()),
    ]
    return {
        "type": "record",
        "name": "AccountChangeEvent",
        "namespace": "com.sforce.eventbus",
        "fields": fields,
    }


SCHEMA = _schema()
SCHEMA_TEXT = json.dumps(SCHEMA)
_PARSED = fastavro.parse_schema(json.loads(SCHEMA_TEXT))

ACCOUNTS = ("001Dp00000JJkkHIAT", "001000000000001AAA", "001000000000002AAA")
_RECORDS = st.lists(
    st.sampled_from((*ACCOUNTS, "001*", "000000000000000AAA", "006000000000001", "001\0", "")),
    max_size=4,
)
_BITMAPS = st.lists(
    st.sampled_from(
        (
            *("0x02", "0x10", "2-0x01", "2-0x03", "0x22", "0xFE", "0x06", "3-0x02", "0x0") * 6,
            *("0x02", "0x10", "2-0x01", "2-0x03", "0x0", "0xFF", "0x", "2-", "99999-0x01", "0x102"),
            *("-1-0x01", "2-0x04", "0x" + "F" * 2000, "٢-0x01", "0x02\n", "", "1-0x01"),
        )
    ),
    max_size=2,
)
_HEADERS = st.fixed_dictionaries(
    {
        "entityName": st.sampled_from(("Account", "Account", "Opportunity", "Contact", "")),
        "recordIds": _RECORDS,
        "changeType": st.sampled_from(_KINDS),
        "changeOrigin": st.sampled_from(("", "com/salesforce/api/rest/66.0;client=closedwon")),
        "transactionKey": st.sampled_from(("0003adb-6942", "", "\n%s")),
        "sequenceNumber": st.integers(-(2**31), 2**31 - 1),
        "commitTimestamp": st.one_of(st.just(1_770_000_000_000), st.integers(-(2**63), 2**63 - 1)),
        "commitNumber": st.integers(0, 2**63 - 1),
        "commitUser": st.just("005Dp000000PpjsIAC"),
        "nulledFields": _BITMAPS,
        "diffFields": _BITMAPS,
        "changedFields": _BITMAPS,
    }
)
_BODIES = st.fixed_dictionaries(
    {},
    optional={
        "Name": st.sampled_from(("Acme", "", "x" * 5000)),
        "BillingAddress": st.just({"Street": "1 Road", "Latitude": 1.5}),
        "ShippingAddress": st.just({}),
        "IsPartner": st.booleans(),
        "NumberOfEmployees": st.integers(0, 9),
    },
)
_LONGS = st.sampled_from(
    (b"\x01", b"\x03", b"\xff\xff\xff\xff\x0f", b"\x80" * 9 + b"\x01", b"\x80" * 20)
)
"""-1, -2, the most negative int, a long of 10 bytes; one that never ends."""


def _written(header: dict[str, Any], body: dict[str, Any]) -> bytes:
    buffer = BytesIO()
    fastavro.schemaless_writer(buffer, _PARSED, {"ChangeEventHeader": header} | body)
    return buffer.getvalue()


WELL_FORMED = st.builds(_written, _HEADERS, _BODIES)


@st.composite
def payloads(draw: Draw) -> bytes:
    """Whole, or damaged: any bytes, or an index or a length that is another."""
    payload = bytes(draw(WELL_FORMED))
    how = draw(st.integers(0, 5))
    if how < 2:
        return payload
    if how == 2:
        at, long = draw(st.integers(0, len(payload) - 1)), bytes(draw(_LONGS))
        return payload[:at] + long + payload[at + 1 :]
    if how == 3:  # the change type's index follows the record ids
        return payload.replace(b"\0", bytes(draw(_LONGS)), 1)
    return bytes(draw(st.one_of(damaged_bytes(payload), st.binary(max_size=40))))


@st.composite
def schema_texts(draw: Draw) -> str:
    """The schema, damaged as JSON, as text, or as a whole another thing."""
    how = draw(st.integers(0, 7))
    if how == 0:
        return str(draw(st.sampled_from(_OTHER_SCHEMAS)))
    text = json.dumps(draw(damaged(st.just(SCHEMA), 4)))
    if how == 1:
        at = draw(st.integers(0, len(text)))
        text = (
            text[:at]
            + draw(st.sampled_from(("", '"', "}", "\0", "\ud800", "NaN")))
            + text[at + 1 :]
        )
    return text


_SELF = '{"type":"record","name":"R","fields":[{"name":"ChangeEventHeader","type":"R"}]}'
_OTHER_SCHEMAS = (
    *("", "null", '"string"', "[]", "{}", "[" * 100_000, '{"a":' * 100_000, "1", "NaN", _SELF),
    *('{"type":"record","name":"R","fields":[]}', '{"type":"record","name":"","fields":[{}]}'),
    '{"type":"record","name":"R","fields":[{"name":"ChangeEventHeader","type":["null","R"]}]}',
    '{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":"null"}}]}',
    '{"type":"fixed","name":"F","size":9223372036854775807}',
    '{"type":"record","name":"R","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":-1}}]}',
    '{"type":"record","name":"R","fields":[{"name":"f","type":{"type":"bytes","logicalType":"decimal"}}]}',
    '{"type":"record","name":"R","fields":[{"name":"f","type":{"type":"int","logicalType":"date"}}]}',
    '{"type":"map","values":"long"}',
    *(json.dumps(value) for value in CONSTANTS if value != ()),
)
