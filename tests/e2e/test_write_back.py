"""The Customer's id is written back to the Account: once, without a loop, and a refusal is told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.running import THE_SYNC, running
from tests.e2e.system import System
from tests.eventually import eventually

FIELD = "NetSuite_Id__c"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One that writes back."""
    directory = tmp_path_factory.mktemp("writing-back")
    with running(directory, processes=THE_SYNC, SALESFORCE_CUSTOMER_FIELD=FIELD) as started:
        yield started


def prospect(system: System, name: str) -> str:
    """An Account at rest, without a deal: once it is won, one run makes it a Customer."""
    account = system.account(name)
    system.reaches(account, "skipped")
    return account


def named_customer(system: System, account: str) -> str | None:
    """What the Account says of its Customer."""
    [row] = system.salesforce.rows(f"SELECT {FIELD} FROM Account WHERE Id = '{account}'")
    value: str | None = row[FIELD]
    return value


def write_backs(system: System, account: str) -> list[dict[str, Any]]:
    """Bodies of our writes to the Account; a person's have other fields."""
    log = system.salesforce.requests(call="sobject.patch", contains=account)
    bodies = [json.loads(request["body"]) for request in log]
    return [body for body in bodies if body.keys() == {FIELD}]


def writes(system: System, account: str) -> int:
    return len(system.netsuite.requests(call="customer.p*", contains=f"SF-{account}"))


def test_a_created_customers_id_is_written_once_and_nothing_follows(system: System) -> None:
    name = system.name()
    account = prospect(system, name)
    system.win(account)
    customer = system.customer(name)["id"]
    eventually(lambda: named_customer(system, account) == customer, "the id in the Account")
    eventually(lambda: system.at_rest(account))
    created = writes(system, account)

    with system.another_run(account):
        system.salesforce.update("Account", account, {"Phone": "(512) 757-6000"})
    eventually(lambda: system.customer(name).get("phone") == "(512) 757-6000", "the change")

    assert write_backs(system, account) == [{FIELD: customer}]
    assert (created, writes(system, account)) == (1, 2)


def test_our_own_event_ends_even_where_the_listener_does_not_know_it(system: System) -> None:
    name = system.name()
    account = prospect(system, name)
    system.win(account)
    customer = system.customer(name)["id"]
    eventually(lambda: named_customer(system, account) == customer, "the id in the Account")
    eventually(lambda: system.at_rest(account))
    before = writes(system, account)

    with system.another_run(account):
        system.salesforce.inject_event(
            "Account", "UPDATE", [account], changed_fields=[FIELD, "LastModifiedDate"]
        )

    assert system.settles(account)[-1].words.startswith(f"unchanged, Customer {customer}")
    assert (len(write_backs(system, account)), writes(system, account)) == (1, before)


def test_a_customer_that_is_found_is_named_too(system: System) -> None:
    name = system.name()
    planted = system.netsuite.plant({"companyName": name})

    account = system.account(name, won=True)

    eventually(lambda: named_customer(system, account) == planted, "the id in the Account")
    assert write_backs(system, account) == [{FIELD: planted}]


def test_a_failure_that_passes_is_tried_again_by_the_next_run(system: System) -> None:
    name = system.name()
    account = prospect(system, name)
    system.salesforce.fault(call="sobject.patch", contains=account, status=503, times=3)

    system.win(account)

    customer = system.customer(name)["id"]
    eventually(lambda: named_customer(system, account) == customer, "the id in the Account")
    system.reaches(account, "synced")
    assert "dead" not in [line.what for line in system.journal.story(account)]
    assert writes(system, account) == 1


def test_a_refused_write_is_a_letter_while_the_customer_stays_linked(system: System) -> None:
    name = system.name()
    account = prospect(system, name)
    words = "insufficient access rights on object id"
    fault = system.salesforce.fault(
        call="sobject.patch",
        contains=account,
        status=400,
        code="INSUFFICIENT_ACCESS_OR_READONLY",
        message=words,
        times=None,
    )

    system.win(account)
    system.reaches(account, "dead")
    letter = system.json("dead-letters", "show", account)
    customer = system.customer(name)["id"]
    linked = system.journal.row(account).customer
    system.salesforce.forgive(fault)
    system.command("dead-letters", "requeue", account)
    system.reaches(account, "synced")

    assert letter["cause"] == "RecordRejected"
    assert f"Customer {customer} is linked, but its id cannot be written" in letter["words"]
    assert words in letter["service_words"]
    assert linked == customer
    assert named_customer(system, account) == customer
    assert writes(system, account) == 1


def test_a_deleted_account_is_not_written_to(system: System) -> None:
    name = system.name()
    account = prospect(system, name)
    fault = system.salesforce.fault(
        call="sobject.patch",
        contains=account,
        status=400,
        code="FIELD_INTEGRITY_EXCEPTION",
        times=None,
    )
    system.win(account)
    system.reaches(account, "dead")

    system.salesforce.delete("Account", account)
    system.reaches(account, "skipped")
    system.salesforce.forgive(fault)
    tried = len(write_backs(system, account))
    with system.another_run(account):
        system.command("sync", account)

    assert system.state(account) == "skipped"
    assert len(write_backs(system, account)) == tried
    assert system.letters.get(account) is None
