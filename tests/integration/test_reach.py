"""How far a parent reaches: what NetSuite refuses a child for, told by what the parent lacks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.errors import AuthenticationFailed, RecordLocked, RecordRejected
from app.terms import Order
from tests.integration.listening import Scene
from tests.integration.office import Office

FIELD = "Subsidiary__c"


@pytest.fixture
def office(scene: Scene) -> Iterator[Office]:
    """The primary subsidiary comes from the Account, and there are no further ones."""
    made = Office(scene, {"subsidiaries": {"field": FIELD}})
    yield made
    made.close()


def record(office: Office, account: str) -> dict[str, Any]:
    return office.netsuite.customer(office.customer(account))


def test_a_parent_that_does_not_reach_the_subsidiary_is_named(office: Office) -> None:
    parent = office.save("Parent", **{FIELD: "1"})
    office.run(parent)
    child = office.save("Child", ParentId=parent, **{FIELD: "2"})
    office.run(parent)  # at rest: the child's creation is no change of it

    held = office.held(child)
    with pytest.raises(RecordRejected) as refused:
        office.write(held)

    assert f"The parent Customer {office.customer(parent)} does not belong to" in str(refused.value)
    assert "subsidiary 2 (" in str(refused.value)
    assert "parent" in refused.value.service_words


def test_an_updates_primary_subsidiary_is_what_the_parent_has_to_reach(office: Office) -> None:
    parent = office.save("Parent", **{FIELD: "1"})
    office.run(parent)
    child = office.save("Child", **{FIELD: "2"})
    office.run(child)
    office.edit(child, ParentId=parent)

    letter = office.letter(child)

    assert "does not belong to subsidiary 2 (" in str(letter)


def test_a_parent_that_is_being_synced_is_waited_for(office: Office) -> None:
    parent = office.save("Parent", **{FIELD: "1"})
    office.run(parent)
    child = office.save("Child", ParentId=parent, **{FIELD: "2"})
    held = office.held(child)
    office.desk.ledger.open([Order(parent, "changed")])

    with pytest.raises(RecordLocked) as waits:
        office.write(held)

    assert not waits.value.counts
    assert "subsidiary 2 (" in str(waits.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("USER_ERROR", "Invalid Field Value {} for the following field: parent"),
        ("USER_ERROR", "Invalid Field Value {} for the following field:  Parent"),
        ("INVALID_KEY_OR_REF", "Invalid parent reference key {} for subsidiary 1."),
    ],
)
def test_a_parent_that_lacks_nothing_is_tried_once_more(
    office: Office, code: str, said: str
) -> None:
    parent = office.save("Parent")
    office.run(parent)
    child = office.save("Child", ParentId=parent)
    words = said.format(office.customer(parent))
    office.netsuite.fault(call="customer.put", status=400, code=code, message=words, times=2)
    held = office.held(child)

    with pytest.raises(RecordLocked) as first:
        office.write(held)
    with pytest.raises(RecordRejected) as second:
        office.write(office.retried(held, first.value))

    assert words in second.value.service_words


def test_credentials_that_are_refused_meanwhile_are_nobodys_parent(office: Office) -> None:
    parent = office.save("Parent", **{FIELD: "1"})
    office.run(parent)
    child = office.save("Child", ParentId=parent, **{FIELD: "2"})
    held = office.held(child)
    of_parents = "customersubsidiaryrelationship"
    office.netsuite.fault(call="suiteql", contains=of_parents, status=401, times=2)

    with pytest.raises(AuthenticationFailed):
        office.write(held)


def test_a_parent_without_the_currency_is_named(office: Office) -> None:
    office.netsuite.switch(payment_through_top_level=True)
    parent = office.save("Parent", CurrencyIsoCode="USD")
    office.run(parent)
    child = office.save("Child", ParentId=parent, CurrencyIsoCode="EUR")

    letter = office.letter(child)

    assert f"{office.customer(parent)} does not have the currency" in str(letter)


def test_the_primary_subsidiary_is_not_changed_later(office: Office) -> None:
    account = office.save(**{FIELD: "1"})
    office.run(account)
    office.edit(account, **{FIELD: "2", "Fax": "(512) 757-9000"})

    office.run(account)

    body = json.loads(office.netsuite.requests(call="customer.patch")[-1]["body"])
    assert record(office, account)["subsidiary"]["id"] == "1"
    assert "subsidiary" not in body
