"""Which Customer an Account gets, over the wire: the cases of docs/matching.md that matter."""

from collections.abc import Iterator

import pytest

from app.errors import AmbiguousMatch, RecordNotFound
from tests.integration.listening import Scene
from tests.integration.office import Office


@pytest.fixture
def reviewing(scene: Scene) -> Iterator[Office]:
    """An account where people look at leads before they become customers."""
    made = Office(scene, {"matching": {"leads": "review"}})
    yield made
    made.close()


@pytest.fixture
def leaving(scene: Scene) -> Iterator[Office]:
    made = Office(scene, {"matching": {"leads": "leave"}})
    yield made
    made.close()


def test_an_account_that_nobody_knows_gets_a_customer_of_its_own(office: Office) -> None:
    account = office.save()

    with office.counting() as calls:
        verdict = office.run(account)

    (customer,) = office.netsuite.customers()
    assert verdict == "synced"
    assert (customer["id"], customer["externalId"]) == (office.customer(account), f"SF-{account}")
    assert [call for call in calls if call != "suiteql"] == ["customer.put"]
    assert office.why(account).startswith(f"created Customer {customer['id']}")


def test_one_that_bears_the_id_is_updated_whatever_its_name(office: Office) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Old", "externalId": f"SF-{account}"})

    office.run(account)

    assert office.customer(account) == customer
    assert office.netsuite.customer(customer)["companyName"] == "Acme"
    assert "(found by external id)" in office.why(account)


def test_a_free_one_of_the_name_is_stamped(office: Office) -> None:
    account = office.save("Acme  GmbH & Co")
    customer = office.netsuite.plant({"companyName": "ACME Gmbh & co"})

    office.run(account)

    assert office.customer(account) == customer
    assert office.netsuite.customer(customer)["externalId"] == f"SF-{account}"


def test_a_name_that_belongs_to_another_id_is_a_letter(office: Office) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Acme", "externalId": "billing-7"})

    letter = office.letter(account)

    assert isinstance(letter, AmbiguousMatch)
    assert f"Customer {customer} (external id billing-7)" in str(letter)
    assert len(office.netsuite.customers()) == 1


def test_of_several_of_the_name_the_one_that_is_active_wins(office: Office) -> None:
    account = office.save()
    office.netsuite.plant({"companyName": "Acme", "isInactive": True})
    active = office.netsuite.plant({"companyName": "Acme"})

    office.run(account)

    assert office.customer(account) == active
    assert "the one active of 2" in office.why(account)


def test_two_active_ones_of_the_name_are_a_letter(office: Office) -> None:
    account = office.save()
    planted = [office.netsuite.plant({"companyName": "Acme"}) for _ in range(2)]

    letter = office.letter(account)

    assert all(f"Customer {customer}" in str(letter) for customer in planted)
    assert f"closedwon link {account} ID" in str(letter)


def test_an_inactive_one_is_matched_and_that_is_said(office: Office) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Acme", "isInactive": True})

    office.run(account)

    assert office.customer(account) == customer
    assert "found by name, inactive" in office.why(account)
    assert office.netsuite.customer(customer)["isInactive"] is True


def test_a_person_of_the_name_is_no_candidate(office: Office) -> None:
    account = office.save()
    office.netsuite.plant(
        {"isPerson": True, "firstName": "Ann", "lastName": "Acme", "companyName": "Acme"}
    )

    office.run(account)

    assert len(office.netsuite.customers()) == 2
    assert "created" in office.why(account)


def test_a_person_that_bears_the_id_is_a_letter(office: Office) -> None:
    account = office.save()
    office.netsuite.plant(
        {
            "isPerson": True,
            "firstName": "Ann",
            "lastName": "Acme",
            "companyName": "Acme",
            "externalId": f"SF-{account}",
        }
    )

    letter = office.letter(account)

    assert isinstance(letter, AmbiguousMatch)
    assert "is a person" in str(letter)


@pytest.mark.parametrize("stage", ["LEAD", "PROSPECT"])
def test_a_lead_becomes_a_customer(office: Office, stage: str) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Acme", "searchStage": stage})

    office.run(account)

    record = office.netsuite.customer(customer)
    assert (record["searchStage"], record["entityStatus"]["id"]) == ("CUSTOMER", "13")
    assert f"a {stage.lower()} that becomes a customer" in office.why(account)


def test_a_lead_may_stay_one(leaving: Office) -> None:
    account = leaving.save()
    customer = leaving.netsuite.plant({"companyName": "Acme", "searchStage": "LEAD"})

    leaving.run(account)

    assert leaving.netsuite.customer(customer)["searchStage"] == "LEAD"
    assert leaving.customer(account) == customer


def test_a_lead_may_be_a_letter(reviewing: Office) -> None:
    account = reviewing.save()
    customer = reviewing.netsuite.plant({"companyName": "Acme", "searchStage": "LEAD"})

    letter = reviewing.letter(account)

    assert f"Customer {customer} is a lead" in str(letter)
    assert "externalId" not in reviewing.netsuite.customer(customer)


def test_a_customer_that_was_merged_is_found_again_by_its_name(office: Office) -> None:
    account = office.save()
    office.run(account)
    merged = office.customer(account)
    office.netsuite.edit(merged, {"companyName": "Acme (old)"})
    winner = office.netsuite.plant({"companyName": "Acme"})
    office.netsuite.merge(merged, into=winner)
    office.edit(account, Fax="(512) 757-9000")

    verdict = office.run(account)

    assert (verdict, office.customer(account)) == ("synced", winner)
    assert office.netsuite.customer(winner)["externalId"] == f"SF-{account}"
    assert f"{merged}, linked until now, is gone" in office.why(account)


def test_a_customer_that_was_deleted_is_not_created_again(office: Office) -> None:
    account = office.save()
    office.run(account)
    office.netsuite.remove(office.customer(account))
    office.edit(account, Fax="(512) 757-9000")

    letter = office.letter(account)

    assert isinstance(letter, RecordNotFound)
    assert f"closedwon link {account} ID" in str(letter)
    assert office.netsuite.customers() == []


def test_what_the_role_does_not_see_is_a_letter_that_names_both_possibilities(
    office: Office,
) -> None:
    account = office.save()
    office.netsuite.plant({"companyName": "Old", "externalId": f"SF-{account}", "subsidiary": 2})
    office.netsuite.switch(visible_subsidiaries=[1])

    letter = office.letter(account)

    assert isinstance(letter, AmbiguousMatch)
    assert "hidden from our role" in str(letter)
    assert "another type" in str(letter)
    assert "already exists" in letter.service_words


def test_an_id_that_is_hidden_while_the_name_is_free_is_the_same_letter(office: Office) -> None:
    account = office.save()
    office.netsuite.plant({"companyName": "Old", "externalId": f"SF-{account}", "subsidiary": 2})
    free = office.netsuite.plant({"companyName": "Acme"})
    office.netsuite.switch(visible_subsidiaries=[1])

    letter = office.letter(account)

    assert isinstance(letter, AmbiguousMatch)
    assert "hidden from our role" in str(letter)
    assert office.netsuite.customer(free).get("externalId") is None


def test_another_entity_of_the_id_is_the_same_letter(office: Office) -> None:
    account = office.save()
    office.netsuite.plant_entity(type="vendor", externalId=f"SF-{account}", entityId="V-1")

    letter = office.letter(account)

    assert "another type (vendor" in str(letter)
    assert office.netsuite.customers() == []
