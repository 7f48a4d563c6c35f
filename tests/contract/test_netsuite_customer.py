"""The contract of creating, reading, changing and deleting customers."""

from collections.abc import Iterator

import httpx
import pytest

from tests.contract.netsuite_account import (
    CUSTOMER,
    NetSuiteAccount,
    error,
    last_segment,
    open_account,
    unique,
)


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request)


def test_a_created_customer_is_named_by_location_only(netsuite: NetSuiteAccount) -> None:
    body = netsuite.company(phone="+1 555 123 4567")

    answer = netsuite.post(body)

    assert (answer.status_code, answer.content) == (204, b"")
    assert f"{CUSTOMER}/" in answer.headers["location"]
    assert last_segment(answer).isdecimal()
    assert netsuite.get(last_segment(answer))["companyName"] == body["companyName"]


def test_a_put_by_external_id_creates_once_and_changes_then(netsuite: NetSuiteAccount) -> None:
    external_id = unique("eid")
    body = netsuite.company()

    first = netsuite.put(external_id, body)
    second = netsuite.put(external_id, {"comments": "changed"})

    record = netsuite.get(f"eid:{external_id}")
    assert (first.status_code, second.status_code) == (204, 204)
    assert record["id"] == last_segment(first)
    assert record["externalId"] == external_id
    assert record["companyName"] == body["companyName"]
    assert record["comments"] == "changed"


def test_a_put_by_internal_id_is_refused(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create()

    answer = netsuite.http.put(f"{CUSTOMER}/{key}", json={"comments": "changed"})

    assert 400 <= answer.status_code < 500
    assert "comments" not in netsuite.get(key)


def test_an_external_id_stands_wherever_an_id_can(netsuite: NetSuiteAccount) -> None:
    external_id = unique("eid")
    netsuite.put(external_id, netsuite.company())

    patched = netsuite.patch(f"eid:{external_id}", {"comments": "by external id"})
    deleted = netsuite.http.delete(f"{CUSTOMER}/eid:{external_id}")
    gone = netsuite.http.get(f"{CUSTOMER}/eid:{external_id}")

    assert (patched.status_code, deleted.status_code) == (204, 204)
    assert error(gone)[:2] == (404, "NONEXISTENT_ID")


def test_an_existing_customer_is_adopted_by_giving_it_an_external_id(
    netsuite: NetSuiteAccount,
) -> None:
    key, external_id = netsuite.create(), unique("eid")

    answer = netsuite.patch(key, {"externalId": external_id})

    assert answer.status_code == 204
    assert netsuite.get(f"eid:{external_id}")["id"] == key


def test_what_a_patch_does_not_name_stays_and_null_clears(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(comments="stays", accountNumber="A-1")

    netsuite.patch(key, {"accountNumber": None})

    record = netsuite.get(key)
    assert record["comments"] == "stays"
    assert record.get("accountNumber") is None


def test_null_clears_only_what_replace_names_if_fields_are_selected(
    netsuite: NetSuiteAccount,
) -> None:
    key = netsuite.create(comments="stays", accountNumber="A-1")
    body = {"comments": None, "accountNumber": None}

    netsuite.patch(key, body, replaceSelectedFields="true", replace="accountNumber")

    record = netsuite.get(key)
    assert record["comments"] == "stays"
    assert record.get("accountNumber") is None


def test_a_taken_external_id_is_refused(netsuite: NetSuiteAccount) -> None:
    external_id = unique("eid")
    netsuite.put(external_id, netsuite.company())

    answer = netsuite.post(netsuite.company(externalId=external_id))

    assert error(answer)[:2] == (400, "USER_ERROR")
    assert "This entity already exists." in error(answer)[2]


def test_sublists_are_links_unless_they_are_expanded(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create()

    short, whole = netsuite.get(key, expand=False), netsuite.get(key)

    assert set(short["addressBook"]) == {"links"}
    assert whole["addressBook"]["items"] == []
    assert netsuite.http.get(short["addressBook"]["links"][0]["href"]).json()["items"] == []


def test_fields_limits_what_is_read(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(comments="not asked for")

    record = netsuite.get(key, fields="id,companyName")

    assert set(record) == {"links", "id", "companyName"}


def test_the_collection_finds_ids_by_a_condition(netsuite: NetSuiteAccount) -> None:
    external_id = unique("eid")
    netsuite.put(external_id, netsuite.company())
    key = netsuite.get(f"eid:{external_id}")["id"]

    answer = netsuite.http.get(CUSTOMER, params={"q": f'externalId IS "{external_id}"'})

    assert [item["id"] for item in answer.json()["items"]] == [key]
    assert answer.json()["totalResults"] == 1
    assert "companyName" not in answer.json()["items"][0]


def test_conditions_are_joined(netsuite: NetSuiteAccount) -> None:
    first, second = netsuite.create(comments="x"), netsuite.create(phone="555-123-4567")
    condition = f"id ANY_OF [{first}, {second}] AND phone EMPTY OR id EQUAL {second}"

    both = netsuite.http.get(CUSTOMER, params={"q": condition}).json()
    one = netsuite.http.get(CUSTOMER, params={"q": condition, "limit": 1}).json()

    assert [item["id"] for item in both["items"]] == [first, second]
    assert (one["count"], one["totalResults"], one["hasMore"]) == (1, 2, True)


@pytest.mark.parametrize("condition", ["companyName LIKES x", "nothing IS 1", "id", 'id IS "1'])
def test_a_condition_that_cannot_be_read_is_refused(
    netsuite: NetSuiteAccount, condition: str
) -> None:
    parameters = {"q": condition}

    answer = netsuite.http.get(CUSTOMER, params=parameters)

    assert error(answer)[:2] == (400, "INVALID_PARAMETER")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_record_that_does_not_exist_is_a_404(netsuite: NetSuiteAccount, method: str) -> None:
    body: dict[str, str] | None = {"comments": "x"} if method == "PATCH" else None

    answer: httpx.Response = netsuite.http.request(method, f"{CUSTOMER}/999999999", json=body)

    assert error(answer)[:2] == (404, "NONEXISTENT_ID")
    assert "The record instance does not exist" in error(answer)[2]
