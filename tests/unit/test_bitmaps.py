"""The bitmaps of change event headers, against what Salesforce published and an own encoder."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.salesforce.bitmaps import FieldPositions
from tests.cdc_vectors import read_vector

_ADDRESS = {
    "type": "record",
    "name": "Address",
    "fields": [{"name": part, "type": ["null", "string"]} for part in ("Street", "City", "State")],
}


def _schema(*names: str) -> dict[str, Any]:
    """Addresses share one record, which Avro defines at its first use and names at later ones."""
    fields: list[dict[str, Any]] = []
    for name in names:
        used = any(isinstance(field["type"][1], dict) for field in fields)
        kind: Any = "com.sforce.eventbus.Address" if used else _ADDRESS
        fields.append({"name": name, "type": ["null", kind if "Address" in name else "string"]})
    return {"type": "record", "name": "AccountChangeEvent", "fields": fields}


def _positions(*names: str) -> FieldPositions:
    return FieldPositions(_schema("ChangeEventHeader", *names))


def test_published_bitmaps_name_the_fields_that_were_published_with_them() -> None:
    expectations = json.loads(read_vector("bitmap_published_expectations.json"))

    decoded = [
        FieldPositions(_schema(*e["schema_field_order"])).names(e["bitmaps"]) for e in expectations
    ]

    assert decoded == [tuple(expected["expected"]) for expected in expectations]


@given(st.data())
def test_every_set_of_fields_comes_back_from_its_bitmap(data: st.DataObject) -> None:
    names = [f"Field{number}" for number in range(data.draw(st.integers(1, 150)))]
    chosen = data.draw(st.sets(st.sampled_from(names)))
    bits = sum(2 ** (names.index(name) + 1) for name in chosen)
    zeros = "0" * data.draw(st.integers(0, 5))

    decoded = _positions(*names).names([f"0x{zeros}{bits:X}"])

    assert decoded == tuple(sorted(chosen, key=names.index))


@given(
    st.sets(st.sampled_from(["Street", "City", "State"]), min_size=1),
    st.sampled_from([[], ["0x0"]]),
)
def test_every_set_of_nested_fields_comes_back_from_its_bitmap(
    chosen: set[str], in_front: list[str]
) -> None:
    bits = sum(1 << ["Street", "City", "State"].index(part) for part in chosen)
    bitmaps = [*in_front, f"3-0x{bits:02X}"]

    decoded = _positions("Name", "BillingAddress", "ShippingAddress").names(bitmaps)

    assert set(decoded) == {f"ShippingAddress.{part}" for part in chosen}


_NAMES = ("Name", "BillingAddress", "Phone", "ShippingAddress", "Fax")
_PARTS = ("Street", "City", "State")


@given(
    plain=st.sets(st.sampled_from(["Name", "Phone", "Fax"])),
    nested=st.dictionaries(
        st.sampled_from(["BillingAddress", "ShippingAddress"]),
        st.sets(st.sampled_from(_PARTS), min_size=1),
    ),
    zero_first=st.booleans(),
)
def test_fields_and_parts_of_several_addresses_come_back_together(
    plain: set[str], nested: dict[str, set[str]], *, zero_first: bool
) -> None:
    top = sum(2 ** (_NAMES.index(name) + 1) for name in plain)
    bitmaps = [f"0x{top:X}"] if plain or zero_first else []
    for name, parts in nested.items():
        bits = sum(2 ** _PARTS.index(part) for part in parts)
        bitmaps.append(f"{_NAMES.index(name) + 1}-0x{bits:04x}")

    decoded = _positions(*_NAMES).names(bitmaps)

    assert len(decoded) == len(set(decoded))
    assert {name for name in decoded if "." not in name} == plain
    assert {name for name in decoded if "." in name} == {
        f"{name}.{part}" for name, parts in nested.items() for part in parts
    }


@given(st.integers(1, 100), st.integers(0, 200), st.integers(min_value=0))
def test_a_bit_beyond_the_fields_is_an_error_whatever_else_is_set(
    fields: int, beyond: int, below: int
) -> None:
    positions = _positions(*(f"Field{number}" for number in range(fields)))
    bit = fields + 1 + beyond

    with pytest.raises(ValueError, match=f"bit {bit} is beyond the {fields + 1} fields"):
        positions.names([f"0x{1 << bit | below % (1 << bit):X}"])


@given(st.integers(3, 300), st.integers(0, 7))
def test_a_bit_beyond_the_parts_is_an_error_whatever_else_is_set(bit: int, below: int) -> None:
    positions = _positions(*_NAMES)

    with pytest.raises(ValueError, match=f"bit {bit} is beyond the 3 fields of BillingAddress"):
        positions.names(["0x02", f"2-0x{1 << bit | below:X}"])


@given(st.integers(0, 99_999), st.integers(0, 7))
def test_only_a_nested_record_has_parts(position: int, bits: int) -> None:
    positions = _positions(*_NAMES)

    if position in (2, 4):
        assert len(positions.names([f"{position}-0x{bits:X}"])) == bits.bit_count()
    else:
        with pytest.raises(ValueError, match=f"position {position} .* no nested record"):
            positions.names([f"{position}-0x{bits:X}"])


@given(st.text(max_size=12))
def test_no_text_is_guessed_at(text: str) -> None:
    positions = _positions(*_NAMES)

    try:
        decoded = positions.names([text])
    except ValueError:
        return
    assert "0x" in text
    assert len(decoded) == int(text.rpartition("0x")[2], 16).bit_count()


def test_a_bitmap_of_a_compound_field_may_stand_alone() -> None:
    positions = _positions("Name", "BillingAddress")

    decoded = positions.names(["2-0x0003"])

    assert decoded == ("BillingAddress.Street", "BillingAddress.City")


def test_all_parts_of_a_compound_field_are_named_one_by_one() -> None:
    positions = _positions("BillingAddress")

    decoded = positions.names(["0x00", "1-0x07"])

    assert decoded == tuple(f"BillingAddress.{part}" for part in ("Street", "City", "State"))


def test_no_bitmap_means_no_field() -> None:
    positions = _positions("Name")

    decoded = positions.names([])

    assert decoded == ()


@pytest.mark.parametrize(
    "bitmap",
    [
        "0x04",  # a bit beyond the schema
        "2-0x01",  # a position beyond the schema
        "1-0x01",  # no nested record there
        "0-0x01",
        "400000",
        "0xZZ",
        "0x",
        "-0x01",
        "1-2-0x01",
        "0x01 ",
        "٤-0x01",  # digits, but not of the wire
        "",
    ],
)
def test_what_the_schema_does_not_have_is_an_error(bitmap: str) -> None:
    positions = _positions("Name")

    with pytest.raises(ValueError, match=r"bit|position"):
        positions.names([bitmap])


def test_a_part_beyond_the_nested_record_is_an_error() -> None:
    positions = _positions("BillingAddress")

    with pytest.raises(ValueError, match="bit 3 is beyond the 3 fields of BillingAddress"):
        positions.names(["1-0x08"])


@pytest.mark.parametrize("schema", [{}, {"type": "enum", "name": "A"}, [], "record"])
def test_a_schema_that_is_no_record_is_refused(schema: Any) -> None:
    with pytest.raises(ValueError, match="no Avro record"):
        FieldPositions(schema)
