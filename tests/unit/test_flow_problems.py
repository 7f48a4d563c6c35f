"""What is said of a flow file that is wrong: friendly words, and no value of another kind."""

from pathlib import Path

import pytest

from app.errors import ConfigurationError
from app.flow import load_flow

NAME = "[[mapping.fields]]\naccount = 'Name'\ncustomer = 'companyName'\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[hierarchy]\nlate_parent = 'skip'\n",
            "hierarchy.late_parent: unknown key; did you mean late_parents?",
        ),
        ("[hierachy]\n", "hierachy: unknown key; did you mean hierarchy?"),
        (
            "[currencies]\nEUR = '1'\n",
            "currencies.EUR: unknown key; there are enabled, further, further_field",
        ),
        (
            f"{NAME}limit = 83\nmisfits = 'omit'\n",
            "mapping.fields.0.misfits: unknown key; did you mean misfit?",
        ),
        (
            "[hierarchy]\nlate_parents = 'never'\n",
            "hierarchy.late_parents: must be 'skip', 'sync' or 'report'",
        ),
        (
            "[matching]\norder = ['email']\n",
            "matching.order.0: must be 'link', 'external_id' or 'name'",
        ),
        ("[matching]\norder = 'link'\n", "matching.order: must be a list in square brackets"),
        (
            f"{NAME}limit = '83'\n",
            "mapping.fields.0.limit: must be a whole number, without quotes",
        ),
        (
            f"{NAME}limit = 83.0\n",
            "mapping.fields.0.limit: must be a whole number, without quotes",
        ),
        (
            f"{NAME}limit = true\n",
            "mapping.fields.0.limit: must be a whole number, without quotes",
        ),
        (f"{NAME}limit = 0\n", "mapping.fields.0.limit: must be greater than 0"),
        ("[currencies]\nenabled = 'yes'\n", "currencies.enabled: must be true or false"),
        ("[subsidiaries]\nenabled = 1\n", "subsidiaries.enabled: must be true or false"),
        ("[mapping]\nbilling_address = 0\n", "mapping.billing_address: must be true or false"),
        ("[subsidiaries]\ndefault = 1\n", "subsidiaries.default: must be a text in quotes"),
        (
            "[subsidiaries]\ndefault = 'one'\n",
            'subsidiaries.default: must be an internal id: digits in quotes, such as "1"',
        ),
        (
            "[subsidiaries]\nfield = 'Region of'\n",
            "subsidiaries.field: must be a field's API name: a letter, then letters, digits and "
            "underscores",
        ),
        ("[mapping]\ncountries = 'GB'\n", "mapping.countries: must be a table"),
        (
            "[mapping.countries]\nBlighty = 'GBR'\n",
            "mapping.countries.Blighty: must be a country's code: two capital letters",
        ),
        ("[mapping]\nbilling_label = ''\n", "mapping.billing_label: must not be empty"),
        (
            f"[mapping]\nbilling_label = '{'x' * 51}'\n",
            "mapping.billing_label: must have at most 50 characters",
        ),
        (
            "[matching]\nexternal_id_prefix = 'SF|'\n",
            "matching.external_id_prefix: must be at most 20 letters, digits, hyphens and "
            "underscores",
        ),
        ("qualification = 'all'\n", "qualification: must be a table"),
    ],
)
def test_a_problem_is_told_in_the_words_of_the_file(
    text: str, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(text)

    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)

    assert refused.value.problems == [f"FLOW_FILE: {path}: {problem}"]


def test_a_key_of_half_the_file_is_shown_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(f'"{"x" * 5000}" = 1\n')

    with pytest.raises(ConfigurationError) as raised:
        load_flow(path)

    [problem] = raised.value.problems
    assert f"{'x' * 60}: unknown key" in problem
    assert len(problem) < 400 + len(str(path))


def test_a_key_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    path.write_text('"\\u001b[2Jhierarchy" = 1\n')

    with pytest.raises(ConfigurationError) as raised:
        load_flow(path)

    assert str(raised.value).isprintable()
