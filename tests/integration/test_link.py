"""`closedwon link`: a person says which Customer is an Account's."""

import pytest

from app.terms import Order
from tests.integration.commands import Command
from tests.integration.office import Office


def refusal(command: Command, *words: str, status: int = 1) -> str:
    done = command.run("link", *words)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stderr


def test_an_ambiguous_name_is_settled(office: Office, command: Command) -> None:
    account = office.save()
    customer, _ = (office.netsuite.plant({"companyName": "Acme"}) for _ in range(2))
    office.letter(account)

    said = command.run("link", account, customer)
    verdict = office.write(office.take_up(account))

    assert f"Account {account} is tied to Customer {customer}, Acme" in said.stdout
    assert (verdict, office.customer(account)) == ("synced", customer)
    assert office.netsuite.customer(customer)["externalId"] == f"SF-{account}"
    assert office.desk.row(account)["state"] == "synced"


def test_a_link_is_told_as_json(office: Office, command: Command) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Other"})

    told = command.json("link", account[:15], customer)

    assert told == {"account": account, "customer": customer, "taken_from": None}
    assert office.desk.row(account)["customer"] == customer


def test_who_tied_it_and_why_is_kept(office: Office, command: Command) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Other"})

    command.json("link", account, customer, "--reason", "finance says so")

    (entry,) = office.services.audit.entries(account=account, what="link").entries
    assert entry.who.endswith("(command)")
    assert (entry.why, entry.before, entry.after) == ("finance says so", "", customer)


def test_a_synced_account_is_moved_to_another_customer_and_written_anew(
    office: Office, command: Command
) -> None:
    account = office.save(Fax="(512) 757-9000")
    office.run(account)
    office.netsuite.edit(office.customer(account), {"externalId": None})
    other = office.netsuite.plant({"companyName": "Acme Ltd"})

    command.json("link", account, other)
    office.write(office.take_up(account))

    assert office.customer(account) == other
    assert office.netsuite.customer(other)["fax"] == "(512) 757-9000"


def test_a_customer_that_netsuite_does_not_show_is_refused(
    office: Office, command: Command
) -> None:
    account = office.save()

    said = refusal(command, account, "424242")

    assert "NetSuite shows no Customer 424242" in said


def test_a_person_is_refused(office: Office, command: Command) -> None:
    account = office.save()
    person = office.netsuite.plant({"isPerson": True, "firstName": "Ann", "lastName": "Acme"})

    said = refusal(command, account, person)

    assert f"Customer {person} is a person" in said


def test_another_id_is_replaced_by_force_only(office: Office, command: Command) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Acme", "externalId": "billing-7"})

    said = refusal(command, account, customer)
    command.json("link", account, customer, "--force")
    office.write(office.take_up(account))

    assert "has the external id billing-7" in said
    assert office.netsuite.customer(customer)["externalId"] == f"SF-{account}"


def test_a_customer_that_is_in_step_with_another_account_is_never_taken(
    office: Office, command: Command
) -> None:
    holder, account = office.save("Holder"), office.save()
    office.run(holder)

    said = refusal(command, account, office.customer(holder), "--force")

    assert f"is linked to Account {holder}: two Accounts would write to it" in said
    assert office.desk.row(account) == {}


def test_a_customer_is_not_taken_from_an_account_that_salesforce_has(
    office: Office, command: Command
) -> None:
    holder, account = office.save("Holder"), office.save()
    office.run(holder)
    office.desk.ledger.skipped(office.desk.open_and_take(holder, "upsert"), "nothing is won")

    said = refusal(command, account, office.customer(holder), "--force")

    assert f"is linked to Account {holder}: two Accounts would write to it" in said
    assert office.desk.row(account) == {}


def test_a_customer_is_taken_from_an_account_that_is_gone_by_force_only(
    office: Office, command: Command
) -> None:
    gone, account = office.save("Gone"), office.save()
    office.run(gone)
    customer = office.customer(gone)
    office.scene.people.merge(account, gone)
    office.desk.ledger.skipped(office.desk.open_and_take(gone, "upsert"), "merged")

    said = refusal(command, account, customer)
    told = command.json("link", account, customer, "--force")
    verdict = office.write(office.take_up(account))

    assert (
        f"is linked to Account {gone}, which is gone from Salesforce: take it over by force" in said
    )
    assert told["taken_from"] == gone
    assert "customer" not in office.desk.row(gone)
    assert (verdict, office.customer(account)) == ("synced", customer)


def test_a_customer_is_not_taken_before_the_flow_has_seen_that_its_account_is_gone(
    office: Office, command: Command
) -> None:
    gone, account = office.save("Gone"), office.save()
    office.run(gone)
    office.scene.people.delete("Account", gone)

    said = refusal(command, account, office.customer(gone), "--force")

    assert f"let the flow see that first (closedwon sync {gone})" in said
    assert office.desk.row(account) == {}


def test_a_customer_that_several_accounts_have_is_taken_from_none(
    office: Office, command: Command
) -> None:
    gone, holder, account = office.save("Gone"), office.save("Holder"), office.save()
    office.run(gone)
    customer = office.customer(gone)
    office.scene.people.delete("Account", gone)
    office.desk.ledger.skipped(office.desk.open_and_take(gone, "upsert"), "deleted in Salesforce")
    office.desk.sync(holder, customer)

    said = refusal(command, account, customer, "--force")

    assert f"is linked to Account {gone} and {holder}" in said
    assert office.desk.row(gone)["customer"] == office.desk.row(holder)["customer"] == customer


def test_a_customer_that_is_just_being_written_for_another_account_is_left_to_it(
    office: Office, command: Command
) -> None:
    other, account = office.save("Other"), office.save()
    customer = office.netsuite.plant({"companyName": "Other"})
    held = office.held(other)
    office.desk.ledger.check(
        held, "digest", parent=None, parent_customer=None, words="", customer=customer
    )

    said = refusal(command, account, customer, "--force")

    assert f"Customer {customer} is just being written for another Account" in said
    assert office.desk.row(account) == {}


def test_another_customer_that_bears_the_accounts_id_comes_first(
    office: Office, command: Command
) -> None:
    account = office.save()
    bearer = office.netsuite.plant({"companyName": "Old", "externalId": f"SF-{account}"})
    customer = office.netsuite.plant({"companyName": "Acme"})

    said = refusal(command, account, customer, "--force")

    assert f"Customer {bearer} bears this Account's id" in said


def test_an_account_under_way_is_left_alone(office: Office, command: Command) -> None:
    account = office.save()
    customer = office.netsuite.plant({"companyName": "Acme"})
    office.desk.ledger.open([Order(account, "changed")])

    said = refusal(command, account, customer)

    assert "is under way" in said
    assert "customer" not in office.desk.row(account)


def test_an_account_that_salesforce_does_not_know_is_refused(
    office: Office, command: Command
) -> None:
    customer = office.netsuite.plant({"companyName": "Acme"})

    said = refusal(command, "001000000000001AAA", customer)

    assert "Salesforce knows no Account" in said


@pytest.mark.parametrize("customer", ["SF-1", "12x", "-1", ""])
def test_what_is_no_internal_id_is_a_matter_of_usage(
    office: Office, command: Command, customer: str
) -> None:
    account = "001000000000001AAA"

    said = refusal(command, account, "--", customer, status=2)

    assert "digits only" in said
