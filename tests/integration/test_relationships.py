"""Further subsidiaries, each a record of its own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.errors import RecordNotFound, RecordRejected, ServiceUnavailable
from app.terms import Held
from tests.eventually import eventually
from tests.integration.listening import Scene
from tests.integration.office import Office

ADD = "customerSubsidiaryRelationship.post"


@pytest.fixture
def office(scene: Scene) -> Iterator[Office]:
    made = Office(scene, {"subsidiaries": {"further": ["2", "3"]}})
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


def half_written(office: Office, account: str) -> Held:
    """The Customer stands, and belongs to one of the further subsidiaries → who resumes that."""
    office.netsuite.fault(call=ADD, contains='"3"', status=503, times=1)
    held = office.held(account)
    with pytest.raises(ServiceUnavailable) as failed:
        office.write(held)
    return office.retried(held, failed.value)


def test_a_customer_that_was_merged_before_this_step_is_resumed_is_replaced(office: Office) -> None:
    account = office.save(Fax="(512) 757-9000")
    held = half_written(office, account)
    merged = office.customer(account)
    office.netsuite.edit(merged, {"companyName": "Acme (old)"})
    winner = office.netsuite.plant({"companyName": "Acme"})
    office.netsuite.merge(merged, into=winner)

    verdict = office.write(held)

    assert (verdict, office.customer(account)) == ("synced", winner)
    assert record(office, account)["subsidiaries"] == [1, 2, 3]
    assert record(office, account)["fax"] == "(512) 757-9000"
    assert f"{merged}, linked until now, is gone" in office.why(account)
    assert office.run(account) == "unchanged"


def test_a_customer_that_was_deleted_before_this_step_is_resumed_is_a_letter_that_heals(
    office: Office,
) -> None:
    account = office.save()
    held = half_written(office, account)
    lost = office.customer(account)
    office.netsuite.remove(lost)
    with pytest.raises(RecordNotFound) as letter:
        office.write(held)
    other = office.netsuite.plant({"companyName": "Acme"})

    verdict = office.write(office.retried(held, letter.value))

    assert f"Customer {lost}, to which this Account is linked, is gone" in str(letter.value)
    assert (verdict, office.customer(account)) == ("synced", other)
    assert record(office, account)["subsidiaries"] == [1, 2, 3]


def test_a_customer_that_is_there_but_must_not_be_named_stays_linked(office: Office) -> None:
    account = office.save()
    held = half_written(office, account)
    customer = office.customer(account)
    refusal = f"Invalid Field Value {customer} for the following field: entity"
    office.netsuite.fault(call=ADD, status=400, message=refusal, times=2)

    with pytest.raises(RecordNotFound) as letter:
        office.write(held)

    assert f"does not let Customer {customer} be added to subsidiary 3" in str(letter.value)
    assert refusal in letter.value.service_words
    assert office.netsuite.count(call="customer.patch") == 1
    assert office.customer(account) == customer


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
