"""Where another application owns the external ids: creates are POSTs, and none is made blindly."""

import json
from collections.abc import Iterator

import pytest
from redis import Redis

from app.errors import NoAnswer, RecordRejected, ServiceUnavailable
from app.netsuite.posts import Posts, PostUnanswered
from tests.integration.listening import Scene
from tests.integration.office import Office

FIELD = "custentity_salesforce_id"


@pytest.fixture
def office(scene: Scene) -> Iterator[Office]:
    made = Office(scene, {"matching": {"id_field": FIELD}})
    made.netsuite.switch(custom_fields={FIELD: "string"})
    yield made
    made.close()


def remembered(office: Office, account: str) -> int:
    """For how many seconds no other POST is sent; below zero: it may be at once."""
    return int(office.scene.redis.ttl(f"cw:netsuite:posted:{account}"))


def lasts(office: Office) -> int:
    """How long a POST is remembered that may leave at the end of its run: the lease, the 15 minutes
    after which NetSuite has ended it, and half a minute.
    """
    return int(office.services.settings.run_seconds) + 900 + 30


def test_a_customer_is_posted_and_bears_the_id_in_the_field(office: Office) -> None:
    account = office.save()

    with office.counting() as calls:
        office.run(account)

    (customer,) = office.netsuite.customers()
    assert (customer["id"], customer[FIELD]) == (office.customer(account), account)
    assert customer.get("externalId") is None
    assert [call for call in calls if call != "suiteql"] == ["customer.post"]
    assert lasts(office) - 60 < remembered(office, account) <= lasts(office)


def test_one_that_bears_it_is_found_and_keeps_its_external_id(office: Office) -> None:
    account = office.save()
    planted = office.netsuite.plant(
        {"companyName": "Old", "externalId": "billing-7", FIELD: account}
    )

    office.run(account)

    customer = office.netsuite.customer(planted)
    assert office.customer(account) == planted
    assert (customer["companyName"], customer["externalId"]) == ("Acme", "billing-7")
    assert f"found by {FIELD}" in office.why(account)


def test_several_that_bear_it_are_a_letter(office: Office) -> None:
    account = office.save()
    for name in ("One", "Two"):
        office.netsuite.plant({"companyName": name, FIELD: account})

    letter = office.letter(account)

    assert f"2 Customers bear the {FIELD} {account}" in str(letter)


def test_a_post_whose_answer_is_lost_is_found_and_not_repeated(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(call="customer.post", drop="after", times=1)
    held = office.held(account)

    with pytest.raises(NoAnswer) as failed:
        office.write(held)
    verdict = office.write(office.retried(held, failed.value))

    assert (verdict, len(office.netsuite.customers())) == ("synced", 1)
    assert office.netsuite.count(call="customer.post") == 1


def test_while_a_post_may_land_only_look_ups_are_made(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(call="customer.post", drop="before", times=1)
    held = office.held(account)
    with pytest.raises(NoAnswer) as failed:
        office.write(held)
    held = office.retried(held, failed.value)

    with office.counting() as calls, pytest.raises(PostUnanswered) as waits:
        office.write(held)

    assert set(calls) == {"suiteql"}
    assert not waits.value.counts
    assert 900 < remembered(office, account) <= 930


def test_once_netsuite_must_have_ended_it_a_look_up_decides(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(call="customer.post", drop="before", times=1)
    held = office.held(account)
    with pytest.raises(NoAnswer) as failed:
        office.write(held)
    office.scene.redis.delete(f"cw:netsuite:posted:{account}")  # its time is over

    verdict = office.write(office.retried(held, failed.value))

    assert (verdict, len(office.netsuite.customers())) == ("synced", 1)


def test_a_worker_that_was_killed_in_a_post_is_remembered(office: Office) -> None:
    account = office.save()
    office.scene.redis.set(f"cw:netsuite:posted:{account}", "1", ex=900)

    with pytest.raises(PostUnanswered):
        office.run(account)

    assert office.netsuite.customers() == []


@pytest.mark.parametrize(
    ("fault", "error", "in_doubt"),
    [
        ({"status": 400, "code": "USER_ERROR", "message": "No."}, RecordRejected, False),
        ({"status": 504, "body": "<html>Gateway</html>"}, ServiceUnavailable, True),
    ],
)
def test_an_answer_ends_the_doubt_unless_a_gateway_gave_it(
    office: Office, fault: dict[str, object], error: type[Exception], in_doubt: bool
) -> None:
    account = office.save()
    office.netsuite.fault(call="customer.post", times=1, **fault)

    with pytest.raises(error):
        office.run(account)

    assert (remembered(office, account) > 0) == in_doubt


def test_a_post_is_remembered_for_as_long_as_it_may_take_to_leave(redis: Redis) -> None:
    posts = Posts(redis, 270)

    with posts.one("A"):
        ttl = int(str(redis.ttl("cw:netsuite:posted:A")))

    assert 1190 < ttl <= 1200


def test_a_post_whose_customer_is_not_to_be_seen_yet_is_not_repeated(office: Office) -> None:
    account = office.save()
    office.netsuite.switch(suiteql_lag_seconds=3600)
    office.netsuite.fault(call="customer.post", status=204, times=1)
    held = office.held(account)
    with pytest.raises(ServiceUnavailable, match="does not show it yet") as failed:
        office.write(held)

    with pytest.raises(PostUnanswered):
        office.write(office.retried(held, failed.value))

    assert office.netsuite.count(call="customer.post") == 1


def test_a_worker_that_was_killed_after_a_post_is_remembered(office: Office) -> None:
    account = office.save()
    office.netsuite.switch(suiteql_lag_seconds=3600)
    body: dict[str, object] = {"isPerson": False, "companyName": "Acme", FIELD: account}
    office.services.customers.create(account, body | {"subsidiary": {"id": "1"}})

    with pytest.raises(PostUnanswered):
        office.run(account)

    assert len(office.netsuite.customers()) == 1


def test_a_posted_customer_brings_its_addresses_along(office: Office) -> None:
    account = office.save(BillingStreet="1 Main Street", BillingCity="Lawrence")

    office.run(account)

    (customer,) = office.netsuite.customers()
    body = json.loads(office.netsuite.requests(call="customer.post")[0]["body"])
    assert len(customer["addressBook"]["items"]) == 1
    assert "externalId" not in body
