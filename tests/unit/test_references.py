"""The subsidiaries and the currencies that an Account names."""

import pytest

from app.errors import RecordRejected
from app.flow_features import Currencies, Subsidiaries
from app.models import Scalar
from app.netsuite.references import (
    currency_id,
    further_currencies,
    further_subsidiaries,
    subsidiary_id,
)

SUBSIDIARIES = Subsidiaries(
    field="Region__c",
    values={"Europe": "3", "Asia": "4"},
    default="2",
    further_field="Also__c",
    further=("10", "3"),
)
CURRENCIES = Currencies(further_field="Also__c", further=("EUR", "JPY"))
KNOWN = {"USD": "1", "Eur": "4", "JPY": "10", "GBP": "2"}


@pytest.mark.parametrize(
    ("value", "chosen"),
    [("Europe", "3"), (" europe ", "3"), ("12", "12"), (12.0, "12"), ("", "2"), (None, "2")],
)
def test_the_subsidiary_comes_from_the_field(value: Scalar, chosen: str) -> None:
    rules = SUBSIDIARIES

    found = subsidiary_id(value, rules)

    assert found == chosen


@pytest.mark.parametrize("text", ["Mars", "٣", "-1", "3.5"])
def test_an_unknown_subsidiary_is_rejected_with_the_known_ones(text: str) -> None:
    words = rf"is '{text}'.*known: Asia, Europe; or an internal id"

    with pytest.raises(RecordRejected, match=f"^Region__c {words}"):
        subsidiary_id(text, SUBSIDIARIES)

    with pytest.raises(RecordRejected, match=f"^Also__c {words}"):
        further_subsidiaries(f"Europe;{text}", SUBSIDIARIES, "2")


@pytest.mark.parametrize(
    ("value", "primary", "found"),
    [
        (None, "2", ("3", "10")),
        ("Asia;europe", "2", ("3", "4", "10")),
        ("europe;Asia;4", "3", ("4", "10")),
        ("7; 7", None, ("3", "7", "10")),
    ],
)
def test_further_subsidiaries_are_those_of_field_and_file_without_the_primary(
    value: Scalar, primary: str | None, found: tuple[str, ...]
) -> None:
    rules = SUBSIDIARIES

    further = further_subsidiaries(value, rules, primary)

    assert further == found


def test_a_currency_is_found_whatever_its_case() -> None:
    known = {"USD": "1", "Eur": "4"}

    found = [currency_id(code, known) for code in ("usd", "EUR")]

    assert found == ["1", "4"]


def test_an_unknown_currency_is_rejected_with_the_known_ones() -> None:
    known = {"USD": "1", "EUR": "4"}

    with pytest.raises(RecordRejected, match=r"'XTS', which NetSuite does not have .*: EUR, USD"):
        currency_id("XTS", known)


@pytest.mark.parametrize(
    ("value", "primary", "found"),
    [
        (None, "USD", ("4", "10")),
        ("gbp; JPY", "usd", ("2", "4", "10")),
        ("USD;EUR", "USD", ("4", "10")),
        (None, "eur", ("10",)),
        ("USD", "", ("1", "4", "10")),
    ],
)
def test_further_currencies_are_those_of_field_and_file_without_the_primary(
    value: Scalar, primary: str, found: tuple[str, ...]
) -> None:
    rules = CURRENCIES

    further = further_currencies(value, rules, KNOWN, primary)

    assert further == found


@pytest.mark.parametrize(
    ("value", "further", "words"),
    [("XTS", (), "^Also__c is 'XTS'"), (None, ("XTS",), r"^currencies\.further is 'XTS'")],
)
def test_an_unknown_further_currency_is_rejected_with_its_place(
    value: Scalar, further: tuple[str, ...], words: str
) -> None:
    rules = Currencies(further_field="Also__c", further=further)

    with pytest.raises(RecordRejected, match=words):
        further_currencies(value, rules, KNOWN, "USD")


def test_of_many_known_names_ten_are_listed() -> None:
    known = {f"C{number:02}": str(number) for number in range(12)}

    with pytest.raises(RecordRejected, match=r"C08, C09, …\)"):
        currency_id("XTS", known)
