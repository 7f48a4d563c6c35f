"""Decoding change events, against an independent encoder."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.salesforce.change_events import ChangeEvent, ChangeEventDecoder, MalformedEvent
from tests.avro_encoder import encode
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


_TOUCHABLE = ("Name", "BillingAddress.Street", "BillingAddress.Latitude", "Phone", "Employees")
_BITMAP = {"Name": 1, "Phone": 3, "Employees": 4}
_Touched = st.sets(st.sampled_from(_TOUCHABLE))


def _bitmaps(names: set[str]) -> list[str]:
    """As an org sends them: nothing for an empty set, no top bitmap if only parts are named."""
    top = sum(1 << _BITMAP[name] for name in names if name in _BITMAP)
    parts = sum(1 << at for at, name in enumerate(_TOUCHABLE[1:3]) if name in names)
    return [f"0x{top:02X}"] * bool(top) + [f"2-0x{parts:02X}"] * bool(parts)


@given(_Touched, _Touched, _Touched, st.text())
def test_what_changed_was_emptied_or_is_a_diff_is_all_touched_and_its_value_is_dropped(
    changed: set[str], nulled: set[str], diffs: set[str], value: str
) -> None:
    payload = _payload(
        {"Name": f"--- \n+++ {value}", "Phone": value},
        changedFields=_bitmaps(changed),
        nulledFields=_bitmaps(nulled),
        diffFields=_bitmaps(diffs),
    )

    event = _decode(_SCHEMA, payload)

    assert set(event.diff_fields) == diffs
    assert sorted(event.touched_fields) == sorted(changed | nulled | diffs)
    assert event == _decode(
        _SCHEMA,
        _payload(
            changedFields=_bitmaps(changed),
            nulledFields=_bitmaps(nulled),
            diffFields=_bitmaps(diffs),
        ),
    )


@pytest.mark.parametrize("bitmaps", ["changedFields", "nulledFields", "diffFields"])
def test_a_bit_beyond_the_schema_makes_the_event_malformed(bitmaps: str) -> None:
    payload = _payload(None, **{bitmaps: ["0x400000"]})

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
