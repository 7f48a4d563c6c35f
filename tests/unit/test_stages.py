"""The decisions of the stages that need no service: who qualifies, what is said of who is gone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.errors import (
    ServiceUnavailable,
)
from app.flow import Criterion, Qualification
from app.models import Account
from app.stages.departure import gone
from app.stages.qualification import Passed, Skipped, in_words, qualify
from app.terms import Held

ID = "001D000000IRFmaIAH"
ACME = Account(ID, "Acme")
DELETED = replace(ACME, is_deleted=True)
WINNER = "001D000000IRFmbIAH"
MERGED = replace(DELETED, merged_into=WINNER)
LEFT = "; Customer 77 is left as it is"
NEW = Held(ID, "qualification", "1")
LINKED = replace(NEW, customer="77")
UNKNOWN = "Salesforce knows no such Account, or does not show it to the integration user"


@pytest.mark.parametrize(
    ("held", "decided"),
    [
        (LINKED, Passed("linked to Customer 77")),
        (replace(NEW, force=True), Passed("forced")),
        (replace(NEW, needed=True), Passed("needed as a parent")),
        *[
            (replace(NEW, written=written), Passed("an earlier write may have reached NetSuite"))
            for written in ("unsure", "0123456789abcdef")
        ],
        (replace(LINKED, force=True, needed=True), Passed("linked to Customer 77")),
    ],
)
def test_what_is_known_decides_and_salesforce_is_not_asked(
    held: Held, decided: Passed | Skipped
) -> None:
    asked: list[bool] = []

    def has_match() -> bool:
        asked.append(True)
        return True

    result = qualify(held, Qualification(), has_match)

    assert result == decided
    assert asked == []


@pytest.mark.parametrize(
    ("held", "account", "words"),
    [
        (NEW, DELETED, "deleted in Salesforce"),
        (NEW, None, UNKNOWN),
        (NEW, MERGED, f"merged into {WINNER}"),
        (LINKED, DELETED, f"deleted in Salesforce{LEFT}"),
        (LINKED, None, f"{UNKNOWN}{LEFT}"),
        (LINKED, MERGED, f"merged into {WINNER}{LEFT}: merge the two in NetSuite"),
    ],
)
def test_of_an_account_that_is_gone_is_said_what_becomes_of_its_customer(
    held: Held, account: Account | None, words: str
) -> None:
    said = gone(held, account)

    assert said == words


@pytest.mark.parametrize(
    ("answer", "decided"),
    [
        (True, Passed("an Opportunity meets IsWon = true")),
        (False, Skipped("no Opportunity meets IsWon = true")),
    ],
)
def test_an_account_that_is_no_customer_yet_qualifies_by_its_opportunities(
    answer: bool, decided: Passed | Skipped
) -> None:
    held = replace(NEW, attempts=3)

    result = qualify(held, Qualification(), lambda: answer)

    assert result == decided


def test_a_failure_to_ask_is_no_decision() -> None:
    failure = ServiceUnavailable("down", service="salesforce")

    def has_match() -> bool:
        raise failure

    with pytest.raises(ServiceUnavailable) as raised:
        qualify(NEW, Qualification(), has_match)

    assert raised.value is failure


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (Criterion(field="IsWon", values=(True,)), "IsWon = true"),
        (Criterion(field="Amount", operator=">=", values=(5000,)), "Amount >= 5000"),
        (
            Criterion(field="StageName", operator="in", values=("Signed", "Won")),
            "StageName in (Signed, Won)",
        ),
        (Criterion(field="Type", operator="not in", values=("Pilot",)), "Type not in (Pilot)"),
        (
            Criterion(field="CloseDate", operator=">", values=(date(2026, 1, 31),)),
            "CloseDate > 2026-01-31",
        ),
        (
            Criterion(
                field="CreatedDate", operator="<", values=(datetime(2026, 1, 31, 12, tzinfo=UTC),)
            ),
            "CreatedDate < 2026-01-31 12:00:00+00:00",
        ),
    ],
)
def test_a_criterion_reads_as_it_is_written(criterion: Criterion, words: str) -> None:
    both = (criterion, Criterion(field="IsClosed", values=(False,)))

    alone = in_words(Qualification(criteria=(criterion,)))
    joint = in_words(Qualification(criteria=both))
    either = in_words(Qualification(match="any", criteria=both))

    assert alone == words
    assert joint == f"{words} and IsClosed = false"
    assert either == f"{words} or IsClosed = false"
