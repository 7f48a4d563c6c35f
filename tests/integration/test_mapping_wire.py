"""What the mapping makes, as NetSuite takes it: every kind, and what repeats do to sublists."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from app.errors import RecordLocked
from app.flow_features import Currencies
from app.flow_mapping import FieldRule
from app.models import Account, Address, Payload
from app.netsuite.mapping import for_create, for_update, map_customer
from app.services import Services
from tests.e2e.clouds import NetSuite
from tests.integration.listening import Scene
from tests.unit.payloads import EMPTY, ID, with_rules

FIELDS = {
    **{"custentity_text": "string", "custentity_flag": "boolean", "custentity_size": "number"},
    **{"custentity_since": "date", "custentity_staff": "integer"},
}
RULES = (
    FieldRule(account="Rating", customer="custentity_text", limit=9, empty="leave"),
    FieldRule(constant=True, customer="custentity_flag", kind="boolean"),
    FieldRule(account="Size__c", customer="custentity_size", kind="number"),
    FieldRule(account="Staff__c", customer="custentity_staff", kind="number"),
    FieldRule(account="Since__c", customer="custentity_since", kind="date"),
    FieldRule(account="Mail__c", customer="email", kind="email", limit=254),
    FieldRule(constant="1", customer="terms", kind="reference", when="create"),
    FieldRule(constant="synced", customer="title", limit=9, when="update"),
)
FLOW = with_rules(*RULES).model_copy(update={"currencies": Currencies(further=("GBP",))})
VALUES = {
    **{"Rating": "Hot", "Size__c": 2.5, "Staff__c": 120.0, "Since__c": "2020-02-29"},
    "Mail__c": "jo@acme.example",
}


class Office:
    """Writes one Account's Customer the way the upsert does."""

    def __init__(self, services: Services, people: NetSuite) -> None:
        self.services, self.people = services, people
        self.customer = ""

    def payload(self, account: Account) -> Payload:
        known = self.services.lookups.currencies()
        return map_customer(account, FLOW, external_id=f"SF-{ID}", parent=None, currencies=known)

    def create(self, account: Account) -> None:
        self.customer = self.services.customers.create(
            f"SF-{ID}", for_create(self.payload(account))
        )

    def update(self, account: Account) -> None:
        lines = self.services.lookups.address_lines(self.customer)
        self.services.customers.update(self.customer, for_update(self.payload(account), lines))

    def found(self) -> dict[str, Any]:
        return self.people.customer(self.customer)


@contextmanager
def opened(scene: Scene, url: str) -> Iterator[Office]:
    scene.flow = FLOW
    services, people = scene.services(), NetSuite(url)
    try:
        yield Office(services, people)
    finally:
        people.close()
        services.close()


@pytest.fixture
def office(scene: Scene, clouds: Mapping[str, str], netsuite: httpx.Client) -> Iterator[Office]:
    netsuite.patch("settings", json={"custom_fields": FIELDS}).raise_for_status()
    with opened(scene, clouds["NETSUITE_BASE_URL"]) as office:
        yield office


def account(street: str = "Quai 1", **values: Any) -> Account:
    address = Address(street=street, city="Paris", country="France")
    fields = {**EMPTY, **VALUES, **values}
    return Account(ID, "Acme", currency="EUR", billing=address, shipping=address, fields=fields)


def test_netsuite_takes_every_kind_on_create_and_update(office: Office) -> None:
    office.create(account())
    created = office.found()

    office.update(account(Size__c=None, Rating=None, Staff__c=7, Since__c=None))

    updated = office.found()
    shown = ("custentity_text", "custentity_flag", "custentity_size", "custentity_staff")
    assert [created.get(name) for name in shown] == ["Hot", True, 2.5, 120]
    assert created["custentity_since"] == "2020-02-29"
    assert created["email"] == "jo@acme.example"
    assert created["terms"]["id"] == "1"
    assert "title" not in created
    assert [updated.get(name) for name in shown] == ["Hot", True, None, 7]
    assert "custentity_since" not in updated
    assert updated["title"] == "synced"


def test_what_may_not_be_sent_any_more_changes_nothing_and_keeps_no_slot(office: Office) -> None:
    office.create(account())
    before = office.found()

    def refuse() -> None:
        raise RecordLocked("It is another's by now.")

    for _ in range(office.services.settings.netsuite_concurrency + 1):
        with pytest.raises(RecordLocked):
            office.services.customers.update(office.customer, {"comments": "late"}, refuse)

    assert office.found() == before


def test_repeats_add_no_address_and_no_currency_and_take_none_away(office: Office) -> None:
    office.create(account())
    finances = {"label": "Head office", "addressBookAddress": {"addr1": "1 Main St"}}
    added = {
        "addressBook": {"items": [finances]},
        "currencyList": {"items": [{"currency": {"id": "1"}}]},
    }
    office.services.customers.update(office.customer, added)
    before = office.found()

    for street in ("Quai 1", "Quai 2", "Quai 2"):
        office.update(account(street))

    after = office.found()
    labels = ["Billing (Salesforce)", "Shipping (Salesforce)", "Head office"]
    lines = {each["label"]: each for each in after["addressBook"]["items"]}
    assert [each["label"] for each in after["addressBook"]["items"]] == labels
    assert lines["Head office"] in before["addressBook"]["items"]
    assert lines["Billing (Salesforce)"]["addressBookAddress"]["addr1"] == "Quai 2"
    assert after["currencyList"] == before["currencyList"]
    assert len(after["currencyList"]["items"]) == 3
