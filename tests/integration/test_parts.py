"""What stands in NetSuite is not sent again, part by part; what is in doubt is."""

import json
from typing import Any

import pytest

from app.errors import NoAnswer, ServiceUnavailable
from app.terms import Order
from tests.integration.office import Office

ADDRESS = {"BillingStreet": "1 Main Street", "BillingCity": "Lawrence"}


def sent(office: Office) -> dict[str, Any]:
    """The body of the newest update."""
    found: dict[str, Any] = json.loads(office.netsuite.requests(call="customer.patch")[-1]["body"])
    return found


def test_the_same_payload_again_makes_no_call(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.run(account)

    with office.counting() as calls:
        verdict = office.run(account)

    assert (verdict, calls) == ("unchanged", [])


def test_a_change_beside_the_addresses_looks_no_address_up(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.run(account)
    office.edit(account, Fax="(512) 757-9000")

    with office.counting() as calls:
        office.run(account)

    assert calls == ["customer.patch"]
    assert "addressBook" not in sent(office)
    assert sent(office)["fax"] == "(512) 757-9000"


def test_a_changed_address_is_sent_alone_and_with_its_line(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.run(account)
    office.queries_catch_up()
    office.edit(account, BillingCity="Salem")

    with office.counting() as calls:
        office.run(account)

    (item,) = sent(office)["addressBook"]["items"]
    assert calls == ["suiteql", "customer.patch"]
    assert list(sent(office)) == ["addressBook"]
    assert item["id"]
    (line,) = office.netsuite.customer(office.customer(account))["addressBook"]["items"]
    assert line["addressBookAddress"]["city"] == "Salem"


def test_after_a_failure_everything_is_sent_again(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.run(account)
    office.edit(account, Fax="(512) 757-9000")
    office.netsuite.fault(call="customer.patch", status=503, times=1)
    held = office.held(account)

    with pytest.raises(ServiceUnavailable) as failed:
        office.write(held)
    office.write(office.retried(held, failed.value))

    assert {"addressBook", "fax"} <= set(sent(office))


def test_what_was_doubted_after_the_claim_is_sent_again(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.run(account)
    office.edit(account, Fax="(512) 757-9000")
    held = office.held(account)
    office.desk.ledger.open([Order(account, "second look", rewrite=True)])

    office.write(held)

    assert {"addressBook", "fax"} <= set(sent(office))


def test_another_customer_gets_everything(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.run(account)
    office.netsuite.remove(office.customer(account))
    other = office.netsuite.plant({"companyName": "Acme"})
    office.edit(account, Fax="(512) 757-9000")

    office.run(account)

    assert office.customer(account) == other
    assert {"addressBook", "fax", "externalId"} <= set(sent(office))


def test_a_create_that_went_unanswered_leaves_one_address(office: Office) -> None:
    account = office.save(**ADDRESS)
    office.netsuite.fault(call="customer.put", drop="after", times=1)
    held = office.held(account)

    with pytest.raises(NoAnswer) as failed:
        office.write(held)
    verdict = office.write(office.retried(held, failed.value))

    (customer,) = office.netsuite.customers()
    assert verdict == "synced"
    assert len(customer["addressBook"]["items"]) == 1


def test_a_create_whose_location_names_no_internal_id_is_looked_up(office: Office) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Acme", "externalId": f"SF-{account}"})
    location = {"Location": f"/services/rest/record/v1/customer/eid:SF-{account}"}
    office.netsuite.fault(call="customer.put", status=204, headers=location, times=1)

    created = office.services.customers.create(f"SF-{account}", {"companyName": "Acme"})

    assert created == customer
