"""An Account beside the Customers that it may mean."""

import pytest

from app.admin.candidates import Candidate, SideBySide, side_by_side
from app.errors import RecordNotFound
from app.terms import Order
from tests.integration.listening import Scene
from tests.integration.office import Office

BILLING = {
    "BillingStreet": "1 Main St\nSuite 2",
    "BillingCity": "Berlin",
    "BillingPostalCode": "10115",
    "BillingCountry": "Germany",
}
LINE = {
    "label": "HQ",
    "defaultBilling": True,
    "addressBookAddress": {
        "addr1": "1 Main",
        "city": "Berlin",
        "zip": "10115",
        "country": {"id": "DE"},
    },
}


def shown(office: Office, account: str) -> SideBySide:
    return side_by_side(office.services, account)


def only(seen: SideBySide) -> Candidate:
    (candidate,) = seen.candidates
    return candidate


def test_what_both_have_stands_side_by_side(office: Office) -> None:
    parent = office.save("Above")
    account = office.save(Phone="(512) 757-6000", Website="acme.test", ParentId=parent, **BILLING)
    customer = office.netsuite.plant(
        {"companyName": "ACME", "phone": "(512) 757-9999", "addressBook": {"items": [LINE]}}
    )
    office.netsuite.plant({"companyName": "Acme", "isInactive": True})

    seen = shown(office, account)

    first, second = seen.candidates
    assert seen.ours == {
        "Name": "Acme",
        "External id": f"SF-{account}",
        "Phone": "(512) 757-6000",
        "Website": "acme.test",
        "Billing address": "1 Main St, Suite 2, 10115, Berlin, Germany",
        "Parent": "Above",
    }
    assert (first.customer, first.name, first.values["Phone"]) == (
        customer,
        "ACME",
        "(512) 757-9999",
    )
    assert first.values["Billing address"] == "1 Main, 10115, Berlin, DE"
    assert first.values["Created"] == first.values["Last changed"]
    assert (second.is_inactive, second.values["Inactive"]) == (True, "yes")
    assert seen.labels[:3] == ["Name", "External id", "Phone"]
    assert set(seen.labels) == {label for c in seen.candidates for label in c.values} | {*seen.ours}
    assert first.url.endswith(f"/app/common/entity/custjob.nl?id={customer}")
    assert (first.blocked, first.by_force, first.linked_to, seen.note) == (None, False, None, None)


def test_subsidiaries_and_parents_are_named(scene: Scene) -> None:
    office = Office(scene, {"subsidiaries": {"enabled": True, "field": "Site"}})
    account = office.save(Site="1")
    parent = office.netsuite.plant({"companyName": "Above", "subsidiary": {"id": "1"}})
    office.netsuite.plant(
        {"companyName": "Acme", "parent": {"id": parent}, "subsidiary": {"id": "1"}}
    )

    seen = shown(office, account)
    office.close()

    assert seen.ours["Subsidiaries"] == "1"
    assert only(seen).values["Parent"] == "Above"
    assert only(seen).values["Subsidiaries"]


def test_a_customer_with_another_id_can_be_taken_by_force(office: Office) -> None:
    account = office.save()
    office.netsuite.plant({"companyName": "Acme", "externalId": "billing-7"})

    candidate = only(shown(office, account))

    assert "has the external id billing-7" in str(candidate.blocked)
    assert candidate.by_force


def test_a_customer_of_another_account_cannot_be_taken(office: Office) -> None:
    holder, account = office.save(), office.save()
    office.run(holder)

    candidate = only(shown(office, account))

    assert candidate.linked_to == holder
    assert "two Accounts would write to it" in str(candidate.blocked)
    assert not candidate.by_force


def test_the_linked_customer_is_among_them_whatever_its_name(office: Office) -> None:
    account = office.save()
    office.run(account)
    customer = office.customer(account)
    office.netsuite.edit(customer, {"companyName": "Renamed", "externalId": None})

    candidate = only(shown(office, account))

    assert (candidate.customer, candidate.linked_to) == (customer, account)
    assert candidate.blocked is None


def test_an_account_under_way_is_told(office: Office) -> None:
    account = office.save()
    office.desk.ledger.open([Order(account, "changed")])

    seen = shown(office, account)

    assert seen.candidates == []
    assert "It is under way" in str(seen.note)


def test_an_unknown_account_is_refused(office: Office) -> None:
    with pytest.raises(RecordNotFound, match="Salesforce knows no Account"):
        shown(office, "001000000000001AAA")


def test_a_column_that_netsuite_does_not_show_costs_no_more_than_itself(scene: Scene) -> None:
    rule = {"account": "Site", "customer": "noSuchColumn", "kind": "text", "limit": 10}
    name = {"account": "Name", "customer": "companyName", "limit": 83, "misfit": "reject"}
    office = Office(scene, {"mapping": {"fields": [name, rule]}})
    account = office.save(Site="7")
    office.netsuite.plant({"companyName": "Acme"})

    seen = shown(office, account)
    office.close()

    assert seen.ours["noSuchColumn"] == "7"
    assert "Created" in only(seen).values


def test_looking_writes_nothing_and_asks_little(office: Office) -> None:
    account = office.save()
    for _ in range(5):
        office.netsuite.plant({"companyName": "Acme"})

    with office.counting() as made:
        shown(office, account)

    assert set(made) == {"suiteql"}
    assert len(made) <= 4
    assert office.desk.row(account) == {}
