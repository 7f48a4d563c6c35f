"""The contract of the simulator's own plane: records as finance made them by hand."""

from collections.abc import Iterator

import pytest

from tests.contract.netsuite_account import (
    CUSTOMER,
    NetSuiteAccount,
    error,
    open_account,
    unique,
)


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request, simulated=True)


@pytest.mark.parametrize("stage", ["LEAD", "PROSPECT", "CUSTOMER"])
def test_leads_and_prospects_are_customers_of_another_stage(
    netsuite: NetSuiteAccount, stage: str
) -> None:
    key = netsuite.plant(companyName="Acme", searchStage=stage)

    netsuite.patch(key, {"comments": "x"})

    assert netsuite.get(key)["searchStage"] == stage
    assert netsuite.rows("SELECT id, searchstage FROM customer WHERE companyname = 'Acme'") == [
        {"id": key, "searchstage": stage}
    ]


def test_an_inactive_customer_is_found_but_no_parent(netsuite: NetSuiteAccount) -> None:
    key = netsuite.plant(isInactive=True)

    child = netsuite.post(netsuite.company(parent={"id": key}))

    assert netsuite.rows("SELECT id, isinactive FROM customer") == [{"id": key, "isinactive": "T"}]
    assert f"Invalid Field Value {key}" in error(child)[2]


def test_a_customer_with_dependants_is_deleted_by_hand_only(netsuite: NetSuiteAccount) -> None:
    parent = netsuite.plant()
    child = netsuite.plant(parent=parent)

    refused = netsuite.http.delete(f"{CUSTOMER}/{parent}")
    netsuite.admin("DELETE", f"customers/{parent}")

    assert error(refused)[:2] == (400, "USER_ERROR")
    assert "parent" not in netsuite.get(child)
    assert error(netsuite.http.get(f"{CUSTOMER}/{parent}"))[1] == "NONEXISTENT_ID"


def test_a_customer_with_transactions_cannot_be_deleted(netsuite: NetSuiteAccount) -> None:
    key = netsuite.plant()
    netsuite.admin("POST", f"customers/{key}/transactions", {"count": 3})

    answer = netsuite.http.delete(f"{CUSTOMER}/{key}")

    assert error(answer)[:2] == (400, "USER_ERROR")
    assert netsuite.admin("GET", "customers")["customers"][0]["transactions"] == 3


def test_a_merged_customer_frees_its_external_id(netsuite: NetSuiteAccount) -> None:
    external_id = unique("eid")
    gone, kept = netsuite.plant(externalId=external_id), netsuite.plant()
    netsuite.admin("POST", f"customers/{gone}/transactions")

    netsuite.admin("POST", f"customers/{gone}/merge", {"into": int(kept)})

    (listed,) = netsuite.admin("GET", "customers")["customers"]
    assert (listed["id"], listed["transactions"]) == (kept, 1)
    assert netsuite.rows("SELECT id FROM entity WHERE externalid = ?", external_id) == []


def test_customers_are_listed_by_external_id_and_name(netsuite: NetSuiteAccount) -> None:
    first = netsuite.plant(companyName="Acme", externalId="one", subsidiaries=[2, 3])
    netsuite.plant(companyName="Other", externalId="two")

    by_id = netsuite.admin("GET", "customers?external_id=one")["customers"]
    by_name = netsuite.admin("GET", "customers?name=Acme")["customers"]

    assert by_id == by_name
    assert [customer["id"] for customer in by_id] == [first]
    assert by_id[0]["subsidiaries"] == [1, 2, 3]
    assert by_id[0]["addressBook"]["items"] == []


def test_an_edit_by_hand_is_seen_at_once(netsuite: NetSuiteAccount) -> None:
    key = netsuite.plant(companyName="Acme")

    netsuite.admin("PATCH", f"customers/{key}", {"entityId": "BY-HAND", "comments": "finance"})

    assert netsuite.get(key)["comments"] == "finance"
    assert netsuite.rows("SELECT entityid FROM customer") == [{"entityid": "BY-HAND"}]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "customers", {"companyName": "x", "nosuch": 1}),
        ("POST", "customers", {"companyName": "x", "searchStage": "FRIEND"}),
        ("POST", "customers", {"companyName": "x" * 84}),
        ("POST", "customers", []),
        ("PATCH", "customers/1", {"comments": "x"}),
        ("POST", "entities", {"type": "planet"}),
        ("POST", "references", {"table": "planet", "id": 1, "name": "x"}),
        ("POST", "references", {"table": "term", "nosuch": 1}),
        ("POST", "customers/1/transactions", {}),
        ("PATCH", "settings", {"visible_subsidiaries": ["1"]}),
        ("PATCH", "settings", {"custom_fields": {"mine": "string"}}),
        ("PATCH", "settings", {"custom_fields": {"custentity_x": "blob"}}),
        ("PATCH", "settings", {"concurrency": 0}),
        ("PATCH", "settings", {"concurrency_status": 500}),
        ("PATCH", "settings", {"nosuch": 1}),
    ],
)
def test_a_wrong_admin_call_says_what_is_wrong(
    netsuite: NetSuiteAccount, method: str, path: str, body: object
) -> None:
    url = f"/_simulator/{path}"

    answer = netsuite.http.request(method, url, json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]
