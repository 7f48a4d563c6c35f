"""Values that the flow file gives itself: those that could never be sent stop the start."""

from pathlib import Path

import pytest

from app.errors import ConfigurationError
from app.flow import load_flow

NAME = "[[mapping.fields]]\naccount = 'Name'\ncustomer = 'companyName'\n"
OTHER = f"{NAME}limit = 83\n[[mapping.fields]]\ncustomer = 'custentity_x'\n"

TEXT = "must be a text in quotes, and not empty"
REFERENCE = 'must be an internal id: at most 18 digits in quotes, such as "1"'
NO_PHONE = 'does not go with kind = "phone": fewer than seven digits'
NO_URL = 'does not go with kind = "url": no web address'
NO_EMAIL = 'does not go with kind = "email": no email address'
WRONG = [
    ("'ab'", "text", 1, "has 2 characters where limit is 1"),
    ('"\\u0007"', "text", 1, TEXT),
    ("5", "text", 1, TEXT),
    ("'12'", "phone", 21, NO_PHONE),
    ("'+49 30 1234567'", "phone", 9, "has 14 characters where limit is 9"),
    ("'a b'", "url", 99, NO_URL),
    ("'ftp://acme.example'", "url", 99, NO_URL),
    ("'acme.example'", "url", 19, "has 20 characters where limit is 19"),
    ("'not a mail'", "email", 99, NO_EMAIL),
    ("'yes'", "boolean", None, "must be true or false, without quotes"),
    ("true", "number", None, "must be a number, without quotes"),
    ("'5'", "number", None, "must be a number, without quotes"),
    (
        "1e20",
        "number",
        None,
        'does not go with kind = "number": no number that NetSuite can hold',
    ),
    ("'May'", "date", None, "must be a date, such as 2026-01-31"),
    ("12", "reference", None, REFERENCE),
    ("'one'", "reference", None, REFERENCE),
    (f"'{'1' * 30}'", "reference", None, REFERENCE),
]


def problems(path: Path, text: str) -> list[str]:
    path.write_text(text)
    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)
    return refused.value.problems


@pytest.mark.parametrize(("value", "kind", "limit", "said"), WRONG)
@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ("constant = {}", "constant"),
        ("account = 'X__c'\nvalues = {{ Gold = {} }}", "values.Gold"),
        ("account = 'X__c'\nvalues = {{ '' = {} }}", 'values.""'),
    ],
)
def test_a_value_that_could_never_be_sent_is_one_sentence(
    value: str, kind: str, limit: int | None, said: str, keys: str, place: str, tmp_path: Path
) -> None:
    path = tmp_path / "flow.toml"
    rule = f"{keys.format(value)}\nkind = '{kind}'\n" + (f"limit = {limit}\n" if limit else "")

    told = problems(path, OTHER + rule)

    assert told == [f"FLOW_FILE: {path}: mapping.fields.1: {place} {said}"]


def test_a_constant_is_not_empty(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"

    told = problems(path, f"{OTHER}constant = ''\nlimit = 1\n")

    assert told == [f"FLOW_FILE: {path}: mapping.fields.1: constant {TEXT}"]


@pytest.mark.parametrize(
    ("value", "kind", "limit"),
    [
        ("'12'", "text", 2),
        ("' ab '", "text", 2),
        ("'+49 30 1234567'", "phone", 14),
        ("'acme.example'", "url", 20),
        ("'sales@acme.example'", "email", 18),
        ("false", "boolean", None),
        ("-999999999999999", "number", None),
        ("0.5", "number", None),
        ("2026-01-31", "date", None),
        (f"'{'1' * 18}'", "reference", None),
    ],
)
def test_a_value_that_can_be_sent_is_taken(
    value: str, kind: str, limit: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "flow.toml"
    rule = f"constant = {value}\nkind = '{kind}'\n" + (f"limit = {limit}\n" if limit else "")
    path.write_text(OTHER + rule)

    rules = load_flow(path).mapping.fields

    assert rules[1].kind == kind


@pytest.mark.parametrize("keys", ["kind = 'phone'", "values = { Acme = 'Acme Ltd' }"])
def test_the_name_goes_as_it_is(keys: str, tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"

    said = problems(path, f"{NAME}limit = 83\n{keys}\n")

    assert said == [
        f"FLOW_FILE: {path}: mapping.fields.0: Name goes to companyName as it is: kind must be "
        '"text", without values'
    ]
