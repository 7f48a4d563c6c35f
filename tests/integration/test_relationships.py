"""Further subsidiaries, each a record of its own, and how far a parent reaches."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.errors import RecordLocked, RecordRejected, ServiceUnavailable
from app.terms import Order
from tests.eventually import eventually
from tests.integration.listening import Scene
from tests.integration.office import Office

ADD = "customerSubsidiaryRelationship.post"
FIELD = "Subsidiary__c"


@pytest.fixture
def office(scene: Scene) -> Iterator[Office]:
    made = Office(scene, {"subsidiaries": {"further": ["2", "3"]}})
    yield made
    made.close()


@pytest.fixture
def by_field(scene: Scene) -> Iterator[Office]:
    """The primary subsidiary comes from the Account, and there are no further ones."""
    made = Office(scene, {"subsidiaries": {"field": FIELD}})
    yield made
    made.close()


def record(office: Office, account: str) -> dict[str, Any]:
    return office.netsuite.customer(office.customer(account))


def test_a_new_customer_is_added_to_its_further_subsidiaries(office: Office) -> None:
    account = office.save()

    verdict = office.run(account)

    customer = record(office, account)
    assert (verdict, customer["subsidiaries"]) == ("synced", [1, 2, 3])
    assert customer["subsidiary"]["id"] == "1"
    assert "added to subsidiary 2, 3" in office.why(account)


def test_what_is_there_already_is_neither_added_nor_taken_away(office: Office) -> None:
    account = office.save()
    planted = office.netsuite.plant({"companyName": "Acme", "subsidiaries": [2, 4]})

    office.run(account)

    assert office.netsuite.customer(planted)["subsidiaries"] == [1, 2, 3, 4]
    assert office.netsuite.count(call=ADD) == 1


def test_a_duplicate_counts_as_done(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(
        call=ADD,
        contains='"2"',
        status=400,
        message="This entity-subsidiary relationship already exists.",
        times=1,
    )

    verdict = office.run(account)

    assert verdict == "synced"


def test_a_failure_of_this_step_alone_is_resumed_alone(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(call=ADD, contains='"3"', status=503, times=1)
    held = office.held(account)
    with pytest.raises(ServiceUnavailable) as failed:
        office.write(held)
    customer = office.customer(account)

    with office.counting() as calls:
        verdict = office.write(office.retried(held, failed.value))

    assert (verdict, calls) == ("synced", ["suiteql", ADD])
    assert office.netsuite.customer(customer)["subsidiaries"] == [1, 2, 3]
    assert office.run(account) == "unchanged"


def test_it_is_resumed_alone_once_more_where_it_fails_again(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(call=ADD, contains='"2"', status=503, times=2)
    held = office.held(account)
    for _ in range(2):
        with pytest.raises(ServiceUnavailable) as failed:
            office.write(held)
        held = office.retried(held, failed.value)

    office.write(held)

    assert office.netsuite.count(call="customer.put") == 1
    assert office.netsuite.count(call="customer.patch") == 0


def test_a_change_that_came_meanwhile_is_written_nonetheless(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(call=ADD, contains='"2"', status=503, times=1)
    held = office.held(account)
    with pytest.raises(ServiceUnavailable) as failed:
        office.write(held)
    held = office.retried(held, failed.value)
    office.edit(account, Fax="(512) 757-9000")

    office.write(held)

    assert record(office, account)["fax"] == "(512) 757-9000"
    assert record(office, account)["subsidiaries"] == [1, 2, 3]


def test_whoever_is_disowned_during_the_write_adds_nothing(office: Office) -> None:
    account = office.save()
    held = office.held(account)
    slow = office.netsuite.fault(call="customer.put", delay_seconds=1, times=1)

    with ThreadPoolExecutor(1) as thread:
        writes = thread.submit(office.write, held)
        eventually(lambda: office.netsuite.has_fired(slow), "the write to be under way")
        office.desk.lapse(account)

    assert writes.result() == "disowned"
    assert office.netsuite.count(call=ADD) == 0


def test_a_subsidiary_that_netsuite_refuses_is_named(office: Office) -> None:
    account = office.save()
    refusal = "Invalid Field Value 3 for the following field: subsidiary"
    office.netsuite.fault(call=ADD, contains='"3"', status=400, message=refusal, times=1)

    letter = office.letter(account)

    assert isinstance(letter, RecordRejected)
    assert "cannot be added to subsidiary 3" in str(letter)
    assert refusal in letter.service_words
    assert office.desk.row(account)["customer"]


def test_a_parent_that_does_not_reach_the_subsidiary_is_named(by_field: Office) -> None:
    office = by_field
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


def test_an_updates_primary_subsidiary_is_what_the_parent_has_to_reach(by_field: Office) -> None:
    office = by_field
    parent = office.save("Parent", **{FIELD: "1"})
    office.run(parent)
    child = office.save("Child", **{FIELD: "2"})
    office.run(child)
    office.edit(child, ParentId=parent)

    letter = office.letter(child)

    assert "does not belong to subsidiary 2 (" in str(letter)


def test_a_parent_that_is_being_synced_is_waited_for(by_field: Office) -> None:
    office = by_field
    parent = office.save("Parent", **{FIELD: "1"})
    office.run(parent)
    child = office.save("Child", ParentId=parent, **{FIELD: "2"})
    held = office.held(child)
    office.desk.ledger.open([Order(parent, "changed")])

    with pytest.raises(RecordLocked) as waits:
        office.write(held)

    assert not waits.value.counts
    assert "subsidiary 2 (" in str(waits.value)


def test_a_parent_that_lacks_nothing_is_tried_once_more(by_field: Office) -> None:
    office = by_field
    parent = office.save("Parent")
    office.run(parent)
    child = office.save("Child", ParentId=parent)
    words = f"Invalid Field Value {office.customer(parent)} for the following field: parent"
    office.netsuite.fault(call="customer.put", status=400, message=words, times=2)
    held = office.held(child)

    with pytest.raises(RecordLocked) as first:
        office.write(held)
    with pytest.raises(RecordRejected) as second:
        office.write(office.retried(held, first.value))

    assert words in second.value.service_words


def test_a_parent_without_the_currency_is_named(by_field: Office) -> None:
    office = by_field
    office.netsuite.switch(payment_through_top_level=True)
    parent = office.save("Parent", CurrencyIsoCode="USD")
    office.run(parent)
    child = office.save("Child", ParentId=parent, CurrencyIsoCode="EUR")

    letter = office.letter(child)

    assert f"{office.customer(parent)} does not have the currency" in str(letter)


def test_the_primary_subsidiary_is_not_changed_later(by_field: Office) -> None:
    office = by_field
    account = office.save(**{FIELD: "1"})
    office.run(account)
    office.edit(account, **{FIELD: "2", "Fax": "(512) 757-9000"})

    office.run(account)

    body = json.loads(office.netsuite.requests(call="customer.patch")[-1]["body"])
    assert record(office, account)["subsidiary"]["id"] == "1"
    assert "subsidiary" not in body
