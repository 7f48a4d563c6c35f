"""Every way in which a rule of the flow file can bring a value to the Customer."""

import pytest

from app.errors import RecordRejected
from app.flow_mapping import FieldRule
from app.models import Scalar
from app.netsuite.mapping import for_create, for_update
from tests.unit.payloads import account, mapped, with_rules


def x(**given_keys: object) -> FieldRule:
    """A rule for custentity_x, from X__c if nothing else is said."""
    source = {} if "constant" in given_keys else {"account": "X__c"}
    limit = {} if "kind" in given_keys else {"limit": 5}
    return FieldRule.model_validate({"customer": "custentity_x", **source, **limit, **given_keys})


ABSENT = object()


@pytest.mark.parametrize(
    ("name", "rule", "value", "created", "updated"),
    [
        ("field to field", x(), "a", "a", "a"),
        ("null clears", x(), None, ABSENT, None),
        ("null leaves", x(empty="leave"), None, ABSENT, ABSENT),
        ("constant text", x(constant="CRM"), None, "CRM", "CRM"),
        ("constant false", x(constant=False, kind="boolean"), None, False, False),
        ("constant zero", x(constant=0, kind="number"), None, 0, 0),
        ("value map", x(values={"A": "B"}), "A", "B", "B"),
        ("value map, empty", x(values={"": "none"}), None, "none", "none"),
        ("value map, unknown is left out", x(values={"A": "B"}), "a", ABSENT, ABSENT),
        ("create only", x(when="create"), "a", "a", ABSENT),
        ("create only, null", x(when="create"), None, ABSENT, ABSENT),
        ("create only, constant", x(when="create", constant="a"), None, "a", ABSENT),
        ("update only", x(when="update"), "a", ABSENT, "a"),
        ("update only, null clears", x(when="update"), None, ABSENT, None),
        ("update only, null leaves", x(when="update", empty="leave"), None, ABSENT, ABSENT),
        ("too long is left out", x(), "abcdef", ABSENT, ABSENT),
        ("too long is cut", x(misfit="truncate"), "abcdef", "abcde", "abcde"),
        ("boolean", x(kind="boolean"), True, True, True),
        ("number", x(kind="number"), "7.50", 7.5, 7.5),
        ("date", x(kind="date"), "2026-01-31T10:00:00Z", "2026-01-31", "2026-01-31"),
        ("reference", x(kind="reference"), 12.0, {"id": "12"}, {"id": "12"}),
        ("reference, null clears", x(kind="reference"), None, ABSENT, None),
        ("phone", x(kind="phone", limit=21), "7852416200", "7852416200", "7852416200"),
        ("url", x(kind="url", limit=21), "a.example", "https://a.example", "https://a.example"),
        ("email", x(kind="email", limit=21), "a@b.example", "a@b.example", "a@b.example"),
    ],
)
def test_every_rule_does_what_it_says(
    name: str, rule: FieldRule, value: Scalar, created: object, updated: object
) -> None:
    payload = mapped(account(X__c=value), with_rules(rule))

    bodies = (for_create(payload), for_update(payload, []))

    assert [body.get("custentity_x", ABSENT) for body in bodies] == [created, updated], name


def test_a_value_of_the_desired_state_that_is_rejected_stops_creates_and_updates() -> None:
    flow, source = with_rules(x(misfit="reject")), account(X__c="abcdef")

    with pytest.raises(RecordRejected, match=r"^X__c does not fit"):
        mapped(source, flow)


def test_a_value_for_creates_that_is_rejected_stops_a_create_only() -> None:
    flow, source = with_rules(x(misfit="reject", when="create")), account(X__c="abcdef")

    payload = mapped(source, flow)

    assert "custentity_x" not in for_update(payload, [])
    with pytest.raises(RecordRejected, match=r"^X__c does not fit"):
        for_create(payload)


def test_a_field_may_have_a_rule_for_creates_and_one_for_updates() -> None:
    flow = with_rules(x(when="create", constant="new"), x(when="update", constant="known"))

    payload = mapped(account(), flow)

    assert for_create(payload)["custentity_x"] == "new"
    assert for_update(payload, [])["custentity_x"] == "known"
