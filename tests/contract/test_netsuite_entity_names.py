"""The contract of what names a customer, and of the account's own fields."""

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
    yield from open_account(request, simulated=True)


def test_external_ids_are_unique_across_entity_types(netsuite: NetSuiteAccount) -> None:
    external_id = unique("eid")
    netsuite.admin("POST", "entities", {"type": "vendor", "externalId": external_id})

    answer = netsuite.put(external_id, netsuite.company())

    assert error(answer)[:2] == (400, "USER_ERROR")
    assert "This entity already exists." in error(answer)[2]
    assert netsuite.rows("SELECT type FROM entity WHERE externalid = ?", external_id) == [
        {"type": "vendor"}
    ]


def test_entity_ids_are_read_only_under_automatic_numbering(netsuite: NetSuiteAccount) -> None:
    refused = netsuite.post(netsuite.company(entityId="MINE-1"))
    netsuite.settings(allow_entity_id_override=True)
    key = netsuite.create(entityId="MINE-1")

    assert (error(refused)[:2], place(refused)) == ((400, "USER_ERROR"), "entityId")
    assert netsuite.get(key)["entityId"] == "MINE-1"


def test_names_must_differ_without_automatic_numbering(netsuite: NetSuiteAccount) -> None:
    netsuite.settings(auto_numbering=False)
    key = netsuite.create(companyName="Acme")

    answer = netsuite.post(netsuite.company(companyName="ACME"))

    assert netsuite.get(key)["entityId"] == "Acme"
    assert error(answer)[:2] == (400, "USER_ERROR")
    assert "This entity already exists." in error(answer)[2]


def test_two_customers_may_have_one_name_under_automatic_numbering(
    netsuite: NetSuiteAccount,
) -> None:
    keys = {netsuite.create(companyName="Acme") for _ in range(2)}

    rows = netsuite.rows("SELECT id FROM customer WHERE companyname = 'Acme'")

    assert {row["id"] for row in rows} == keys


def test_custom_fields_are_those_of_the_account(netsuite: NetSuiteAccount) -> None:
    netsuite.settings(custom_fields={"custentity_sf_id": "string", "custentity_vip": "boolean"})
    fields: dict[str, Any] = {"custentity_sf_id": "001A", "custentity_vip": True}

    key = netsuite.create(**fields)
    unknown = netsuite.post(netsuite.company(custentity_other="x"))

    assert {name: netsuite.get(key)[name] for name in fields} == fields
    assert place(unknown) == "custentity_other"
    assert netsuite.rows("SELECT custentity_sf_id, custentity_vip FROM customer") == [
        {"custentity_sf_id": "001A", "custentity_vip": "T"}
    ]


def test_the_metadata_catalog_marks_custom_fields(netsuite: NetSuiteAccount) -> None:
    netsuite.settings(custom_fields={"custentity_sf_id": "string"}, one_world=False)
    path = "/services/rest/record/v1/metadata-catalog/customer"

    answer = netsuite.http.get(path, headers={"Accept": "application/schema+json"})

    properties = answer.json()["properties"]
    assert answer.headers["content-type"] == "application/schema+json"
    assert properties["custentity_sf_id"]["x-ns-custom-field"] is True
    assert properties["companyName"]["type"] == "string"
    assert "x-ns-custom-field" not in properties["companyName"]
    assert "subsidiary" not in properties
    assert "custentity_sf_id" in answer.json()["x-ns-filterable"]
