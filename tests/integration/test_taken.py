"""Two Accounts never get one Customer, however late queries show whose it is."""

import pytest

from app.errors import AmbiguousMatch
from app.netsuite.names import NameReserved
from app.stages.writing import CustomerUnderWay
from app.terms import Held, Letter, Taken
from tests.integration.ledger_desk import ANN, Desk
from tests.integration.listening import Scene
from tests.integration.office import Office

A, B = "001000000000001AAA", "001000000000002AAA"


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return Desk(scene.redis)


def give_names_back(office: Office) -> None:
    """Their time is over."""
    for key in office.scene.redis.scan_iter("cw:name:*"):
        office.scene.redis.delete(key)


def adopt(desk: Desk, held: Held, customer: str) -> str:
    return desk.ledger.check(
        held, "digest", parent=None, parent_customer=None, words="", customer=customer
    )


def test_a_name_stays_reserved_when_a_customer_of_it_was_found(office: Office) -> None:
    first, second = office.save(), office.save()
    office.netsuite.plant({"companyName": "Acme"})
    office.netsuite.switch(suiteql_lag_seconds=20)
    office.run(first)

    with pytest.raises(NameReserved):
        office.run(second)

    (key,) = office.scene.redis.scan_iter("cw:name:*")
    assert 0 < int(office.scene.redis.ttl(key)) <= 30


def test_a_customer_that_is_linked_to_another_account_is_a_letter(office: Office) -> None:
    first, second = office.save(), office.save()
    customer = office.netsuite.plant({"companyName": "Acme"})
    office.netsuite.switch(suiteql_lag_seconds=3600)
    office.run(first)
    give_names_back(office)

    letter = office.letter(second)

    assert isinstance(letter, AmbiguousMatch)
    assert f"Customer {customer} is linked to Account {first}" in str(letter)
    assert f"closedwon link {second} {customer} --force" in str(letter)
    assert office.netsuite.customer(customer)["externalId"] == f"SF-{first}"
    assert "customer" not in office.desk.row(second)


def test_a_customer_that_takes_a_lost_ones_place_is_no_others(office: Office) -> None:
    first, second = office.save(), office.save("Acme Ltd")
    customer = office.netsuite.plant({"companyName": "Acme"})
    office.run(second)
    office.netsuite.switch(suiteql_lag_seconds=3600)
    office.run(first)
    give_names_back(office)
    office.netsuite.remove(office.customer(second))
    office.edit(second, Name="Acme")

    letter = office.letter(second)

    assert f"Customer {customer} is linked to Account {first}" in str(letter)
    assert office.netsuite.customer(customer)["externalId"] == f"SF-{first}"


def test_a_customer_that_is_just_being_written_for_another_is_waited_for(office: Office) -> None:
    first, second = office.save(), office.save()
    customer = office.netsuite.plant({"companyName": "Acme"})
    adopt(office.desk, office.held(first), customer)

    with pytest.raises(CustomerUnderWay) as waits:
        office.run(second)

    assert first in str(waits.value)
    assert not waits.value.counts


def test_until_its_holder_is_done_a_customer_is_no_other_accounts(desk: Desk) -> None:
    first, second = (desk.open_and_take(account, "upsert") for account in (A, B))
    adopt(desk, first, "17")

    with pytest.raises(Taken) as begun:
        adopt(desk, second, "17")
    desk.ledger.synced(first, "17", wrote="digest", words="")
    with pytest.raises(Taken) as linked:
        adopt(desk, second, "17")

    assert (begun.value.owner, begun.value.is_linked) == (A, False)
    assert (linked.value.owner, linked.value.is_linked) == (A, True)
    assert "written" not in desk.row(B)


def test_a_customer_whose_account_died_before_the_link_is_free(desk: Desk) -> None:
    first, second = (desk.open_and_take(account, "upsert") for account in (A, B))
    adopt(desk, first, "17")

    desk.ledger.dead(first, Letter("RecordRejected", "no"))

    assert adopt(desk, second, "17") == "go"


def test_a_customer_that_its_account_left_for_another_is_free(desk: Desk) -> None:
    desk.sync(A, "17")
    desk.sync(A, "18", "newer")
    second = desk.open_and_take(B, "upsert")

    assert adopt(desk, second, "17") == "go"

    with pytest.raises(Taken):
        adopt(desk, second, "18")


def test_a_customer_that_a_person_gave_to_another_is_that_ones(desk: Desk) -> None:
    desk.sync(A, "17")
    desk.ledger.skipped(desk.open_and_take(A, "upsert"), "gone")
    desk.ledger.link(B, "17", ANN, taken_from=A)
    desk.finish(B, "17")
    held = desk.open_and_take(A, "upsert")

    with pytest.raises(Taken) as taken:
        adopt(desk, held, "17")

    assert taken.value.owner == B


def test_the_key_of_a_customer_stays_small(desk: Desk) -> None:
    desk.sync(A, "1234567")

    assert desk.redis.get("cw:customer:1234567") == A
    assert int(desk.redis.memory_usage("cw:customer:1234567") or 0) < 130
