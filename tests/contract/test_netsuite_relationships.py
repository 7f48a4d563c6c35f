"""The contract of further subsidiaries: customerSubsidiaryRelationship."""

from collections.abc import Iterator

import pytest

from tests.contract.netsuite_account import (
    RELATIONSHIP,
    NetSuiteAccount,
    error,
    last_segment,
    open_account,
    place,
)


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request, simulated=True)


def members(netsuite: NetSuiteAccount, key: str) -> list[tuple[str, str]]:
    """The subsidiaries of a customer, each with whether it is the primary one."""
    rows = netsuite.rows(
        "SELECT subsidiary, isprimarysub FROM customersubsidiaryrelationship "
        "WHERE entity = ? ORDER BY subsidiary",
        key,
    )
    return [(row["subsidiary"], row["isprimarysub"]) for row in rows]


def test_a_new_customer_belongs_to_its_primary_subsidiary(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(subsidiary={"id": "2"})

    found = members(netsuite, key)

    assert found == [("2", "T")]


def test_a_customer_is_added_to_a_further_subsidiary(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create()

    answer = netsuite.relate(key, "3")

    number = last_segment(answer)
    record = netsuite.http.get(f"{RELATIONSHIP}/{number}").json()
    assert (answer.status_code, answer.content) == (204, b"")
    assert members(netsuite, key) == [("1", "T"), ("3", "F")]
    assert (record["entity"]["id"], record["subsidiary"]["id"]) == (key, "3")
    assert record["isPrimarySub"] is False


def test_the_same_relationship_twice_is_refused(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create()
    netsuite.relate(key, "3")

    answers = [netsuite.relate(key, "3"), netsuite.relate(key, "1")]

    assert [error(answer)[:2] for answer in answers] == [(400, "USER_ERROR")] * 2
    assert members(netsuite, key) == [("1", "T"), ("3", "F")]


def test_only_the_external_id_can_be_changed(netsuite: NetSuiteAccount) -> None:
    number = last_segment(netsuite.relate(netsuite.create(), "3"))

    refused = netsuite.http.patch(f"{RELATIONSHIP}/{number}", json={"isPrimarySub": True})
    accepted = netsuite.http.patch(f"{RELATIONSHIP}/{number}", json={"externalId": "csr-1"})

    assert (error(refused)[:2], place(refused)) == ((400, "USER_ERROR"), "isPrimarySub")
    assert accepted.status_code == 204
    assert netsuite.http.get(f"{RELATIONSHIP}/{number}").json()["externalId"] == "csr-1"


def test_a_relationship_is_deleted_unless_it_is_the_primary_one(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create()
    further = last_segment(netsuite.relate(key, "3"))
    rows = netsuite.rows("SELECT id FROM customersubsidiaryrelationship WHERE isprimarysub = 'T'")

    refused = netsuite.http.delete(f"{RELATIONSHIP}/{rows[0]['id']}")
    deleted = netsuite.http.delete(f"{RELATIONSHIP}/{further}")
    gone = netsuite.http.get(f"{RELATIONSHIP}/{further}")

    assert error(refused)[:2] == (400, "USER_ERROR")
    assert deleted.status_code == 204
    assert error(gone)[:2] == (404, "NONEXISTENT_ID")
    assert members(netsuite, key) == [("1", "T")]


def test_both_ends_must_exist(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create()

    no_subsidiary = netsuite.relate(key, "77")
    no_entity = netsuite.relate("424242", "2")
    inactive = netsuite.relate(key, "6")

    assert (error(no_subsidiary)[:2], place(no_subsidiary)) == ((400, "USER_ERROR"), "subsidiary")
    assert (error(no_entity)[:2], place(no_entity)) == ((400, "USER_ERROR"), "entity")
    assert place(inactive) == "subsidiary"


def test_a_new_primary_subsidiary_takes_the_place_of_the_old_one(
    netsuite: NetSuiteAccount,
) -> None:
    key = netsuite.create()
    netsuite.relate(key, "3")

    answer = netsuite.patch(key, {"subsidiary": {"id": "3"}})

    assert answer.status_code == 204
    assert members(netsuite, key) == [("3", "T")]


@pytest.mark.parametrize("feature", ["one_world", "multi_subsidiary_customer"])
def test_without_the_feature_there_is_no_such_record(
    netsuite: NetSuiteAccount, feature: str
) -> None:
    netsuite.settings(**{feature: False})

    answer = netsuite.relate("1", "3")

    assert error(answer)[:2] == (400, "INVALID_REQUEST")


def test_a_deleted_customer_takes_its_relationships_along(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create()
    netsuite.relate(key, "3")

    netsuite.http.delete(f"/services/rest/record/v1/customer/{key}")

    assert members(netsuite, key) == []


def test_a_role_sees_the_customers_of_its_subsidiaries_only(netsuite: NetSuiteAccount) -> None:
    hidden = netsuite.plant(subsidiary=2, externalId="hidden-1")
    shared = netsuite.plant(subsidiary=2, subsidiaries=[1])
    netsuite.settings(visible_subsidiaries=[1])

    rows = netsuite.rows("SELECT id FROM customer")
    read = netsuite.http.get(f"/services/rest/record/v1/customer/{hidden}")
    patched = netsuite.patch("eid:hidden-1", {"comments": "x"})
    repeated = netsuite.put("hidden-1", netsuite.company())
    foreign = netsuite.post(netsuite.company(subsidiary={"id": "2"}))

    assert rows == [{"id": shared}]
    assert error(read)[:2] == (404, "NONEXISTENT_ID")
    assert error(patched)[:2] == (404, "NONEXISTENT_ID")
    assert "This entity already exists." in error(repeated)[2]
    assert place(foreign) == "subsidiary"
