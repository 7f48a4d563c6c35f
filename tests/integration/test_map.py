"""`closedwon map`, over both simulators: what would be sent, beside what NetSuite has."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest

from app.errors import RecordNotFound
from app.fit.picture import Picture, picture_of
from app.netsuite.standings import Standings
from tests.integration.looking import Town, dumped
from workers.cli.fit import survey_of

BILLING = {"BillingStreet": "1 Main St", "BillingCity": "Berlin", "BillingCountry": "Germany"}
LABEL = "addressBook[Billing (Salesforce)]"


def picture(town: Town, account: str) -> Picture:
    services = town.services
    standings = Standings(services.netsuite, services.flow)
    return picture_of(account, survey_of(services), standings, services.lookups)


def by_field(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[str | None, ...]]:
    """Field to what Salesforce has, what would be sent, what NetSuite has, and the change."""
    assert len({row["field"] for row in rows}) == len(rows)
    return {
        row["field"]: (row["salesforce"], row["sent"], row["netsuite"], row["change"])
        for row in rows
    }


def changes(seen: Picture) -> dict[str, tuple[str | None, ...]]:
    return by_field([asdict(row) for row in seen.rows])


def test_a_new_account_would_be_created_with_all_that_is_sent_once(town: Town) -> None:
    parent, above = town.synced("Parent")
    account = town.won("Acme", ParentId=parent, Phone="12", Website="acme.test", **BILLING)
    town.forget_requests()
    before = dumped(town.scene.redis)

    told = town.command.json("map", account)

    fields = by_field(told["fields"])
    assert (told["outcome"], told["decision"]) == ("created", "would create a Customer")
    assert told["parent_handling"] == f"{parent} is Customer {above}"
    assert fields["companyName"] == ("Acme", "Acme", None, "set")
    assert fields["url"] == ("acme.test", "https://acme.test", None, "set")
    assert fields["phone"] == ("12", None, None, "left alone")
    assert fields["parent"] == (parent, above, None, "set")
    assert fields["subsidiary"] == (None, "1", None, "set")
    assert fields[f"{LABEL}.city"] == ("Berlin", "Berlin", None, "set")
    assert fields[f"{LABEL}.country"] == ("Germany", "DE", None, "set")
    assert len(told["alterations"]) == 2
    assert told["qualifies"] is True
    assert town.writes() == []
    assert dumped(town.scene.redis) == before


def test_a_linked_account_shows_what_would_change(town: Town) -> None:
    account, customer = town.synced("Acme", Phone="+49 30 1234567", Fax="+49 30 1234568", **BILLING)
    change = {"Phone": None, "Website": "https://acme.test", "BillingCity": "Bonn"}
    town.scene.people.update("Account", account, change)

    seen = picture(town, account)

    fields = changes(seen)
    assert seen.decision == f"would update Customer {customer} (linked)"
    assert fields["phone"] == (None, None, "+49 30 1234567", "clear")
    assert fields["url"] == ("https://acme.test", "https://acme.test", None, "set")
    assert fields["fax"][-1] == ""
    assert fields[f"{LABEL}.city"] == ("Bonn", "Bonn", "Berlin", "change")
    assert "subsidiary" not in fields


def test_people_read_a_table(town: Town) -> None:
    account, customer = town.synced("Acme", Phone="+49 30 1234567")
    town.scene.people.update("Account", account, {"Phone": "+49 30 7654321"})

    done = town.command.run("map", account)

    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert lines[0] == f"{account} Acme: would update Customer {customer} (linked)"
    assert lines[1] == "Parent: none"
    assert "field from Salesforce would be sent NetSuite has change" in lines
    assert "phone Phone +49 30 7654321 +49 30 7654321 +49 30 1234567 change" in lines


def test_what_stands_there_already_would_change_nothing(town: Town) -> None:
    account, customer = town.synced("Acme", Phone="+49 30 1234567", **BILLING)

    seen = picture(town, account)

    assert seen.decision == f"would change nothing in Customer {customer} (linked)"


def test_an_ambiguous_account_would_be_a_dead_letter(town: Town) -> None:
    account = town.won("Acme")
    for _ in range(2):
        town.finance.plant({"companyName": "ACME"})

    seen = picture(town, account)

    assert seen.decision.startswith("would be a dead letter: 2 Customers have this Account's name")
    assert changes(seen)["companyName"] == ("Acme", "Acme", None, "set")


def test_a_parent_that_is_no_customer_would_come_first(town: Town) -> None:
    parent = town.scene.save_account("Parent")
    account = town.won("Acme", ParentId=parent)

    seen = picture(town, account)

    assert seen.parent == f"{parent} would be created first: none was found"


def test_a_linked_accounts_late_parent_would_be_left_out(town: Town) -> None:
    account, _ = town.synced("Acme")
    parent = town.scene.save_account("Parent")
    town.scene.people.update("Account", account, {"ParentId": parent})

    seen = picture(town, account)

    assert seen.parent.startswith(f"{parent} is no Customer and came late")
    assert "parent" not in changes(seen)


def test_an_account_that_does_not_fit_would_be_a_dead_letter(town: Town) -> None:
    account = town.scene.save_account("x" * 84)

    done = town.command.run("map", account)

    assert done.returncode == 0, done.stderr
    assert "would be a dead letter: Name does not fit NetSuite (84 characters" in done.stdout
    assert "No Opportunity of it meets the criteria" in done.stdout


def test_a_linked_customer_that_is_gone_with_none_in_its_place_is_a_dead_letter(
    town: Town,
) -> None:
    account, customer = town.synced("Acme")
    town.finance.remove(customer)

    seen = picture(town, account)

    assert seen.decision.startswith(f"would be a dead letter: Customer {customer}, to which this")
    assert seen.rows == []


def test_another_customer_may_have_taken_the_place_of_a_linked_one(town: Town) -> None:
    account, customer = town.synced("Acme")
    town.finance.remove(customer)
    other = town.finance.plant({"companyName": "acme"})

    seen = picture(town, account)

    words = f"would update Customer {other} (found by name; {customer}, linked until now, is gone)"
    assert seen.decision == words
    assert changes(seen)["companyName"] == ("Acme", "Acme", "acme", "change")


def test_an_account_that_is_unknown_is_work_that_failed(town: Town) -> None:
    with pytest.raises(RecordNotFound, match="Salesforce knows no such Account"):
        picture(town, "001000000000001AAA")
