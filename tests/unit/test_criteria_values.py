"""What people type, made what SOQL wants."""

from datetime import UTC, date, datetime

import click
import pytest
from click.testing import CliRunner
from simple_salesforce.format import format_soql

from app.admin.criteria_values import Value, value_for
from workers.cli.criteria import criteria
from workers.cli.criterion import CriterionWords


@pytest.mark.parametrize(
    ("kind", "given", "soql"),
    [
        ("boolean", " True", "true"),
        ("boolean", False, "false"),
        ("currency", "1000", "1000"),
        ("currency", "-0.50", "-0.5"),
        ("percent", 12.5, "12.5"),
        ("int", "7", "7"),
        ("date", "2026-01-31", "2026-01-31"),
        ("date", date(2026, 1, 31), "2026-01-31"),
        ("datetime", "2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00+00:00"),
        ("datetime", datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31T00:00:00+00:00"),
        ("reference", "001Dp00000JJkkHIAT", "'001Dp00000JJkkHIAT'"),
        ("string", "O'Hara' OR Name != '", "'O\\'Hara\\' OR Name != \\''"),
        ("picklist", "2026-01-31", "'2026-01-31'"),
    ],
)
def test_a_value_is_read_in_view_of_its_field(kind: str, given: Value, soql: str) -> None:
    value = value_for(kind, given)

    assert format_soql("{}", value) == soql


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("boolean", "yes", "true or false"),
        ("boolean", 1, "true or false"),
        ("currency", "1,000", "a number"),
        ("currency", True, "a number"),
        ("double", "1 OR IsWon = true", "a number"),
        ("double", "٣", "a number"),
        ("double", 1e30, "a number"),
        ("double", "0.000000001", "fewer digits"),
        ("int", "7.5", "a whole number"),
        ("date", "31.1.2026", "a date"),
        ("date", "20260131", "a date"),
        ("date", datetime(2026, 1, 31, tzinfo=UTC), "a date"),
        ("datetime", "2026-01-31", "an offset"),
        ("datetime", "2026-01-31T12:00:00", "an offset"),
        ("datetime", date(2026, 1, 31), "an offset"),
        ("datetime", "yesterday at noon", "an offset"),
        ("reference", "001' OR Id != '", "a record's id"),
        ("string", 5, "a text"),
        ("string", "two\nlines", "on one line"),
        ("string", "\ud800", "on one line"),
    ],
)
def test_what_is_no_such_value_is_refused(kind: str, given: Value, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        value_for(kind, given)


@pytest.mark.parametrize(
    ("typed", "operator", "values"),
    [
        ("IsWon=true", "=", ["true"]),
        ("Amount >= 1000", ">=", ["1000"]),
        ("Name != 'Big; deal'", "!=", ["Big; deal"]),
        ("StageName in Signed, Closed Won", "in", ["Signed", "Closed Won"]),
        ('StageName NOT  IN ("Signed, sealed", Won)', "not in", ["Signed, sealed", "Won"]),
        ("Name like %(pilot)%", "like", ["%(pilot)%"]),
        ("Type =", "=", [""]),
    ],
)
def test_a_criterion_is_typed_as_it_is_shown(typed: str, operator: str, values: list[str]) -> None:
    found = CriterionWords().convert(typed, None, None)

    assert (found["operator"], found["values"]) == (operator, values)


@pytest.mark.parametrize("typed", ["", "IsWon", "IsWon is true", "Account.Name = Acme", "inn 5"])
def test_what_is_no_criterion_is_refused(typed: str) -> None:
    with pytest.raises(click.BadParameter, match="is no criterion"):
        CriterionWords().convert(typed, None, None)


@pytest.mark.parametrize(
    "words", [(), ("IsWon is true",), ("--flow-file", "IsWon = true"), ("--flow-file", "--any")]
)
def test_a_draft_is_of_criteria_or_of_the_flow_file(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(criteria, ["set", *words])

    assert done.exit_code == 2
    assert "riteri" in done.output
