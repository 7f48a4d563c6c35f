"""Which Accounts become Customers, and how they stay in step."""

import json
import uuid

from tests.e2e.system import System
from tests.eventually import eventually


def test_a_created_and_an_updated_account_are_evaluated_by_themselves(system: System) -> None:
    name = system.name()

    account = system.account(name)
    system.reaches(account, "skipped")
    with system.another_run(account):
        system.salesforce.update("Account", account, {"Phone": "(512) 757-6000"})

    assert [line.what for line in system.settles(account)] == ["skipped", "skipped"]


def test_without_a_closed_won_nothing_is_created_and_why_says_so(system: System) -> None:
    name = system.name()
    account = system.account(name)

    with system.another_run(account):
        system.opportunity(account, "Prospecting")

    assert system.customers(name) == []
    assert "no Opportunity meets IsWon = true" in system.why(account)


def test_one_closed_won_is_enough_and_creates_exactly_one_customer(system: System) -> None:
    name = system.name()

    account = system.account(name, won=True)
    for stage in ("Prospecting", "Closed Won", "Closed Lost"):
        system.opportunity(account, stage)
    system.reaches(account, "synced")

    customer = system.customer(name)
    assert customer["externalId"] == f"SF-{account}"
    assert system.journal.row(account).customer == customer["id"]


def test_a_customer_of_that_name_is_updated_and_none_created(system: System) -> None:
    name = system.name("O'Brien & Söhne")
    planted = system.netsuite.plant({"companyName": name.upper(), "phone": "5550001111"})

    account = system.account(name, won=True, Phone="(336) 222-7000")
    system.reaches(account, "synced")

    customer = system.customer(name)
    assert system.customers(name.upper()) == []
    assert customer["id"] == planted
    assert customer["externalId"] == f"SF-{account}"
    assert customer["phone"] == "(336) 222-7000"
    assert "found by name" in system.why(account)


def test_two_customers_of_that_name_leave_a_letter_with_the_candidates(system: System) -> None:
    name = system.name()
    planted = [system.netsuite.plant({"companyName": name}) for _ in range(2)]

    account = system.account(name, won=True)
    system.reaches(account, "dead")

    letter = system.json("dead-letters", "show", account)
    assert letter["cause"] == "AmbiguousMatch"
    assert all(f"Customer {customer}" in letter["words"] for customer in planted)
    assert [c.get("externalId") for c in system.customers(name)] == [None, None]


def test_once_linked_every_update_flows_whatever_becomes_of_the_deal(system: System) -> None:
    name = system.name()
    account = system.account(name)
    deal = system.win(account)
    system.reaches(account, "synced")

    system.salesforce.update("Opportunity", deal, {"StageName": "Negotiation/Review"})
    system.salesforce.update("Account", account, {"Phone": "(512) 757-6001"})
    eventually(lambda: system.customer(name).get("phone") == "(512) 757-6001", "the first change")
    system.salesforce.delete("Opportunity", deal)
    system.salesforce.update("Account", account, {"Phone": None, "Fax": "(512) 757-9002"})

    eventually(lambda: system.customer(name).get("fax") == "(512) 757-9002", "the second change")
    assert system.customer(name).get("phone") is None


def test_an_opportunity_makes_an_old_account_a_customer(system: System) -> None:
    name = system.name()
    account = system.account(name)
    deal = system.opportunity(account, "Prospecting")
    eventually(lambda: len(system.settles(account)) >= 1 and system.at_rest(account))

    system.salesforce.update("Opportunity", deal, {"StageName": "Closed Won"})

    assert system.customer(name)["externalId"] == f"SF-{account}"


def test_the_same_event_twice_or_out_of_order_leaves_the_newest_state(system: System) -> None:
    name = system.name()
    account = system.account(name, won=True)
    system.reaches(account, "synced")
    old = {
        "transaction_key": str(uuid.uuid4()),
        "commit_number": 1,
        "commit_timestamp": 1_700_000_000_000,
        "changed_fields": ["Fax"],
        "body": {"Fax": "(512) 757-9000"},
    }

    for number in range(8):
        system.salesforce.update("Account", account, {"Fax": f"(512) 757-900{number}"})
    for change in ("UPDATE", "UPDATE", "CREATE"):
        last = system.salesforce.inject_event("Account", change, [account], **old)
    eventually(lambda: system.heard(last), "the old events to be heard")
    eventually(lambda: system.at_rest(account), "the account to come to rest")

    assert system.customer(name)["fax"] == "(512) 757-9007"
    writes = system.netsuite.requests(call="customer.p*", contains=f"SF-{account}")
    faxes = [json.loads(write["body"]).get("fax") or "" for write in writes]
    assert faxes == sorted(faxes)
    assert len(system.netsuite.customers(external_id=f"SF-{account}")) == 1


def test_an_account_deleted_in_salesforce_keeps_its_customer(system: System) -> None:
    name = system.name()
    account = system.account(name, won=True)
    system.reaches(account, "synced")

    with system.another_run(account):
        system.salesforce.delete("Account", account)

    customer = system.customer(name)
    assert system.state(account) == "skipped"
    assert f"deleted in Salesforce; Customer {customer['id']} is left as it is" in system.why(
        account
    )


def test_values_and_addresses_arrive_and_alterations_are_told(system: System) -> None:
    name = system.name()

    account = system.account(
        name,
        won=True,
        Website="www.expressl&t.net",
        Phone="123",
        AccountNumber="CC947211",
        BillingStreet="620 SW 5th Avenue Suite 400\nPortland, Oregon 97204\nUnited States",
        BillingCity="Portland",
        BillingCountry="United States",
        ShippingStreet="Somewhere",
        ShippingCountry="Atlantis",
        CurrencyIsoCode="EUR",
    )
    system.reaches(account, "synced")
    system.salesforce.update("Account", account, {"BillingCity": "Salem"})

    def salem() -> bool:
        items = system.customer(name)["addressBook"]["items"]
        return [i["addressBookAddress"]["city"] for i in items] == ["Salem"]

    eventually(salem, "one address line, changed")
    customer = system.customer(name)
    address = customer["addressBook"]["items"][0]["addressBookAddress"]
    assert address["addr1"] == "620 SW 5th Avenue Suite 400"
    assert address["country"]["id"] == "US"
    assert customer["currency"]["refName"] == "Euro"
    assert customer.get("url") is None
    said = system.why(account)
    for words in ("Website: left out", "Phone: left out", "Atlantis"):
        assert words in said.replace("\n", " ")
