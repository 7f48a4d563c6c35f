"""However names are written, and whoever comes at the same moment: one Customer, not two."""

import pytest

from tests.e2e.system import System
from tests.eventually import eventually


@pytest.mark.parametrize(
    ("planted", "saved"),
    [
        ("Weißbier GmbH", "Weißbier GmbH"),
        ("Weißbier AG", "WEIßBIER AG"),
        ("Straße & Söhne", "straße & söhne"),
        ("Two  Spaces", "Two Spaces"),
        ("Three Spaces", "Three   Spaces"),
    ],
)
def test_a_customer_is_found_however_its_name_is_written(
    system: System, planted: str, saved: str
) -> None:
    mark = system.name("")
    customer = system.netsuite.plant({"companyName": planted + mark})

    account = system.account(saved + mark, won=True)
    system.reaches(account, "synced")

    assert system.journal.row(account).customer == customer
    assert "found by name" in system.why(account)
    assert [c["id"] for c in system.netsuite.customers(external_id=f"SF-{account}")] == [customer]


def test_two_accounts_of_one_name_at_one_moment_make_one_customer(system: System) -> None:
    names = [system.name("Twin") for _ in range(20)]

    accounts = system.accounts([name for name in names for _ in range(2)], won=True)
    eventually(
        lambda: {system.state(account) for account in accounts} <= {"synced", "dead"},
        "all twins to come to rest",
        seconds=60,
    )

    pairs = list(zip(accounts[::2], accounts[1::2], strict=True))
    assert [sorted(map(system.state, pair)) for pair in pairs] == [["dead", "synced"]] * 20
    causes = [system.journal.row(account).cause for account in accounts]
    assert [cause for cause in causes if cause] == ["AmbiguousMatch"] * 20
    assert [len(system.customers(name)) for name in names] == [1] * 20


def test_a_renamed_account_of_ours_keeps_one_address_line(syncing_system: System) -> None:
    system = syncing_system
    name, renamed = system.name("Before"), system.name("After")
    account = system.account(name, won=True, BillingStreet="1 Main Street", BillingCity="Lawrence")
    system.reaches(account, "synced")
    created = system.customer(name)["id"]

    with system.another_run(account):
        system.salesforce.update("Account", account, {"Name": renamed, "BillingCity": "Topeka"})

    customer = system.customer(renamed)
    assert customer["id"] == created
    cities = [i["addressBookAddress"]["city"] for i in customer["addressBook"]["items"]]
    assert cities == ["Topeka"]
    assert system.customers(name) == []
