"""Which Customer is meant: every row of the table, and the document that shows it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import AmbiguousMatch, RecordNotFound
from app.flow import Matching
from app.models import Candidates, Customer
from app.netsuite.cases import REMARKS, TABLE, Does
from app.netsuite.errors import EntityExists
from app.netsuite.matching import Decision, Sought, decide, hidden, needs_look_up

DOCUMENT = Path(__file__).parents[2] / "docs/matching.md"
ACCOUNT, KEY = "001D000000IRFmaIAH", "SF-001D000000IRFmaIAH"
SOUGHT = Sought(ACCOUNT, KEY, "Acme")
LINKED, LOST = replace(SOUGHT, linked="7"), replace(SOUGHT, lost="7")
RULES = Matching()
ACME = Customer("1", "Acme")
OURS = replace(ACME, external_id=KEY)
OTHERS = replace(ACME, external_id="SF-other")
IDLE = replace(ACME, id="2", is_inactive=True)
SECOND = replace(ACME, id="3")
LEAD = replace(ACME, stage="LEAD")
NAME_FIRST = Matching(order=("name", "external_id", "link"))


def by_name(*found: Customer) -> Candidates:
    return Candidates(by_name=found)


def by_id(*found: Customer) -> Candidates:
    return Candidates(by_id=found)


CASES: list[tuple[str, Sought, Candidates, Matching, str | None]] = [
    ("LINKED", LINKED, Candidates(), RULES, "7"),
    ("LINKED", LINKED, by_id(OURS), RULES, "7"),
    ("LINKED", LINKED, Candidates(), NAME_FIRST, "7"),
    ("BY_ID", SOUGHT, Candidates((OURS,), (ACME, SECOND)), RULES, "1"),
    ("BY_ID", SOUGHT, by_id(replace(OURS, is_inactive=True)), RULES, "1"),
    ("BY_ID", SOUGHT, by_id(OURS), Matching(order=("name",)), "1"),
    ("PERSON", SOUGHT, by_id(replace(OURS, is_person=True)), RULES, None),
    ("MANY_BY_ID", SOUGHT, by_id(OURS, replace(OURS, id="2")), RULES, None),
    ("BY_NAME", SOUGHT, by_name(ACME), RULES, "1"),
    ("BY_NAME", SOUGHT, by_name(IDLE), RULES, "2"),
    ("BY_NAME", SOUGHT, Candidates((OURS,), (OURS,)), NAME_FIRST, "1"),
    ("BY_NAME", replace(LINKED, linked="1"), by_name(OTHERS), NAME_FIRST, "1"),
    ("OURS_BY_NAME", SOUGHT, Candidates((OURS,), (OURS, SECOND)), NAME_FIRST, "1"),
    ("OURS_BY_NAME", replace(LINKED, linked="3"), by_name(ACME, SECOND), NAME_FIRST, "3"),
    ("ACTIVE_BY_NAME", SOUGHT, by_name(ACME, IDLE), RULES, "1"),
    ("ACTIVE_BY_NAME", SOUGHT, by_name(IDLE, replace(OTHERS, is_inactive=True), ACME), RULES, "1"),
    ("NAME_TAKEN", SOUGHT, by_name(OTHERS), RULES, None),
    ("NAME_TAKEN", SOUGHT, by_name(replace(OTHERS, is_inactive=True)), RULES, None),
    ("MANY_BY_NAME", SOUGHT, by_name(ACME, SECOND), RULES, None),
    ("MANY_BY_NAME", SOUGHT, by_name(OTHERS, IDLE), RULES, None),
    ("MANY_BY_NAME", SOUGHT, by_name(IDLE, replace(IDLE, id="4")), RULES, None),
    ("SPLIT", SOUGHT, Candidates((replace(OURS, id="9"),), (ACME,)), NAME_FIRST, None),
    ("LEAD", SOUGHT, by_name(LEAD), Matching(leads="review"), None),
    ("LEAD", SOUGHT, by_id(replace(OURS, stage="PROSPECT")), Matching(leads="review"), None),
    ("CREATE", SOUGHT, Candidates(), RULES, None),
    ("CREATE", SOUGHT, by_name(ACME), Matching(order=("link", "external_id")), None),
    ("LOST", LOST, Candidates(), RULES, None),
    ("LOST", LOST, by_id(replace(OURS, id="7")), RULES, None),
]


@pytest.mark.parametrize(("case", "sought", "found", "rules", "customer"), CASES)
def test_what_was_found_is_a_case_of_the_table(
    case: str, sought: Sought, found: Candidates, rules: Matching, customer: str | None
) -> None:
    given = (sought, found, rules)

    decision = decide(*given)

    assert (decision.case.name, decision.customer) == (case, customer)
    assert (decision.customer is None) == (decision.case.does is not Does.UPDATES)
    assert "{" not in decision.words


def test_every_case_of_the_table_is_tried() -> None:
    by_hand = {"HIDDEN", "TAKEN"}

    tried = {case for case, *_ in CASES} | by_hand

    assert tried == {case.name for case in TABLE}


@pytest.mark.parametrize(
    ("found", "leads", "words", "converts"),
    [
        (by_name(ACME), "convert", "found by name", False),
        (by_name(IDLE), "convert", "found by name, inactive", False),
        (by_name(LEAD), "convert", "found by name, a lead that becomes a customer", True),
        (by_name(LEAD), "leave", "found by name, a lead that stays one", False),
        (
            by_id(replace(OURS, stage="PROSPECT", is_inactive=True)),
            "convert",
            "found by external id, inactive, a prospect that becomes a customer",
            True,
        ),
        (by_name(ACME, IDLE), "leave", "found by name, the one active of 2", False),
    ],
)
def test_what_is_odd_about_a_customer_is_said(
    found: Candidates, leads: str, words: str, converts: bool
) -> None:
    rules = Matching.model_validate({"leads": leads})

    decision = decide(SOUGHT, found, rules)

    assert (decision.words, decision.converts) == (words, converts)


def test_whoever_takes_the_place_of_a_lost_customer_is_said_to() -> None:
    found = by_name(ACME)

    decision = decide(LOST, found, RULES)

    assert decision.words == "found by name; 7, linked until now, is gone"


def test_a_letter_names_those_who_may_be_meant_and_what_to_do() -> None:
    found = by_name(OTHERS, replace(IDLE, stage="LEAD"), SECOND)

    letter = decide(SOUGHT, found, RULES).letter()

    assert isinstance(letter, AmbiguousMatch)
    assert "3 Customers have this Account's name" in str(letter)
    assert "Customer 1 (external id SF-other), Customer 2 (inactive, lead), Customer 3" in str(
        letter
    )
    assert f"closedwon link {ACCOUNT} ID" in str(letter)


def test_a_custom_field_is_called_by_its_name() -> None:
    rules = Matching(id_field="custentity_salesforce_id")

    letter = decide(SOUGHT, by_name(OTHERS), rules).letter()

    assert "custentity_salesforce_id SF-other" in str(letter)


def test_a_lost_customer_is_a_record_that_is_not_found() -> None:
    decision = decide(LOST, Candidates(), RULES)

    letter = decision.letter()

    assert isinstance(letter, RecordNotFound)
    assert f"closedwon link {ACCOUNT} ID" in str(letter)


def test_what_is_hidden_may_be_of_two_kinds() -> None:
    decision = hidden(SOUGHT, RULES)

    letter = decision.letter(
        EntityExists("Taken.", service_words="This entity already exists.", request="PUT /…")
    )

    assert isinstance(letter, AmbiguousMatch)
    assert letter.service_words == "This entity already exists."
    assert letter.request == "PUT /…"
    assert "hidden from our role" in str(letter)
    assert "another type" in str(letter)


@pytest.mark.parametrize(
    ("sought", "rules", "needed"),
    [
        (LINKED, RULES, False),
        (SOUGHT, RULES, True),
        (LINKED, NAME_FIRST, True),
        (LINKED, Matching(order=("external_id",)), True),
        (LINKED, Matching(order=("link",)), False),
    ],
)
def test_a_link_that_comes_first_needs_no_look_up(
    sought: Sought, rules: Matching, needed: bool
) -> None:
    given = (sought, rules)

    asked = needs_look_up(*given)

    assert asked == needed


@pytest.mark.parametrize(("case", "sought", "found", "rules", "customer"), CASES)
def test_nobodys_name_is_said(
    case: str, sought: Sought, found: Candidates, rules: Matching, customer: str | None
) -> None:
    named = replace(sought, name="{id} Secretive")

    decision: Decision = decide(named, found, rules)

    assert decision == decide(sought, found, rules)
    assert not [name for name in ("Secretive", "Acme") if name in decision.words]


def test_the_document_shows_the_table() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    rows = re.findall(r"^\| ([A-Z_]+) \| (.+) \|$", text, re.MULTILINE)

    cases = [(case.name, f"{case.when} | {case.does.value} | {case.says}") for case in TABLE]
    remarks = [(remark.name, f"{remark.when} | {remark.says.strip(',; ')}") for remark in REMARKS]
    assert rows == cases + remarks
