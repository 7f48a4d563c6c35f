"""The contract of references: subsidiaries, currencies, parents and the entity's names."""

from collections.abc import Iterator

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


@pytest.mark.parametrize(
    "field", ["subsidiary", "currency", "parent", "category", "terms", "salesRep", "entityStatus"]
)
def test_a_reference_must_exist(netsuite: NetSuiteAccount, field: str) -> None:
    body = netsuite.company(**{field: {"id": "987654"}})

    answer = netsuite.post(body)

    assert error(answer)[:2] == (400, "USER_ERROR")
    assert f"Invalid Field Value 987654 for the following field: {field}" in error(answer)[2]
    assert place(answer) == field


def test_an_inactive_record_cannot_be_chosen_but_stays(netsuite: NetSuiteAccount) -> None:
    netsuite.admin("POST", "references", {"table": "term", "id": 9, "name": "Net 90"})
    key = netsuite.create(terms={"id": "9"})
    netsuite.admin(
        "POST", "references", {"table": "term", "id": 9, "name": "Net 90", "inactive": True}
    )

    kept = netsuite.patch(key, {"terms": {"id": 9}, "comments": "x"})
    refused = netsuite.post(netsuite.company(terms={"id": "9"}))

    assert kept.status_code == 204
    assert "Invalid Field Value 9" in error(refused)[2]


def test_a_reference_may_name_an_external_id(netsuite: NetSuiteAccount) -> None:
    external_id = unique("eid")
    netsuite.put(external_id, netsuite.company())
    parent = netsuite.get(f"eid:{external_id}")["id"]

    child = netsuite.create(parent={"externalId": external_id})

    assert netsuite.get(child)["parent"]["id"] == parent


def test_the_primary_subsidiary_is_mandatory_in_oneworld(netsuite: NetSuiteAccount) -> None:
    body = netsuite.company(subsidiary=None)

    answer = netsuite.post(body)

    assert error(answer)[:2] == (400, "USER_ERROR")
    assert "Please enter value(s) for: Primary Subsidiary" in error(answer)[2]


def test_without_oneworld_there_is_no_subsidiary(netsuite: NetSuiteAccount) -> None:
    netsuite.settings(one_world=False)

    refused = netsuite.post(netsuite.company())
    accepted = netsuite.post(netsuite.company(subsidiary=None))
    query = netsuite.query("SELECT id FROM subsidiary")

    assert place(refused) == "subsidiary"
    assert accepted.status_code == 204
    assert "Invalid search type: subsidiary." in error(query)[2]


def test_without_currencies_there_is_no_currency(netsuite: NetSuiteAccount) -> None:
    netsuite.settings(multi_currency=False)

    refused = netsuite.post(netsuite.company(currency={"id": "1"}))
    key = netsuite.create()
    query = netsuite.query("SELECT id FROM currency")

    assert place(refused) == "currency"
    assert "currency" not in netsuite.get(key)
    assert "Invalid search type: currency." in error(query)[2]


def test_the_currency_of_the_subsidiary_is_the_default(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(subsidiary={"id": "2"})

    record = netsuite.get(key)

    assert record["currency"]["id"] == "2"
    assert [item["currency"]["id"] for item in record["currencyList"]["items"]] == ["2"]


def test_currencies_are_appended_and_never_doubled(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(currency={"id": "1"})
    euro = {"currencyList": {"items": [{"currency": {"id": "4"}}]}}

    netsuite.patch(key, euro)
    netsuite.patch(key, euro)

    items = netsuite.get(key)["currencyList"]["items"]
    assert [item["currency"]["id"] for item in items] == ["1", "4"]


def test_a_currency_with_transactions_cannot_be_removed(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(currencyList={"items": [{"currency": {"id": 4}}]})
    netsuite.admin("POST", f"customers/{key}/transactions", {"currency": 4})

    answer = netsuite.patch(
        key, {"currencyList": {"items": [{"currency": {"id": 1}}]}}, replace="currencyList"
    )

    assert error(answer)[:2] == (400, "USER_ERROR")
    assert len(netsuite.get(key)["currencyList"]["items"]) == 2


@pytest.mark.parametrize("field", ["subsidiary", "currency"])
def test_what_transactions_rest_on_cannot_change(netsuite: NetSuiteAccount, field: str) -> None:
    key = netsuite.create(currency={"id": "1"})
    netsuite.admin("POST", f"customers/{key}/transactions")

    refused = netsuite.patch(key, {field: {"id": "2"}})
    same = netsuite.patch(key, {field: {"id": "1"}, "comments": "x"})

    assert error(refused)[:2] == (400, "USER_ERROR")
    assert place(refused) == field
    assert same.status_code == 204


def test_a_customer_cannot_be_its_own_ancestor(netsuite: NetSuiteAccount) -> None:
    top = netsuite.create()
    middle = netsuite.create(parent={"id": top})
    bottom = netsuite.create(parent={"id": middle})

    answers = [netsuite.patch(top, {"parent": {"id": key}}) for key in (top, middle, bottom)]

    assert [error(answer)[:2] for answer in answers] == [(400, "USER_ERROR")] * 3
    assert {place(answer) for answer in answers} == {"parent"}
    assert netsuite.get(bottom)["topLevelParent"]["id"] == top


def test_the_top_level_parent_follows_a_move(netsuite: NetSuiteAccount) -> None:
    top = netsuite.create()
    middle = netsuite.create()
    bottom = netsuite.create(parent={"id": middle})

    netsuite.patch(middle, {"parent": {"id": top}})

    rows = netsuite.rows("SELECT toplevelparent FROM customer WHERE id = ?", bottom)
    assert rows == [{"toplevelparent": top}]


def test_a_parent_must_reach_the_subsidiary_of_its_child(netsuite: NetSuiteAccount) -> None:
    parent = netsuite.create()
    body = netsuite.company(subsidiary={"id": "2"}, parent={"id": parent})

    refused = netsuite.post(body)
    netsuite.relate(parent, "2")
    accepted = netsuite.post(body)

    assert (error(refused)[:2], place(refused)) == ((400, "USER_ERROR"), "parent")
    assert accepted.status_code == 204


def test_payment_through_the_top_level_customer_needs_shared_currencies(
    netsuite: NetSuiteAccount,
) -> None:
    netsuite.settings(payment_through_top_level=True)
    parent = netsuite.create(currency={"id": "1"})

    refused = netsuite.post(netsuite.company(parent={"id": parent}, currency={"id": "4"}))
    accepted = netsuite.post(netsuite.company(parent={"id": parent}, currency={"id": "1"}))

    assert place(refused) == "parent"
    assert accepted.status_code == 204
