"""The Customer's id in its Account: when it is written, and what becomes of a refusal. Stages in
process, over both simulators and a real Redis.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.errors import AuthenticationFailed, RecordLocked, RecordRejected, ServiceUnavailable
from app.models import Account
from app.services import Services
from app.stages.hierarchy import Parent
from app.stages.write_back import WriteBack
from app.terms import Held, Order
from tests.integration.ledger_desk import Desk
from tests.integration.listening import Scene
from workers.stage import read

FIELD = "NetSuite_Id__c"
ALONE = Parent("none")


class Office:
    """Services with the field's name in the settings, and a desk at the same ledger."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.desk = Desk(scene.redis)
        self.desk.nudges = scene.nudges  # what either of them publishes
        self.services: Services = scene.services(salesforce_customer_field=FIELD)

    def read(self, account: str) -> Account:
        found = self.services.accounts.read(account)
        assert found
        return found

    def run(self, account: str, *, force: bool = False) -> str:
        """The last stage of a run of the account."""
        self.desk.ledger.open([Order(account, "changed", force=force)])
        held = self.desk.take(account, "upsert")
        found = read(held, self.services)
        assert found
        return self.services.upsert.run(held, found, ALONE)

    def refuse(self, **fault: Any) -> None:
        self.scene.simulator.fault("sobject.patch", **fault)

    def written(self) -> list[dict[str, Any]]:
        """What was saved in Accounts by us: a body for each call."""
        log = self.scene.simulator.get("requests", call="sobject.patch")["requests"]
        return [json.loads(request["body"]) for request in log]


@pytest.fixture
def office(scene: Scene) -> Iterator[Office]:
    made = Office(scene)
    yield made
    made.services.salesforce.close()
    made.services.netsuite.close()
    made.services.redis.close()


def test_a_new_customers_id_is_written_once_and_nothing_follows(office: Office) -> None:
    account = office.scene.save_account("New Customer")

    first, second, third = (office.run(account) for _ in range(3))

    customer = office.desk.row(account)["customer"]
    assert (first, second, third) == ("synced", "unchanged", "unchanged")
    assert office.written() == [{FIELD: customer}]
    assert office.read(account).fields[FIELD] == customer
    assert office.scene.redis.exists("cw:write_back") == 0


@pytest.mark.parametrize("kept", [None, "0001001", "9999"])
def test_an_id_that_salesforce_does_not_keep_is_written_once(
    office: Office, caplog: pytest.LogCaptureFixture, kept: str | None
) -> None:
    one, two = (office.scene.save_account(f"Altered {uuid.uuid4().hex}") for _ in range(2))
    for account in (one, two):
        office.run(account)
        office.scene.people.update("Account", account, {FIELD: kept, "Phone": "555-0100"})
    before = len(office.written())

    verdicts = [office.run(account) for account in (one, two, one)]

    assert verdicts == ["synced", "synced", "unchanged"]
    assert office.written()[before:] == []
    assert [office.read(account).fields[FIELD] for account in (one, two)] == [kept, kept]
    assert caplog.text.count("does not keep the Customer's id") == 1


def test_an_id_that_a_later_run_has_written_is_not_written_again_either(office: Office) -> None:
    account = office.scene.save_account("Altered later")
    office.refuse(status=503, times=1)
    office.run(account)
    office.run(account)
    office.scene.people.update("Account", account, {FIELD: None})
    before = len(office.written())

    verdict = office.run(account)

    assert (verdict, office.written()[before:]) == ("unchanged", [])


def test_another_customers_id_is_written_whatever_became_of_the_last(office: Office) -> None:
    account = office.scene.save_account("Linked anew")
    office.run(account)
    office.scene.people.update("Account", account, {FIELD: None})
    customer, before = office.desk.row(account)["customer"], len(office.written())
    office.scene.redis.hset(f"cw:row:{account}", "named", "9999")

    office.run(account)

    assert office.written()[before:] == [{FIELD: customer}]


def test_a_linked_account_that_lost_the_id_gets_it_again_by_force(office: Office) -> None:
    account = office.scene.save_account("Emptied")
    office.run(account)
    office.scene.people.update("Account", account, {FIELD: None, "Phone": "555-0100"})
    before = len(office.written())

    verdict = office.run(account, force=True)

    customer = office.desk.row(account)["customer"]
    assert (verdict, office.written()[before:]) == ("synced", [{FIELD: customer}])


def test_what_only_lacks_the_id_costs_no_call_to_netsuite(office: Office) -> None:
    account = office.scene.save_account("Quiet")
    office.run(account)
    office.scene.people.update("Account", account, {FIELD: "9999"})
    customer, before = office.desk.row(account)["customer"], len(office.written())

    verdict = office.run(account, force=True)

    assert verdict == "unchanged"
    assert office.written()[before:] == [{FIELD: customer}]


def test_a_field_that_says_so_already_is_not_written(office: Office) -> None:
    account = office.scene.save_account("Known")
    office.run(account)
    found = office.read(account)

    back = office.services.upsert.write_back

    customer = office.desk.row(account)["customer"]
    new = Held(account, "upsert", "")
    assert not back.is_due(new, found, customer)
    assert back.before(new, found, customer) is found
    for value in (float(customer), int(customer), f" {customer} "):
        assert not back.is_due(new, replace(found, fields={FIELD.lower(): value}), customer)
    for other in (None, "", "9999", float(customer) + 0.5, True):
        assert back.is_due(new, replace(found, fields={FIELD: other}), customer)


def test_an_id_that_was_written_after_the_account_was_read_is_not_missed(office: Office) -> None:
    account = office.scene.save_account("Overtaken")
    office.run(account)
    customer = office.desk.row(account)["customer"]
    office.scene.people.update("Account", account, {FIELD: None})
    read(office.desk.open_and_take(account, "qualification"), office.services)
    office.scene.people.update("Account", account, {FIELD: customer})
    token = office.desk.row(account)["token"]

    held = Held(account, "upsert", token, customer=customer, named=customer)
    found = read(held, office.services)

    assert found
    assert found.fields[FIELD] == customer


def test_without_a_field_nothing_is_read_or_written(office: Office) -> None:
    services = office.scene.services()
    account = office.scene.save_account("Off by default")
    held = office.desk.open_and_take(account, "upsert")
    found = read(held, services)

    assert found
    assert services.upsert.run(held, found, ALONE) == "synced"

    assert FIELD not in services.accounts.fields
    assert office.written() == []
    services.salesforce.close()
    services.netsuite.close()
    services.redis.close()


def test_a_failure_after_the_run_opens_the_account_again(office: Office) -> None:
    account = office.scene.save_account("Later")
    office.refuse(status=503, times=1)

    verdict = office.run(account)

    row = office.desk.row(account)
    assert verdict == "synced"
    assert (row["state"], row["stage"], bool(row["customer"])) == ("queued", "ingest", True)
    assert f"is not yet named in {FIELD}" in row["reason"]
    assert office.scene.redis.exists("cw:write_back") == 0


def test_the_run_that_follows_a_failure_writes_the_id_and_nothing_else(office: Office) -> None:
    account = office.scene.save_account("Healed")
    office.refuse(status=503, times=1)
    office.run(account)
    written = office.desk.row(account)["written"]

    held = office.desk.take(account, "upsert")
    found = read(held, office.services)
    assert found
    verdict = office.services.upsert.run(held, found, ALONE)

    row = office.desk.row(account)
    assert (verdict, row["written"]) == ("unchanged", written)
    assert office.written()[-1] == {FIELD: row["customer"]}
    assert office.read(account).fields[FIELD] == row["customer"]


def linked(office: Office) -> tuple[Held, Account]:
    """A holder of a linked Account whose field is empty, before its run begins."""
    account = office.scene.save_account(f"Linked {uuid.uuid4().hex}")
    office.refuse(status=503, times=1)
    office.run(account)
    held = office.desk.take(account, "upsert")
    found = read(held, office.services)
    assert found
    return held, found


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 503}, ServiceUnavailable),
        ({"status": 400, "code": "UNABLE_TO_LOCK_ROW"}, RecordLocked),
        ({"status": 400, "code": "INSUFFICIENT_ACCESS_OR_READONLY"}, RecordRejected),
        ({"status": 400, "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}, RecordRejected),
        ({"status": 401, "code": "INVALID_SESSION_ID", "times": 9}, AuthenticationFailed),
        ({"drop": "after"}, ServiceUnavailable),
    ],
)
def test_a_linked_accounts_run_fails_as_the_error_table_says(
    office: Office, fault: dict[str, Any], error: type[Exception]
) -> None:
    held, account = linked(office)
    office.refuse(**fault)

    with pytest.raises(error) as refused:
        office.services.upsert.run(held, account, ALONE)

    assert type(refused.value) is error
    assert office.desk.row(account.id)["state"] == "running"


def test_a_refusal_says_where_and_what_to_do(office: Office) -> None:
    held, account = linked(office)
    words = "insufficient access rights on object id"
    office.refuse(status=400, code="INSUFFICIENT_ACCESS_OR_READONLY", message=words)

    with pytest.raises(RecordRejected) as refused:
        office.services.upsert.run(held, account, ALONE)

    assert f"Customer {held.customer} is linked, but its id cannot be written to {FIELD}" in str(
        refused.value
    )
    assert "let it edit the object and the field. Mend it and requeue" in str(refused.value)
    assert refused.value.service_words == f"400 INSUFFICIENT_ACCESS_OR_READONLY {words}"
    assert refused.value.service == "salesforce"


def test_an_account_that_is_deleted_meanwhile_is_skipped_by_its_next_run(office: Office) -> None:
    held, account = linked(office)
    office.scene.people.delete("Account", account.id)
    back: WriteBack = office.services.upsert.write_back

    back.after(account, held.customer or "")

    assert office.desk.row(account.id)["again"] == "change"
    deleted = office.read(account.id)
    assert deleted.is_deleted
    assert deleted.fields[FIELD] is None
