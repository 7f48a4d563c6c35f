"""The contract of values: names, shapes, lengths and formats."""

from collections.abc import Iterator

import pytest

from tests.contract.netsuite_account import (
    CUSTOMER,
    NetSuiteAccount,
    error,
    last_segment,
    open_account,
    place,
    unique,
)


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request)


@pytest.mark.parametrize("external_id", ["A|B", "a b", "é"])
def test_external_ids_are_letters_digits_underscores_and_hyphens(
    netsuite: NetSuiteAccount, external_id: str
) -> None:
    body = netsuite.company()

    answer = netsuite.put(external_id, body)

    assert answer.status_code == 400


def test_a_misspelt_property_is_dropped_with_a_warning_by_default(
    netsuite: NetSuiteAccount,
) -> None:
    body = netsuite.company(companyNaam="x")

    answer = netsuite.post(body, strict=False)

    assert answer.status_code == 204
    assert "companyNaam" in answer.headers["x-netsuite-propertyvalidation"]
    assert "companyNaam" not in netsuite.get(last_segment(answer))


def test_a_misspelt_property_is_refused_in_strict_mode(netsuite: NetSuiteAccount) -> None:
    body = netsuite.company(companyNaam="x")

    answer = netsuite.post(body)

    assert answer.status_code == 400
    assert place(answer) == "companyNaam"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("companyName", 5),
        ("isInactive", "T"),
        ("subsidiary", "1"),
        ("creditLimit", "much"),
        ("addressBook", []),
        ("emailPreference", {"id": "PIGEON"}),
        ("startDate", "tomorrow"),
    ],
)
def test_a_value_of_a_wrong_shape_is_refused(
    netsuite: NetSuiteAccount, field: str, value: object
) -> None:
    body = netsuite.company(**{field: value})

    answer = netsuite.post(body)

    assert error(answer)[:2] == (400, "INVALID_VALUE")
    assert place(answer) == field


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("companyName", "N" * 84, "maximum number ( 83 )"),
        ("accountNumber", "9" * 100, "maximum number ( 99 )"),
        ("comments", "c" * 4001, "maximum number ( 4000 )"),
        ("url", "http://a.example/" + "p" * 90, "maximum number ( 100 )"),
        ("url", "www.genepoint.com", "Invalid URL."),
        ("url", "http://www.expressl&t.net", "Invalid URL."),
        ("url", "http://a b.example", "Spaces are not allowed"),
        ("phone", "555-12", "seven digits or more"),
        ("fax", "12345", "seven digits or more"),
        ("phone", "+" + "1" * 32, "maximum number"),
        ("email", "nobody", "email"),
    ],
)
def test_a_value_that_does_not_fit_is_a_user_error(
    netsuite: NetSuiteAccount, field: str, value: str, text: str
) -> None:
    body = netsuite.company(**{field: value})

    answer = netsuite.post(body)

    assert error(answer)[:2] == (400, "USER_ERROR")
    assert text in error(answer)[2]


def test_eighty_three_characters_of_a_name_fit(netsuite: NetSuiteAccount) -> None:
    name = unique("N").ljust(83, "ß")

    key = netsuite.create(companyName=name)

    assert netsuite.get(key)["companyName"] == name


def test_a_company_needs_a_name_and_a_person_both_names(netsuite: NetSuiteAccount) -> None:
    company = netsuite.post(netsuite.company(companyName=None))
    person = netsuite.post(netsuite.company(companyName=None, isPerson=True, lastName="Doe"))
    whole = netsuite.post(
        netsuite.company(companyName=None, isPerson=True, firstName="Jo", lastName=unique("Doe"))
    )

    assert "Please enter value(s) for" in error(company)[2]
    assert "Please enter value(s) for" in error(person)[2]
    assert whole.status_code == 204


def test_line_breaks_are_sent_escaped(netsuite: NetSuiteAccount) -> None:
    key = netsuite.create(comments="one\\ntwo")

    record = netsuite.get(key)

    assert record["comments"] == "one\ntwo"


def test_a_body_that_is_no_json_object_is_invalid_content(netsuite: NetSuiteAccount) -> None:
    json_type = {"Content-Type": "application/json"}

    broken = netsuite.http.post(CUSTOMER, content=b'{"companyName": ', headers=json_type)
    array = netsuite.http.post(CUSTOMER, content=b"[]", headers=json_type)
    number = netsuite.http.post(CUSTOMER, content=b'{"creditLimit": NaN}', headers=json_type)

    assert error(broken)[:2] == (400, "INVALID_CONTENT")
    assert error(number)[:2] == (400, "INVALID_CONTENT")
    assert error(array)[:2] == (400, "INVALID_CONTENT")
