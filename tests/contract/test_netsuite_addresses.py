"""The contract of the address book: a sublist keyed by the line's internal id."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.netsuite_account import (
    NetSuiteAccount,
    error,
    open_account,
    place,
    unique,
)


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request)


def line(addr1: str, **fields: Any) -> dict[str, Any]:
    """A line as a client sends it."""
    return {"addressBookAddress": {"addr1": addr1, "country": {"id": "US"}}, **fields}


def book(*lines: dict[str, Any]) -> dict[str, Any]:
    """A body with an address book."""
    return {"addressBook": {"items": list(lines)}}


def streets(netsuite: NetSuiteAccount, key: str) -> list[str]:
    """The first street line of each address of a customer."""
    items = netsuite.get(key)["addressBook"]["items"]
    return [item["addressBookAddress"]["addr1"] for item in items]


def test_a_repeated_put_without_line_ids_adds_the_address_again(
    netsuite: NetSuiteAccount,
) -> None:
    external_id = unique("eid")
    body = {**netsuite.company(), **book(line("1 Main St"))}

    netsuite.put(external_id, body)
    netsuite.put(external_id, body)

    assert streets(netsuite, f"eid:{external_id}") == ["1 Main St", "1 Main St"]


@pytest.mark.parametrize("name", ["id", "internalId"])
def test_a_line_with_a_known_id_is_changed(netsuite: NetSuiteAccount, name: str) -> None:
    key = netsuite.create(**book(line("1 Main St", label="Office"), line("2 Oak Ave")))
    known = netsuite.get(key)["addressBook"]["items"][0]["id"]

    netsuite.patch(key, book({name: known, "addressBookAddress": {"addr1": "9 Elm St"}}))

    first = netsuite.get(key)["addressBook"]["items"][0]
    assert streets(netsuite, key) == ["9 Elm St", "2 Oak Ave"]
    assert (first["id"], first["label"]) == (known, "Office")
    assert first["addressBookAddress"]["country"]["id"] == "US"


def test_replace_removes_the_lines_that_are_not_named(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(**book(line("1 Main St"), line("2 Oak Ave")))
    kept = netsuite.get(key)["addressBook"]["items"][1]["id"]

    netsuite.patch(key, book({"id": kept}, line("3 New St")), replace="addressBook")

    assert streets(netsuite, key) == ["2 Oak Ave", "3 New St"]


@pytest.mark.parametrize("emptied", [None, {"items": None}])
def test_null_empties_the_address_book(netsuite: NetSuiteAccount, emptied: object) -> None:
    key = netsuite.create(**book(line("1 Main St")))

    netsuite.patch(key, {"addressBook": emptied})

    assert streets(netsuite, key) == []


def test_one_line_only_is_the_default(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(**book(line("1 Main St", defaultBilling=True, defaultShipping=True)))

    netsuite.patch(key, book(line("2 Oak Ave", defaultBilling=True)))

    items = netsuite.get(key)["addressBook"]["items"]
    assert [item["defaultBilling"] for item in items] == [False, True]
    assert [item["defaultShipping"] for item in items] == [True, False]


@pytest.mark.parametrize("country", ["US", {"id": "USA"}, {"id": "United States"}, {"id": 1}, {}])
def test_a_country_is_one_of_a_closed_list(netsuite: NetSuiteAccount, country: object) -> None:
    body = netsuite.company(**book({"addressBookAddress": {"addr1": "1", "country": country}}))

    answer = netsuite.post(body)

    assert error(answer)[:2] == (400, "INVALID_VALUE")
    assert place(answer) == "addressBook.items[0].addressBookAddress.country"


def test_a_state_is_a_string(netsuite: NetSuiteAccount) -> None:
    address = {"addr1": "1", "state": {"id": "CA"}, "country": {"id": "US"}}

    answer = netsuite.post(netsuite.company(**book({"addressBookAddress": address})))

    assert error(answer)[:2] == (400, "INVALID_VALUE")


@pytest.mark.parametrize(
    ("field", "length"), [("addr1", 150), ("addr2", 150), ("addressee", 83), ("attention", 83)]
)
def test_the_texts_of_an_address_have_a_limit(
    netsuite: NetSuiteAccount, field: str, length: int
) -> None:
    fitting = {"addressBookAddress": {field: "x" * length, "country": {"id": "US"}}}
    too_long = {"addressBookAddress": {field: "x" * (length + 1), "country": {"id": "US"}}}

    accepted = netsuite.post(netsuite.company(**book(fitting)))
    refused = netsuite.post(netsuite.company(**book(too_long)))

    assert accepted.status_code == 204
    assert f"( {length} )" in error(refused)[2]


def test_a_label_has_a_limit_of_fifty(netsuite: NetSuiteAccount) -> None:
    body = netsuite.company(**book(line("1 Main St", label="x" * 51)))

    answer = netsuite.post(body)

    assert "( 50 )" in error(answer)[2]


def test_a_misspelt_property_of_an_address_is_refused_in_strict_mode(
    netsuite: NetSuiteAccount,
) -> None:
    body = netsuite.company(**book({"addressBookAddress": {"street": "1 Main St"}}))

    answer = netsuite.post(body)

    assert answer.status_code == 400
    assert place(answer) == "addressBook.items[0].addressBookAddress.street"


def test_a_refused_line_changes_nothing(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(**book(line("1 Main St")))
    known = netsuite.get(key)["addressBook"]["items"][0]["id"]
    changed = {"id": known, "addressBookAddress": {"addr1": "9 Elm St"}}

    answer = netsuite.patch(key, {"comments": "x", **book(changed, line("2", label="x" * 51))})

    assert answer.status_code == 400
    assert streets(netsuite, key) == ["1 Main St"]
    assert "comments" not in netsuite.get(key)


def test_suiteql_joins_lines_and_addresses(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(**book(line("1 Main St", label="Office", defaultBilling=True)))
    text = (
        "SELECT b.internalid, b.label, b.defaultbilling, a.addr1, a.country "
        "FROM customeraddressbook b JOIN customeraddressbookentityaddress a "
        "ON b.addressbookaddress = a.nkey WHERE b.entity = ?"
    )

    rows = netsuite.rows(text, key)

    number = netsuite.get(key)["addressBook"]["items"][0]["id"]
    assert rows == [
        {
            "internalid": str(number),
            "label": "Office",
            "defaultbilling": "T",
            "addr1": "1 Main St",
            "country": "US",
        }
    ]
