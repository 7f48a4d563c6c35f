"""The rules of `[mapping]`: combinations of keys that make no sense, and what is said of them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.errors import ConfigurationError
from app.flow import load_flow
from app.flow_mapping import FieldRule, Mapping

NAME = "[[mapping.fields]]\naccount = 'Name'\ncustomer = 'companyName'\n"
X = "customer = 'custentity_x'\n"
FROM_X = f"{X}account = 'X__c'\n"


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (f"{X}limit = 9\n", "give either account or constant"),
        (f"{FROM_X}constant = 'a'\nlimit = 9\n", "give either account or constant"),
        (
            f"{X}constant = 'a'\nlimit = 9\nvalues = {{ a = 'b' }}\n",
            "values goes with account only: a constant never changes",
        ),
        (
            f"{X}constant = 'a'\nlimit = 9\nempty = 'clear'\n",
            "empty goes with account only: a constant never changes",
        ),
        (
            f"{FROM_X}limit = 9\nwhen = 'create'\nempty = 'leave'\n",
            'empty does not go with when = "create": a create sends no empty value',
        ),
        (f"{FROM_X}", 'limit is missing: kind = "text" needs one, in characters'),
        (
            f"{FROM_X}kind = 'email'\n",
            'limit is missing: kind = "email" needs one, in characters',
        ),
        (
            f"{FROM_X}kind = 'date'\nlimit = 9\n",
            'limit does not go with kind = "date": only texts have one',
        ),
        *(
            (
                f"{FROM_X}kind = '{kind}'\n{limit}misfit = 'truncate'\n",
                f'misfit = "truncate" does not go with kind = "{kind}": only a text, phone or url '
                "can be cut",
            )
            for kind, limit in (("number", ""), ("email", "limit = 9\n"))
        ),
        (
            f"{FROM_X}limit = 9\nvalues = {{ 'a' = 'b', ' a' = 'c' }}\n",
            "values has a key twice: spaces around it do not count",
        ),
        (
            f"{FROM_X}limit = 9\nvalues = {{ 'a b' = 'b', \"a\\tb\" = 'c' }}\n",
            "values has a key twice: spaces around it do not count",
        ),
    ],
)
def test_a_wrong_combination_of_a_rules_keys_is_one_sentence(
    keys: str, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(f"{NAME}limit = 83\n[[mapping.fields]]\n{keys}")

    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)

    assert refused.value.problems == [f"FLOW_FILE: {path}: mapping.fields.1: {problem}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            f"{FROM_X}kind = 'text'\nlimit = 9\nvalues = {{ a = [1] }}\n",
            "mapping.fields.1.values.a: must be a text, a number, true, false or a date",
        ),
        (
            f"{X}kind = 'date'\nconstant = 2026-01-31T12:00:00Z\n",
            "mapping.fields.1.constant: must be a date without a time",
        ),
        (
            f"{FROM_X}kind = 'list'\n",
            "mapping.fields.1.kind: must be 'text', 'phone', 'url', 'email', 'boolean', 'number', "
            "'date' or 'reference'",
        ),
        (
            f"{FROM_X}limit = 9\n[[mapping.fields]]\n{FROM_X}limit = 8\n",
            "mapping: two rules write custentity_x: only one for creates (when) and one for "
            "updates may",
        ),
        (
            f"{FROM_X}limit = 9\n[matching]\nid_field = 'custentity_x'\n",
            "file: mapping.fields writes custentity_x, which matching.id_field has for itself",
        ),
        (
            f"{FROM_X}limit = 9\n[matching]\nid_field = 'accountNumber'\n",
            "matching.id_field: must be empty, or a custom field of Customers: custentity_ and its "
            "name",
        ),
        (
            f"{FROM_X}limit = 9\n[matching]\nleads = 'merge'\n",
            "matching.leads: must be 'convert', 'leave' or 'review'",
        ),
        (
            f"{FROM_X}limit = 9\n[currencies]\nfurther = ['Euro']\n",
            "currencies.further.0: must be a currency's ISO code: three capital letters, such as "
            '"EUR"',
        ),
        (
            f"{FROM_X}limit = 9\n[subsidiaries]\nfurther = ['٣']\n",
            'subsidiaries.further.0: must be an internal id: digits in quotes, such as "1"',
        ),
        (
            f"{FROM_X}limit = 9\n[mapping]\nbilling_label = ' Office'\n",
            "mapping.billing_label: must have no spaces at its ends, no double ones and no line "
            "breaks",
        ),
    ],
)
def test_a_problem_beside_the_rules_is_told_with_its_place(
    text: str, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "flow.toml"
    labels, mark, rest = text.partition("[mapping]\n")
    path.write_text(f"{mark}{rest}{NAME}limit = 83\n[[mapping.fields]]\n{labels}")

    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)

    assert refused.value.problems == [f"FLOW_FILE: {path}: {problem}"]


def test_a_name_for_updates_only_is_no_name() -> None:
    rule = FieldRule(account="Name", customer="companyName", limit=83, when="update")

    with pytest.raises(ValidationError, match="a rule must map Name to companyName"):
        Mapping(fields=(rule,))


def test_labels_that_differ_in_case_only_are_the_same() -> None:
    labels = ("Büro", "BU\u0308RO")

    with pytest.raises(ValidationError, match="must differ"):
        Mapping(billing_label=labels[0], shipping_label=labels[1])


@pytest.mark.parametrize(
    "customer",
    [
        *(
            "externalId",
            "isPerson",
            "parent",
            "subsidiary",
            "currency",
            "addressBook",
            "id",
            "currencyList",
        ),
        *("ADDRESSBOOK", "Parent"),
    ],
)
def test_no_rule_may_write_what_the_sync_sets_itself(tmp_path: Path, customer: str) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(f"[[mapping.fields]]\naccount = 'Phone'\ncustomer = '{customer}'\nlimit = 21\n")

    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)

    assert refused.value.problems == [
        f"FLOW_FILE: {path}: mapping.fields.0.customer: {customer} is set by the sync itself: "
        "no rule may write it"
    ]


def test_a_rule_may_write_the_entity_id() -> None:
    rule = {"account": "AccountNumber", "customer": "entityId", "limit": 83}

    made = FieldRule.model_validate(rule)

    assert made.customer == "entityId"
