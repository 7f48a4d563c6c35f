"""The comparison that the experiment ends with, held against books that are wrong on purpose."""

from typing import Any

import pytest

from proof.faults.books import Org, compared

ACCOUNT, PARENT, STRANGER = "001A", "001P", "001S"


def row(account: str, name: str, **fields: Any) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("Phone", "Fax", "Website", "AccountNumber", "BillingStreet", "BillingCity", "ParentId")
    )
    return {"Id": account, "Name": name, **empty, **fields}


def customer(number: str, account: str, name: str, **fields: Any) -> dict[str, Any]:
    bare = {"id": number, "externalId": f"SF-{account}", "companyName": name}
    return {**bare, "addressBook": {"items": []}, **fields}


def line(street: str) -> dict[str, Any]:
    return {
        "label": "Billing (Salesforce)",
        "addressBookAddress": {"addr1": street, "city": "Austin"},
    }


ORG = Org(
    accounts=[
        row(PARENT, "Parent"),
        row(
            ACCOUNT,
            "Acme",
            Phone="5550100",
            ParentId=PARENT,
            BillingStreet="1",
            BillingCity="Austin",
        ),
        row(STRANGER, "Stranger"),
    ],
    winners=frozenset({ACCOUNT}),
    parents={ACCOUNT: {PARENT}},
)
ACME = customer(
    "2", ACCOUNT, "Acme", phone="5550100", parent={"id": "1"}, addressBook={"items": [line("1")]}
)
ABOVE = customer("1", PARENT, "Parent")


def test_right_books_say_nothing() -> None:
    assert str(compared(ORG, [ABOVE, ACME])) == ""


@pytest.mark.parametrize(
    ("customers", "words"),
    [
        ([ABOVE], "1 missing: 001A (Acme)"),
        ([], "2 missing: 001P (Parent); 001A (Acme)"),
        ([ABOVE, ACME, {**ACME, "id": "3"}], "1 doubled: 001A (Acme): ['2', '3']"),
        ([ABOVE, {**ACME, "phone": "5550199"}], "phone is '5550199' and should be '5550100'"),
        ([ABOVE, {**ACME, "fax": "5550199"}], "fax is '5550199' and should be None"),
        ([ABOVE, {**ACME, "parent": None}], "parent is None and should be 'SF-001P'"),
        (
            [ABOVE, {**ACME, "addressBook": {"items": [line("1"), line("1")]}}],
            "1 stale: 001A: billing is [('1', 'Austin'), ('1', 'Austin')]",
        ),
        ([ABOVE, ACME, customer("4", STRANGER, "Stranger")], "1 stray: 001S (Stranger) never"),
        ([ABOVE, ACME, customer("4", "001X", "X")], "1 stray: Customer 4 of SF-001X"),
        ([ABOVE, ACME, {**ACME, "id": "4", "externalId": None}], "1 stray: Customer 4 of None"),
    ],
)
def test_wrong_books_are_told_by_name(customers: list[dict[str, Any]], words: str) -> None:
    assert words in str(compared(ORG, customers))


def test_who_qualified_for_a_while_may_have_a_customer_and_need_not() -> None:
    moved = Org(ORG.accounts, ORG.winners, {ACCOUNT: {PARENT, STRANGER}})

    assert str(compared(moved, [ABOVE, ACME])) == ""
    assert str(compared(moved, [ABOVE, ACME, customer("4", STRANGER, "Stranger")])) == ""
