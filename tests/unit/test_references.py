"""The subsidiary and the currency that an Account names."""

import pytest

from app.errors import RecordRejected
from app.flow import Flow, Subsidiaries
from app.models import Account, Scalar
from app.netsuite.mapping import KEEP, for_create, map_customer, needed_fields
from app.netsuite.references import currency_id, subsidiary_id

SUBSIDIARIES = Subsidiaries(field="Region__c", values={"Europe": "3", "Asia": "4"}, default="2")


@pytest.mark.parametrize(
    ("value", "chosen"),
    [("Europe", "3"), (" europe ", "3"), ("12", "12"), (12.0, "12"), ("", "2"), (None, "2")],
)
def test_the_subsidiary_comes_from_the_field(value: Scalar, chosen: str) -> None:
    flow = Flow(subsidiaries=SUBSIDIARIES)
    fields: dict[str, Scalar] = dict.fromkeys(needed_fields(flow))
    account = Account("001D000000IRFmaIAH", "Acme", fields=fields | {"Region__c": value})

    payload = map_customer(account, flow, external_id="SF-1", parent=KEEP)
    body = for_create(payload, account, flow, {})

    assert body["subsidiary"] == {"id": chosen}


@pytest.mark.parametrize("text", ["Mars", "٣", "-1", "3.5"])
def test_an_unknown_subsidiary_is_rejected_with_the_known_ones(text: str) -> None:
    words = rf"^Region__c is '{text}'.*known: Asia, Europe; or an internal id"

    with pytest.raises(RecordRejected, match=words):
        subsidiary_id(text, SUBSIDIARIES)


def test_a_currency_is_found_whatever_its_case() -> None:
    known = {"USD": "1", "Eur": "4"}

    found = [currency_id(code, known) for code in ("usd", "EUR")]

    assert found == ["1", "4"]


def test_an_unknown_currency_is_rejected_with_the_known_ones() -> None:
    known = {"USD": "1", "EUR": "4"}

    with pytest.raises(RecordRejected, match=r"'XTS', which NetSuite does not have .*: EUR, USD"):
        currency_id("XTS", known)


def test_of_many_known_names_ten_are_listed() -> None:
    known = {f"C{number:02}": str(number) for number in range(12)}

    with pytest.raises(RecordRejected, match=r"C08, C09, …\)"):
        currency_id("XTS", known)
