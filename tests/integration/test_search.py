"""Accounts are found by id, by Customer and by name."""

import pytest

from app.admin.search import Findings, live_names, search, search_by_name
from tests.integration.office import Office

ABSENT = "001000000000001AAA"


def found(office: Office, text: str) -> Findings:
    return search(office.services, text)


def ids(findings: Findings) -> list[str]:
    return [one.account for one in findings.accounts]


@pytest.mark.parametrize("length", [15, 18])
def test_an_account_is_found_by_its_id(office: Office, length: int) -> None:
    account = office.save()
    office.run(account)

    findings = found(office, account[:length])

    (one,) = findings.accounts
    assert (one.account, one.name, one.state) == (account, "Acme", "synced")
    assert one.customer == office.customer(account)
    assert findings.note is None


def test_an_account_is_found_by_its_customer(office: Office) -> None:
    account = office.save()
    office.run(account)

    findings = found(office, office.customer(account))

    assert ids(findings) == [account]


def test_a_number_that_is_no_customer_is_part_of_a_name(office: Office) -> None:
    account = office.save("Studio 54")

    findings = found(office, "54")

    assert ids(findings) == [account]


@pytest.mark.parametrize("text", ["50%", "_off", "'quoted'", "\\", "ACME"])
def test_an_account_is_found_by_part_of_its_name(office: Office, text: str) -> None:
    account = office.save("Acme 50%_off 'quoted' \\")
    office.save("Other 50 off quoted")

    findings = found(office, text)

    assert ids(findings) == [account]
    assert findings.accounts[0].state == "none"


def test_those_that_the_ledger_knows_come_first(office: Office) -> None:
    office.save("Acme 1")
    known = office.save("Acme 2")
    office.run(known)

    findings = found(office, "Acme")

    assert ids(findings)[0] == known
    assert len(findings.accounts) == 2


def test_a_search_that_was_cut_says_so(office: Office) -> None:
    for number in range(3):
        office.save(f"Acme {number}")

    named, note = search_by_name(office.services, "Acme", most=2)

    assert list(named.values()) == ["Acme 0", "Acme 1"]
    assert "More than 2 Accounts have such a name" in str(note)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (ABSENT, f"Salesforce knows no Account {ABSENT}"),
        ("001000000000001AAB", "its last three characters do not fit"),
    ],
)
def test_an_id_that_leads_nowhere_is_told(office: Office, text: str, note: str) -> None:
    findings = found(office, text)

    assert note in str(findings.note)


def test_without_salesforce_the_ledger_still_answers(office: Office) -> None:
    account = office.save()
    office.run(account)
    office.scene.people.fault(call="queryAll", status=503, times=None)

    by_id, by_name = found(office, account), found(office, "Acme")
    names, note = live_names(office.services, [account])

    assert (by_id.accounts[0].state, by_id.accounts[0].name) == ("synced", None)
    assert "Names cannot be shown: Salesforce is not available." in str(by_id.note)
    assert (by_name.accounts, names) == ([], {})
    assert "Names cannot be looked for" in str(by_name.note)
    assert note == by_id.note


def test_nothing_is_asked_for_nothing(office: Office) -> None:
    assert found(office, "") == Findings([])
