"""`closedwon drift`, over both simulators: what finance changed behind our back is found."""

import csv

from app.drift.comparison import Compared
from app.netsuite.comparing import Difference
from app.terms import Order
from tests.integration.looking import Town, told
from workers.cli.drift import drift_of

BILLING = {
    "BillingStreet": "1 Main St\nSuite 2",
    "BillingCity": "Berlin",
    "BillingPostalCode": "10115",
    "BillingCountry": "Germany",
}

RULES = """
[[mapping.fields]]
account = "Name"
customer = "companyName"
limit = 83
misfit = "reject"
[[mapping.fields]]
account = "Type"
customer = "custentity_type"
limit = 40
when = "create"
[[mapping.fields]]
account = "Rating"
customer = "custentity_rating"
limit = 40
when = "update"
[[mapping.fields]]
account = "NumberOfEmployees"
customer = "custentity_size"
kind = "number"
[[mapping.fields]]
constant = true
customer = "custentity_synced"
kind = "boolean"
[[mapping.fields]]
constant = 2026-01-31
customer = "custentity_since"
kind = "date"
[[mapping.fields]]
constant = "1"
customer = "terms"
kind = "reference"
"""


def differing(town: Town, *, fix: bool = False) -> dict[str, Compared]:
    """A whole comparison → those of which something is to be told, by account."""
    found = drift_of(town.services, fix=fix)
    found.begin(restart=True)
    told: dict[str, Compared] = {}
    while (compared := found.step()) is not None:
        told |= {one.account: one for one in compared if one.verdict != "same"}
    return told


def test_what_was_just_written_has_no_drift(town: Town) -> None:
    parent, _ = town.synced("Parent", Phone="+49 30 1234567", Description="Two\nlines ")
    town.synced("Child", parent, Website="www.example.com", **BILLING)
    town.forget_requests()

    done = town.command.run("drift")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 linked Accounts compared, 0 differ.\n"
    assert town.writes() == []
    assert not town.scene.redis.exists("cw:drift", "cw:drift:found")


def test_what_finance_changed_in_our_fields_is_found_and_told(town: Town) -> None:
    account, customer = town.synced("Acme", Phone="+49 30 1234567", Website="https://acme.test")
    town.finance.edit(customer, {"phone": "+49 30 7654321", "url": None, "email": "a@acme.test"})

    done = town.command.run("drift")
    report = town.command.json("drift", status=1)

    assert done.returncode == 1
    assert [" ".join(line.split()) for line in done.stdout.splitlines()[:3]] == [
        "account Customer field Salesforce NetSuite",
        f"{account} {customer} phone +49 30 1234567 +49 30 7654321",
        f"{account} {customer} url https://acme.test",
    ]
    assert told(report["accounts"])[account]["differences"] == [
        {"field": "phone", "salesforce": "+49 30 1234567", "netsuite": "+49 30 7654321"},
        {"field": "url", "salesforce": "https://acme.test", "netsuite": None},
    ]
    assert report["fields"] == {"phone": 1, "url": 1}


def test_a_part_of_our_address_line_is_compared_and_finances_lines_are_not(town: Town) -> None:
    account, customer = town.synced("Acme", **BILLING)
    [line] = town.finance.customers(name="Acme")[0]["addressBook"]["items"]
    theirs = {"label": "Dock", "addressBookAddress": {"city": "Hamburg"}}
    ours = {"id": line["id"], "addressBookAddress": {"city": "Bonn", "addr3": "Rear"}}
    town.finance.edit(customer, {"addressBook": {"items": [ours, theirs]}})

    found = differing(town)

    label = "addressBook[Billing (Salesforce)]"
    assert found[account].differences == (
        Difference(f"{label}.addr3", None, "Rear"),
        Difference(f"{label}.city", "Berlin", "Bonn"),
    )


def test_a_further_subsidiary_that_was_taken_away_is_missed(town: Town) -> None:
    town.flow('[subsidiaries]\nfurther = ["2"]\n')
    account, _ = town.synced("Acme")
    town.flow('[subsidiaries]\nfurther = ["2", "3"]\n')

    found = differing(town)

    assert found[account].differences == (Difference("subsidiaries", "3", "1, 2"),)


def test_a_customer_that_is_gone_is_a_kind_of_drift(town: Town) -> None:
    account, customer = town.synced("Acme")
    town.finance.remove(customer)

    done = town.command.run("drift")

    assert done.returncode == 1
    assert "not found: gone, or hidden" in done.stdout
    assert differing(town)[account].verdict == "not found"


def test_what_is_not_the_mappings_own_is_no_drift(town: Town) -> None:
    kinds = dict(type="string", rating="string", size="number", synced="boolean", since="date")
    town.finance.switch(custom_fields={f"custentity_{name}": kind for name, kind in kinds.items()})
    town.flow(RULES)
    account, customer = town.synced("Acme", Type="Prospect", Rating="Hot", NumberOfEmployees=50)
    town.finance.edit(customer, {"custentity_type": "Other", "custentity_rating": "Cold"})

    before = differing(town)
    edited = {"size": 51.5, "synced": False, "since": "2026-02-01"}
    town.finance.edit(customer, {f"custentity_{k}": v for k, v in edited.items()} | {"terms": 2})
    after = differing(town)

    assert before == {}
    assert after[account].differences == (
        Difference("custentity_size", "50", "51.5"),
        Difference("custentity_synced", "true", "false"),
        Difference("custentity_since", "2026-01-31", "2026-02-01"),
        Difference("terms", "1", "2"),
    )


def test_a_column_that_cannot_be_queried_is_gone_on_without(town: Town) -> None:
    account, customer = town.synced("Acme", Phone="+49 30 1234567", Fax="+49 30 1234568")
    town.finance.edit(customer, {"phone": "+49 30 7654321", "fax": "+49 30 7654321"})
    town.finance.fault(
        call="suiteql",
        contains="fax",
        status=400,
        code="INVALID_PARAMETER",
        message="Field 'fax' for record 'customer' was not found.",
        times=None,
    )

    done = town.command.run("drift")

    assert f"{account}  {customer}  " in done.stdout
    assert "NetSuite does not let us query, so not compared: fax" in done.stdout
    assert [d.field for d in differing(town)[account].differences] == ["phone"]


def test_fix_opens_those_that_differ_and_their_runs_restore_them(town: Town) -> None:
    account, customer = town.synced("Acme", Phone="+49 30 1234567", **BILLING)
    same, _ = town.synced("Same")
    town.finance.edit(customer, {"phone": None, "addressBook": None})
    town.forget_requests()

    report = town.command.json("drift", "--fix", "--reason", "month's end")

    [entry] = town.services.audit.entries().entries
    assert (entry.what, entry.why) == ("drift", "month's end")
    row = town.scene.row(account)
    label = "addressBook[Billing (Salesforce)]"
    assert (row["state"], row["reason"]) == ("queued", f"drift: phone, {label}")
    assert (report["opened"], town.scene.row(same)["state"]) == (1, "synced")
    assert town.writes() == []
    assert town.run(account) == "synced"
    assert differing(town) == {}


def test_what_is_on_its_way_is_no_drift(town: Town) -> None:
    account, customer = town.synced("Acme", Phone="+49 30 1234567")
    town.finance.edit(customer, {"phone": None})
    town.services.ledger.open([Order(account, "changed")])

    found = differing(town, fix=True)

    assert found[account].verdict == "under way"
    assert town.scene.row(account)["reason"] == "changed"


def test_accounts_that_are_gone_or_do_not_fit_are_told_apart(town: Town) -> None:
    gone, _ = town.synced("Gone")
    unfit, _ = town.synced("Unfit")
    town.scene.people.delete("Account", gone)
    town.scene.people.update("Account", unfit, {"Name": "x" * 84})

    found = differing(town)

    assert found[gone].verdict == "gone"
    assert found[unfit].verdict == "rejected"
    assert "84 characters" in found[unfit].words


def test_a_file_holds_every_difference_and_no_formula(town: Town) -> None:
    account, customer = town.synced("Acme", Phone="+49 30 1234567")
    town.finance.edit(customer, {"phone": "+49 30 7654321"})

    town.command.run("drift", "--csv", "drift.csv")

    with (town.command.directory / "drift.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["account", "Customer", "field", "Salesforce", "NetSuite"],
        [account, customer, "phone", "'+49 30 1234567", "'+49 30 7654321"],
    ]


def test_more_address_lines_than_an_answer_holds_are_read_to_the_end(town: Town) -> None:
    _, first = town.synced("First", **BILLING)
    theirs = [{"label": f"Dock {n}", "addressBookAddress": {"city": "Kiel"}} for n in range(1001)]
    town.finance.edit(first, {"addressBook": {"items": theirs}})
    second, customer = town.synced("Second", **BILLING)
    [line] = town.finance.customers(name="Second")[0]["addressBook"]["items"]
    ours = {"id": line["id"], "addressBookAddress": {"city": "Bonn"}}
    town.finance.edit(customer, {"addressBook": {"items": [ours]}})

    found = differing(town)

    [difference] = found[second].differences
    assert (list(found), difference.theirs) == ([second], "Bonn")
