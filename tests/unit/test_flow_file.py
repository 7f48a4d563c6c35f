"""The flow file: its defaults, and what is said of a wrong one."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.errors import ConfigurationError
from app.flow import Criterion, Flow, load_flow
from app.flow_mapping import DEFAULT_FIELDS, FieldRule

ROOT = Path(__file__).parents[2]


def test_the_file_in_the_root_spells_out_the_defaults() -> None:
    path = ROOT / "flow.toml"

    flow = load_flow(path)

    assert flow == Flow()


def test_the_file_in_the_root_names_every_key() -> None:
    text = (ROOT / "flow.toml").read_text(encoding="utf-8")

    tables = {name: type(getattr(Flow(), name)).model_fields for name in Flow.model_fields}
    missing = [
        f"{table}.{key}"
        for table, keys in tables.items()
        for key in keys
        if f"{key} =" not in text and f"[{table}.{key}]" not in text
    ]

    assert missing == []


def test_the_file_in_the_root_explains_every_key_of_a_rule() -> None:
    text = (ROOT / "flow.toml").read_text(encoding="utf-8")

    unexplained = [key for key in FieldRule.model_fields if f"\n# {key} " not in text]

    assert unexplained == []


def test_the_examples_in_the_root_files_comments_are_valid(tmp_path: Path) -> None:
    head, mark, rest = (ROOT / "flow.toml").read_text("utf-8").partition("# More rules")
    examples, end, tail = rest.partition("\n\n")
    path = tmp_path / "flow.toml"
    path.write_text(head + mark + re.sub("^# ?", "", examples, flags=re.MULTILINE) + end + tail)

    rules = load_flow(path).mapping.fields

    custom = ("custentity_industry", "category", "custentity_from_salesforce")
    assert rules[:6] == DEFAULT_FIELDS
    assert tuple(rule.customer for rule in rules[6:]) == custom


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    path.write_text("")

    flow = load_flow(path)

    assert flow == Flow()


def test_a_file_may_change_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(
        '[[qualification.criteria]]\nfield = "Type"\noperator = "in"\nvalues = ["New", "Renewal"]\n'
        '[subsidiaries]\nfield = "Region__c"\n[subsidiaries.values]\n"Europe" = "3"\n'
    )

    flow = load_flow(path)

    assert flow.qualification.criteria == (
        Criterion(field="Type", operator="in", values=("New", "Renewal")),
    )
    assert flow.subsidiaries.values == {"Europe": "3"}
    assert flow.mapping == Flow().mapping


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[hierachy]\n", "hierachy"),
        ("[hierarchy]\nlate_parent = 'skip'\n", "hierarchy.late_parent"),
        ("[hierarchy]\nlate_parents = 'never'\n", "hierarchy.late_parents"),
        ("[qualification]\nmatch = 'none'\n", "qualification.match"),
        ("[qualification]\ncriteria = []\n", "qualification.criteria"),
        (
            "[[qualification.criteria]]\nfield = 'IsWon = true OR Name'\nvalues = [true]\n",
            "qualification.criteria.0.field",
        ),
        (
            "[[qualification.criteria]]\nfield = 'IsWon'\noperator = '=='\nvalues = [true]\n",
            "qualification.criteria.0.operator",
        ),
        (
            "[[qualification.criteria]]\nfield = 'Type'\nvalues = ['New', 'Renewal']\n",
            "qualification.criteria.0",
        ),
        ("[matching]\norder = ['email']\n", "matching.order.0"),
        ("[matching]\nexternal_id_prefix = 'SF|'\n", "matching.external_id_prefix"),
        (
            "[[mapping.fields]]\naccount = 'Name'\ncustomer = 'companyName'\nlimit = 0\n",
            "mapping.fields.0.limit",
        ),
        (
            "[[mapping.fields]]\naccount = 'Phone'\ncustomer = 'phone'\nlimit = 21\n",
            "mapping: a rule must map Name to companyName",
        ),
        ("[mapping]\nbilling_label = ''\n", "mapping.billing_label"),
        (
            "[mapping]\nbilling_label = 'Office'\nshipping_label = 'Office'\n",
            "mapping: billing_label and shipping_label must differ",
        ),
        ("[mapping.countries]\nBlighty = 'GBR'\n", "mapping.countries.Blighty"),
        ("[subsidiaries]\ndefault = 1\n", "subsidiaries.default"),
        ("[subsidiaries.values]\nEurope = 'Europe Ltd'\n", "subsidiaries.values.Europe"),
        ("[currencies]\nenabled = 'perhaps'\n", "currencies.enabled"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_that_is_wrong(
    tmp_path: Path, text: str, key: str
) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(text)

    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)

    assert refused.value.problems[0].startswith(f"FLOW_FILE: {path}: {key}")


CRITERION = "[[qualification.criteria]]\nfield = 'Amount'\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[[qualification.criteria]]\nfield = 'Is Won'\nvalues = [true]\n",
            "qualification.criteria.0.field: must be a field's API name",
        ),
        (
            "[[qualification.criteria]]\nvalues = [true]\n",
            "qualification.criteria.0.field: is missing",
        ),
        *[
            (
                f"{CRITERION}values = {values}\n",
                f"qualification.criteria.0.values{problem}",
            )
            for values, problem in (
                ("[[1]]", ".0: must be a text, a number, true, false or a date"),
                ("[1, 07:32:00]", ".1: must be a text, a number, true, false or a date"),
                ("[nan]", ".0: must be a number that is finite"),
                ("[2026-01-31T12:00:00]", ".0: must have an offset from UTC, such as "),
                ("[]", ": give at least one value to compare with"),
                ("true", ": must be a list in square brackets"),
            )
        ],
        ("[qualification]\ncriteria = []\n", "qualification.criteria: give at least one criterion"),
    ],
)
def test_one_wrong_criterion_is_one_problem(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(text)

    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)

    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].startswith(f"FLOW_FILE: {path}: {problem}")


def test_dates_and_numbers_in_criteria_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(
        CRITERION + "operator = 'in'\n"
        "values = [2026-01-31, 2026-01-31T12:00:00Z, '2026-01-31', true, 1, 1.0, 'true', '1']\n"
    )

    (criterion,) = load_flow(path).qualification.criteria

    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    wanted = (date(2026, 1, 31), noon, "2026-01-31", True, 1, 1.0, "true", "1")
    assert criterion.values == wanted
    assert [type(value) for value in criterion.values] == [type(value) for value in wanted]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    path.write_text("[qualification]\nmatch = 'none'\n[currencies]\nenabled = 'perhaps'\n")

    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)

    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        (b"match =", "is no TOML"),
        (b"\xff\xfe", "cannot be read"),
        (b"match = " + b"9" * 5000, "thousands of digits"),
        (b"match = " + b"[" * 100_000, "lists in each other"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "flow.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=words):
        load_flow(path)

    assert path.exists() == (content is not None)
