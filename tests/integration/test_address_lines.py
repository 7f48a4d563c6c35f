"""Our address lines stand once, and finance's stay, however late queries show a write."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from app.errors import AuthenticationFailed, NoAnswer, RecordLocked, RecordNotFound
from app.models import AddressLine
from tests.integration.office import Office

ADDRESS = {"BillingStreet": "1 Main Street", "BillingCity": "Lawrence"}
CUSTOMER = "/services/rest/record/v1/customer"
LOCKED = {
    "status": 400,
    "code": "USER_ERROR",
    "message": "This record is locked by a user defined workflow.",
}


@pytest.fixture
def late(office: Office) -> Office:
    """Queries show every write 20 s late."""
    office.netsuite.switch(suiteql_lag_seconds=20)
    return office


def lines(office: Office) -> list[dict[str, Any]]:
    """The address book of the one Customer."""
    (customer,) = office.netsuite.customers()
    found: list[dict[str, Any]] = customer["addressBook"]["items"]
    return found


def cities(office: Office) -> list[str]:
    return [line["addressBookAddress"]["city"] for line in lines(office)]


def bodies(office: Office, call: str) -> list[dict[str, Any]]:
    return [json.loads(request["body"]) for request in office.netsuite.requests(call=call)]


def run_unanswered(office: Office, account: str, call: str, drop: str) -> None:
    """The write's answer is lost, and the next run succeeds."""
    office.netsuite.fault(call=call, drop=drop, times=1)
    held = office.held(account)
    with pytest.raises(NoAnswer) as failed:
        office.write(held)
    assert office.write(office.retried(held, failed.value)) == "synced"


def land(office: Office, number: int) -> None:
    """NetSuite carries a create of ours out that it has not answered."""
    sent = office.netsuite.requests(call="customer.put")[number]
    path = quote(sent["path"]) + (f"?{sent['query']}" if sent["query"] else "")
    office.services.netsuite.write("PUT", path, json.loads(sent["body"]))


def enter_by_hand(office: Office, customer: str, label: str) -> None:
    """A line of finance's."""
    body: dict[str, object] = {"addressBook": {"items": [{"label": label}]}}
    office.services.netsuite.write("PATCH", f"{CUSTOMER}/{customer}", body)


def test_a_line_that_was_created_a_moment_ago_is_changed(late: Office) -> None:
    account = late.save(**ADDRESS)
    late.run(account)
    late.edit(account, BillingCity="Salem")

    late.run(account)

    assert cities(late) == ["Salem"]


def test_a_line_that_an_update_brought_a_moment_ago_is_changed(late: Office) -> None:
    account = late.save()
    late.run(account)
    late.edit(account, **ADDRESS)
    late.run(account)
    late.edit(account, BillingCity="Salem")

    late.run(account)

    assert cities(late) == ["Salem"]


@pytest.mark.parametrize("drop", ["after", "before"])
def test_a_first_address_that_went_unanswered_is_not_added_again(late: Office, drop: str) -> None:
    account = late.save()
    late.run(account)
    late.edit(account, **ADDRESS)

    run_unanswered(late, account, "customer.patch", drop)

    assert cities(late) == ["Lawrence"]


def test_who_has_lost_the_account_while_waiting_adds_no_line(
    late: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = late.save()
    late.run(account)
    late.edit(account, **ADDRESS)
    held, customers = late.held(account), late.services.customers
    look = customers.address_lines

    def overtaken(customer: str, *, doubtful: bool) -> list[AddressLine]:
        found = look(customer, doubtful=doubtful)
        monkeypatch.undo()
        assert late.write(late.retried(held, RecordLocked("busy"))) == "synced"
        return found

    monkeypatch.setattr(customers, "address_lines", overtaken)
    with pytest.raises(RecordLocked):
        late.write(held)

    assert cities(late) == ["Lawrence"]


@pytest.mark.parametrize("drop", ["after", "before"])
def test_a_create_that_went_unanswered_is_repeated_without_addresses(
    late: Office, drop: str
) -> None:
    account = late.save(**ADDRESS)

    run_unanswered(late, account, "customer.put", drop)

    first, second = bodies(late, "customer.put")
    assert ("addressBook" in first, "addressBook" in second) == (True, False)
    assert cities(late) == ["Lawrence"]


def test_a_create_that_lands_after_its_repetition_doubles_no_line(late: Office) -> None:
    account = late.save(**ADDRESS)
    run_unanswered(late, account, "customer.put", "before")

    land(late, 0)

    assert cities(late) == ["Lawrence"]


def test_what_finance_entered_before_a_create_was_repeated_stays(late: Office) -> None:
    account = late.save(**ADDRESS)
    late.netsuite.fault(call="customer.put", drop="after", times=1)
    held = late.held(account)
    with pytest.raises(NoAnswer) as failed:
        late.write(held)
    (customer,) = late.netsuite.customers()
    enter_by_hand(late, customer["id"], "Warehouse")

    late.write(late.retried(held, failed.value))

    assert {line["label"] for line in lines(late)} == {"Warehouse", "Billing (Salesforce)"}
    assert len(lines(late)) == 2


def test_a_value_that_was_cleared_before_a_create_was_repeated_is_cleared(late: Office) -> None:
    account = late.save(Fax="(512) 757-9000")
    late.netsuite.fault(call="customer.put", drop="after", times=1)
    held = late.held(account)
    with pytest.raises(NoAnswer) as failed:
        late.write(held)
    late.edit(account, Fax=None)

    late.write(late.retried(held, failed.value))

    (customer,) = late.netsuite.customers()
    assert customer.get("fax") is None


def test_once_queries_have_caught_up_they_are_asked(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.run(account)
    customer = office.customer(account)
    lasts = int(office.scene.redis.ttl(f"cw:netsuite:lines:{customer}"))
    office.queries_catch_up()
    office.edit(account, BillingCity="Salem")

    with office.counting() as calls:
        office.run(account)

    assert calls == ["suiteql", "customer.patch"]
    assert 0 < lasts <= 30


def test_a_customer_that_was_found_costs_no_look_into_the_record(office: Office) -> None:
    office.netsuite.plant({"companyName": "Acme"})
    account = office.save(**ADDRESS)

    with office.counting() as calls:
        office.run(account)

    assert set(calls) == {"suiteql", "customer.patch"}


def test_a_record_that_a_workflow_locks_is_left_to_queries(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.run(account)
    office.edit(account, BillingCity="Salem")
    office.netsuite.fault(call="customer.get", times=1, **LOCKED)

    with office.counting() as calls:
        office.run(account)

    assert calls == ["customer.get", "suiteql", "customer.patch"]
    assert cities(office) == ["Salem"]


@pytest.mark.parametrize(
    ("book", "asked_on"),
    [
        ({"items": [{"internalId": "7", "label": "Billing (Salesforce)"}]}, []),
        ({"items": []}, []),
        ({"links": []}, ["suiteql"]),
        ({"items": [{"label": "Billing (Salesforce)"}]}, ["suiteql"]),
        (None, ["suiteql"]),
    ],
)
def test_a_record_that_does_not_tell_its_lines_is_left_to_queries(
    office: Office, book: object, asked_on: list[str]
) -> None:
    body = json.dumps({"addressBook": book} if book else {})
    office.netsuite.fault(call="customer.get", status=200, body=body)

    with office.counting() as calls:
        found = office.services.customers.address_lines("7", doubtful=True)

    assert calls == ["customer.get", *asked_on]
    assert [line.id for line in found] == (["7"] if "internalId" in body else [])


def test_a_customer_that_is_gone_has_no_lines(office: Office) -> None:
    with pytest.raises(RecordNotFound):
        office.services.customers.address_lines("424242", doubtful=True)


def test_a_refused_login_is_no_lock(office: Office) -> None:
    office.netsuite.switch(refuse_credentials=True)

    with pytest.raises(AuthenticationFailed):
        office.services.customers.address_lines("7", doubtful=True)
