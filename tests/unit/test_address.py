"""Addresses: streets, countries, parts that do not fit."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import Address
from app.netsuite.address import STREET_LIMIT, Line, address_line, split_street
from app.texts import plain, plain_lines

TEXT = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=100, max_size=700),
    st.lists(st.text("ab ,é", max_size=170), max_size=9).map("\n".join),
)
ADDRESSES = st.builds(
    Address,
    street=st.none() | TEXT,
    city=st.none() | TEXT,
    state=st.none() | TEXT,
    postal_code=st.none() | TEXT,
    country=st.none() | TEXT | st.sampled_from(["USA", "france", "Côte d'Ivoire"]),
)


def billing(address: Address, **countries: str) -> Line:
    return address_line(
        "Billing", address, label="Office", addressee="Acme", countries=dict(countries)
    )


def parts_of(line: Line) -> dict[str, object]:
    assert line.item is not None
    parts = line.item["addressBookAddress"]
    assert isinstance(parts, dict)
    return parts


def test_a_street_of_several_lines_becomes_addr1_to_addr3() -> None:
    address = Address(
        street="620 SW 5th Avenue Suite 400\r\nPortland, Oregon 97204\r\nUnited States",
        city="Portland",
        state="OR",
    )

    line = billing(address)

    assert line == Line(
        {
            "label": "Office",
            "defaultBilling": True,
            "addressBookAddress": {
                "addr1": "620 SW 5th Avenue Suite 400",
                "addr2": "Portland, Oregon 97204",
                "addr3": "United States",
                "city": "Portland",
                "state": "OR",
                "zip": None,
                "addressee": "Acme",
            },
        }
    )


def test_more_than_three_lines_are_joined_into_the_third_and_said() -> None:
    address = Address(street="One\n\nTwo \nThree\nFour\nFive")

    line = billing(address)

    assert [parts_of(line)[key] for key in ("addr1", "addr2", "addr3")] == [
        *("One", "Two", "Three, Four, Five")
    ]
    assert line.alterations == ("BillingStreet: set anew to fit 3 lines",)


def test_a_line_that_is_too_long_is_wrapped_on_to_the_next() -> None:
    words = " ".join(["Boulevard"] * 20)

    lines = split_street([words, "Paris"])

    assert lines is not None
    assert lines[2] == "Paris"
    assert " ".join(line or "" for line in lines[:2]) == words


def test_a_street_that_cannot_fit_leaves_the_address_out_and_says_so() -> None:
    address = Address(street="x" * 451, city="Paris", country="France")

    line = billing(address)

    assert line.item is None
    assert line.alterations == (
        "Billing address: left out, its street does not fit 3 lines of 150 characters",
    )


def test_the_shipping_address_is_the_default_for_shipping_only() -> None:
    address = Address(city="Paris")

    line = address_line("Shipping", address, label="Dock", addressee=None, countries={})

    assert line.item is not None
    assert line.item["defaultShipping"] is True
    assert "defaultBilling" not in line.item


@pytest.mark.parametrize("address", [Address(), Address(street=" \n\t ", city="")])
def test_an_empty_address_makes_no_line(address: Address) -> None:
    line = billing(address)

    assert line == Line(None)


def test_an_address_in_an_unknown_country_is_left_out_and_said() -> None:
    address = Address(street="1 Lamp Post", country="Narnia")

    line = billing(address)

    assert line.item is None
    assert line.alterations == (
        "Billing address: left out, 'Narnia' is no country that is known; correct it in Salesforce "
        "or add it to mapping.countries in the flow file",
    )


def test_the_flow_files_countries_are_used() -> None:
    address = Address(street="1 Lamp Post", country="Narnia")

    line = billing(address, Narnia="GB")

    assert parts_of(line)["country"] == {"id": "GB"}


def test_a_part_that_is_too_long_is_left_out_and_said() -> None:
    address = Address(city="c" * 51, state="s" * 50, postal_code="1" * 37)

    line = billing(address)

    assert {"city", "zip"}.isdisjoint(parts_of(line))
    assert parts_of(line)["state"] == "s" * 50
    assert line.alterations == (
        "BillingCity: left out, longer than 50 characters",
        "BillingPostalCode: left out, longer than 36 characters",
    )


@given(ADDRESSES)
def test_any_address_fits_or_is_said_to_be_left_out(address: Address) -> None:
    line = billing(address)

    parts = parts_of(line) if line.item else {}
    limits = {"addr1": 150, "addr2": 150, "addr3": 150, "city": 50, "state": 50, "zip": 36}
    texts = {key: text for key, text in parts.items() if isinstance(text, str)}

    assert all(len(text) <= limits.get(key, 83) for key, text in texts.items())
    assert all(plain(text) == text for text in texts.values())
    if line.item is None and any(
        map(plain, (address.city, address.state, address.postal_code, address.country))
    ):
        assert len(line.alterations) == 1


@given(st.lists(TEXT, max_size=8).map(lambda texts: plain_lines("\n".join(texts))))
def test_splitting_a_street_loses_no_character(lines: list[str]) -> None:
    split = split_street(lines)

    def letters(texts: list[str]) -> str:
        return "".join("".join(texts).split()).replace(",", "")

    if split is None:
        assert len(", ".join(lines)) > 2 * STREET_LIMIT
    else:
        assert letters([line or "" for line in split]) == letters(lines)


WORDS = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters=","), min_size=1)
STREETS = st.lists(st.lists(WORDS, min_size=1, max_size=40).map(" ".join), max_size=9)


@given(STREETS)
def test_splitting_a_street_keeps_its_words_whole_and_in_order(lines: list[str]) -> None:
    street = [line for line in map(plain, lines) if line]

    split = split_street(street)

    def words(texts: list[str]) -> list[str]:
        return " ".join(texts).replace(",", " ").split()

    assert split is not None or len(", ".join(street)) > 2 * STREET_LIMIT
    if split and all(len(word) < STREET_LIMIT for word in words(street)):
        assert words([line or "" for line in split]) == words(street)


@given(st.lists(TEXT, max_size=8).map(lambda texts: plain_lines("\n".join(texts))))
def test_a_street_that_was_split_stays_as_it_is_when_split_again(lines: list[str]) -> None:
    split = split_street(lines)

    pieces = [line for line in split or () if line]

    assert [line for line in split_street(pieces) or () if line] == pieces
    assert all(len(line) <= STREET_LIMIT for line in pieces)


@given(ADDRESSES, st.none() | st.text())
def test_any_address_can_be_sent_and_makes_the_same_line_again(
    address: Address, addressee: str | None
) -> None:
    name = plain(addressee) or None

    lines = [
        address_line("Shipping", each, label="Dock", addressee=name, countries={})
        for each in (address, replace(address))
    ]

    assert lines[0] == lines[1]
    assert json.dumps(lines[0].item, ensure_ascii=False).encode()
