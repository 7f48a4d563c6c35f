"""`closedwon fit`, over both simulators: each outcome is told, and nothing is written."""

import csv
import json
from typing import Any

import pytest

from app.fit.judgement import Judgement
from tests.integration.looking import Town, dumped, told
from workers.cli.fit import survey_of

COLUMNS = ["id", "name", "outcome", "Customer", "reasons"]


def judged(town: Town, *accounts: str) -> dict[str, Judgement]:
    """What is told of these Accounts and the parents they need."""
    survey = survey_of(town.services)
    survey.look(accounts)
    return survey.judged


def mixed(town: Town) -> dict[str, str]:
    """Accounts of every outcome → what each is for, to its id."""
    linked, _ = town.synced("Linked")
    parent = town.scene.save_account("Parent, not won")
    unfit = town.won("x" * 84)
    accounts = {
        "linked": linked,
        "parent": parent,
        "unfit": unfit,
        "new": town.won("New", ParentId=parent, Phone="12"),
        "named": town.won("By name"),
        "taken": town.won("Taken"),
        "blocked": town.won("Blocked", ParentId=unfit),
    }
    town.scene.save_account("Not won")
    town.finance.plant({"companyName": "BY  NAME"})
    town.finance.plant({"companyName": "Taken", "externalId": "OTHER-1"})
    return accounts


def test_each_outcome_is_told_with_its_reason_and_nothing_is_written(town: Town) -> None:
    accounts = mixed(town)
    town.forget_requests()
    before = dumped(town.scene.redis)

    report = town.command.json("fit", "--csv", "fit.csv")

    found = told(report["accounts"])
    assert {what: found[account]["outcome"] for what, account in accounts.items()} == {
        "linked": "linked",
        "parent": "created",
        "unfit": "rejected",
        "new": "created",
        "named": "matched",
        "taken": "ambiguous",
        "blocked": "blocked",
    }
    assert (report["qualify"], report["parents"], report["over"]) == (6, 1, True)
    assert report["alterations"] == {"Phone: left out, fewer than seven digits: …": 1}
    assert "84 characters" in found[accounts["unfit"]]["words"]
    assert accounts["unfit"] in found[accounts["blocked"]]["words"]
    assert rows_of(town) == {account: one["outcome"] for account, one in found.items()}
    assert town.writes() == []
    assert dumped(town.scene.redis) == before


def rows_of(town: Town) -> dict[str, str]:
    """Account to outcome, as the file has it."""
    with (town.command.directory / "fit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    return {row["id"]: row["outcome"] for row in rows}


def test_people_get_totals_and_those_that_need_them(town: Town) -> None:
    accounts = mixed(town)

    done = town.command.run("fit")

    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert lines[1:7] == [
        *("linked 1", "created 2", "matched 1", "ambiguous 1", "rejected 1", "blocked 1")
    ]
    assert any(line.startswith(f"{accounts['taken']} Taken ambiguous") for line in lines)
    assert lines[-1] == (
        "6 Accounts that qualify, 1 parent needed besides, 1 with alterations; nothing was written."
    )


def test_two_of_one_name_would_clash(town: Town) -> None:
    first, second = town.won("Twin"), town.won("TWIN ")

    found = judged(town, first, second)

    assert [found[first].outcome, found[second].outcome] == ["created", "ambiguous"]
    assert f"Account {first} comes first" in found[second].words


def test_two_that_find_the_same_customer_would_clash_too(town: Town) -> None:
    town.finance.plant({"companyName": "Twin"})
    first, second = town.won("Twin"), town.won("Twin")

    found = judged(town, first, second)

    assert [found[first].outcome, found[second].outcome] == ["matched", "ambiguous"]


def test_the_sync_does_as_it_was_told(town: Town) -> None:
    town.finance.plant({"companyName": "Twin"})
    accounts = [town.won("Twin"), town.won("New"), town.won("x" * 84)]

    before = judged(town, *accounts)

    verdicts = {account: town.attempt(account) for account in accounts}
    assert {account: before[account].outcome for account in accounts} == {
        accounts[0]: "matched",
        accounts[1]: "created",
        accounts[2]: "rejected",
    }
    assert list(verdicts.values()) == ["synced", "synced", "RecordRejected"]
    assert town.customer(accounts[0]) == before[accounts[0]].customer


@pytest.mark.parametrize(
    ("fields", "flow", "words"),
    [
        ({"CurrencyIsoCode": "XOF"}, "", "'XOF', which NetSuite does not have"),
        ({"Site": "Mars"}, '[subsidiaries]\nfield = "Site"\n', "names no subsidiary"),
        ({"Site": "77"}, '[subsidiaries]\nfield = "Site"\n', "subsidiary is 77, which NetSuite"),
        ({}, '[subsidiaries]\nfurther = ["6"]\n', "subsidiary is 6, which NetSuite"),
    ],
)
def test_what_netsuite_does_not_have_is_rejected(
    town: Town, fields: dict[str, Any], flow: str, words: str
) -> None:
    town.flow(flow)
    town.scene.simulator.settings(currencies=["USD", "XOF"])
    account = town.won("Acme", **fields)

    found = judged(town, account)

    assert found[account].outcome == "rejected"
    assert words in found[account].words


def test_a_reference_that_is_not_there_is_rejected(town: Town) -> None:
    rule = '[[mapping.fields]]\nconstant = "99"\ncustomer = "terms"\nkind = "reference"\n'
    name = '[[mapping.fields]]\naccount = "Name"\ncustomer = "companyName"\nlimit = 83\n'
    town.flow(name + rule)
    account = town.won("Acme")

    found = judged(town, account)

    assert found[account].outcome == "rejected"
    assert "terms is 99" in found[account].words


def test_an_address_in_an_unknown_country_is_an_alteration(town: Town) -> None:
    account = town.won("Acme", BillingCity="Berlin", BillingCountry="Atlantis")

    found = judged(town, account)

    assert found[account].outcome == "created"
    assert "'Atlantis' is no country that is known" in found[account].alterations[0]


def test_parents_that_form_a_circle_are_rejected_and_their_children_blocked(town: Town) -> None:
    upper = town.scene.save_account("Upper")
    lower = town.scene.save_account("Lower", ParentId=upper)
    child = town.won("Child", ParentId=lower)
    [record] = town.services.salesforce.retrieve("Account", [upper], town.services.accounts.fields)
    body = json.dumps([{**(record or {}), "ParentId": lower}])
    town.scene.simulator.fault("collections.retrieve", contains=upper, status=200, body=body)

    found = judged(town, child)

    outcomes = [found[account].outcome for account in (upper, lower, child)]
    assert outcomes == ["rejected", "rejected", "blocked"]
    assert "form a circle" in found[upper].words


def test_a_parent_that_is_hidden_blocks_its_child(town: Town) -> None:
    parent = town.scene.save_account("Parent")
    child = town.won("Child", ParentId=parent)
    town.scene.simulator.fault("collections.retrieve", contains=parent, status=200, body="[null]")

    found = judged(town, child)

    assert (found[parent].outcome, found[child].outcome) == ("gone", "blocked")
