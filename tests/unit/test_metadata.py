"""The flow file held against the fields that an account's Customers have."""

import json
from typing import Any

import pytest

from app.errors import ServiceUnavailable
from app.flow import Flow, Matching
from app.flow_features import Currencies, Subsidiaries
from app.flow_kinds import Kind
from app.flow_mapping import FieldRule
from app.netsuite.metadata import customer_schema_of, problems
from simulators.netsuite.fields import customer_fields
from tests.unit.payloads import with_rules

TEXT = {"type": "string", "nullable": True}
CUSTOM = {"title": "X", "nullable": True, "x-ns-custom-field": True}
SHAPES: dict[str, dict[str, Any]] = {
    "text": {**CUSTOM, "type": "string"},
    "stamp": {**CUSTOM, "type": "string", "format": "date-time"},
    "boolean": {**CUSTOM, "type": "boolean"},
    "integer": {**CUSTOM, "type": "integer", "format": "int64"},
    "number": {**CUSTOM, "type": "number", "format": "double"},
    "date": {**CUSTOM, "type": "string", "format": "date"},
    "link": {"$ref": "/services/rest/record/v1/metadata-catalog/nsResource"},
    "reference": {"type": "object", "properties": {"id": {"type": "string"}, "refName": TEXT}},
    "numbered": {"type": "object", "properties": {"id": {"type": "string", "enum": ["1", "2"]}}},
    "choice": {"type": "object", "properties": {"id": {"type": "string", "enum": ["AUTO"]}}},
    "list": {"type": "object", "properties": {"items": {"type": "array"}}},
    "new": {"type": "quaternion"},
    "silent": {},
}
OWN = {name: TEXT for name in ("companyName", "phone", "fax", "url", "accountNumber", "comments")}
PROPERTIES: dict[str, Any] = {
    **OWN,
    **{f"custentity_{name}": described for name, described in SHAPES.items()},
    **{name: SHAPES["link"] for name in ("subsidiary", "currency")},
    "balance": {"type": "number"},
    "altPhone": TEXT,
    "custentity_formula": {**SHAPES["text"], "readOnly": True},
}
SCHEMA = customer_schema_of({"properties": PROPERTIES})
KINDS: tuple[Kind, ...] = (
    *("text", "phone", "url", "email", "boolean", "number", "date", "reference"),
)


def rule(customer: str, kind: Kind = "text") -> FieldRule:
    limit = 9 if kind in ("text", "phone", "url", "email") else None
    return FieldRule(account="X__c", customer=customer, kind=kind, limit=limit)


@pytest.mark.parametrize(
    ("shape", "fitting"),
    [
        ("text", {"text", "phone", "url", "email"}),
        ("stamp", {"text", "phone", "url", "email"}),
        ("boolean", {"boolean"}),
        *(("integer", {"number"}), ("number", {"number"}), ("date", {"date"})),
        *(("link", {"reference"}), ("reference", {"reference"}), ("numbered", {"reference"})),
        *(("choice", set()), ("list", set()), ("new", set(KINDS)), ("silent", set(KINDS))),
    ],
)
def test_a_kind_has_to_fit_the_fields_type(shape: str, fitting: set[Kind]) -> None:
    flows = {kind: with_rules(rule(f"custentity_{shape}", kind)) for kind in KINDS}

    found = {kind: problems(flow, SCHEMA) for kind, flow in flows.items()}

    assert {kind for kind in KINDS if not found[kind]} == fitting
    assert all(len(said) <= 1 for said in found.values())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            rule("custentity_nubmer"),
            "customer: NetSuite's Customers have no field custentity_nubmer; did you mean "
            "custentity_number?",
        ),
        (
            rule("altphone"),
            "customer: NetSuite's Customers have no field altphone; did you mean altPhone?",
        ),
        (
            rule("zzz"),
            "customer: NetSuite's Customers have no field zzz: does the role see it?",
        ),
        (
            rule("custentity_formula"),
            "customer: custentity_formula is set by NetSuite itself: no rule can write it",
        ),
        (
            rule("balance", "number"),
            "customer: balance is set by NetSuite itself: no rule can write it",
        ),
        (
            rule("custentity_date"),
            'kind: custentity_date is a date in NetSuite: kind must be "date"',
        ),
        (
            rule("custentity_choice", "reference"),
            "customer: custentity_choice is a choice in NetSuite, which no rule can write",
        ),
    ],
)
def test_what_does_not_fit_is_one_sentence(wrong: FieldRule, said: str) -> None:
    flow = with_rules(wrong)

    found = problems(flow, SCHEMA)

    assert found == [f"mapping.fields.6.{said}"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "custentity_tekst",
            "NetSuite's Customers have no field custentity_tekst; did you mean custentity_text?",
        ),
        (
            "custentity_number",
            "custentity_number must be a free-form text that can be written",
        ),
        (
            "custentity_formula",
            "custentity_formula must be a free-form text that can be written",
        ),
    ],
)
def test_the_field_that_bears_the_id_has_to_be_a_text(name: str, said: str) -> None:
    flow = Flow(matching=Matching(id_field=name))

    found = problems(flow, SCHEMA)

    assert found == [f"matching.id_field: {said}"]
    assert problems(Flow(matching=Matching(id_field="custentity_text")), SCHEMA) == []


def test_a_feature_that_the_account_does_not_have_is_said() -> None:
    schema = {name: field for name, field in SCHEMA.items() if name in OWN}
    off = Flow(subsidiaries=Subsidiaries(enabled=False), currencies=Currencies(enabled=False))

    found = problems(Flow(), schema)

    assert [said.split(":")[0] for said in found] == ["subsidiaries.enabled", "currencies.enabled"]
    assert problems(off, schema) == []


@pytest.mark.parametrize("answer", [{}, {"properties": []}, {"properties": {"name": TEXT}}])
def test_an_answer_that_describes_no_customers_is_no_schema(answer: dict[str, Any]) -> None:
    odd = json.loads(json.dumps(answer))

    with pytest.raises(ServiceUnavailable, match="does not describe Customers"):
        customer_schema_of(odd)


def test_the_default_rules_name_fields_that_customers_have() -> None:
    published = customer_fields({"one_world": True, "multi_currency": True, "custom_fields": {}})

    named = {each.customer for each in Flow().mapping.fields}

    assert named <= published.keys()
