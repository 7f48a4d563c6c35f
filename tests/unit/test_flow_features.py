"""`[subsidiaries]` and `[currencies]`: keys that could never have an effect stop the start."""

from pathlib import Path

import pytest

from app.errors import ConfigurationError
from app.flow import load_flow

OFF = "further and further_field do not go with enabled = false: nothing of them is sent"
TOO_LONG = "must have at most 18 characters"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[subsidiaries.values]\nEurope = '3'\neurope = '4'\n",
            "subsidiaries.values: Europe and europe are the same: neither case nor spaces count",
        ),
        (
            "[subsidiaries.values]\n'STRASSE' = '3'\n' Straße' = '3'\n",
            "subsidiaries.values: STRASSE and Straße are the same: neither case nor spaces count",
        ),
        (
            "[subsidiaries.values]\n' ' = '3'\n",
            "subsidiaries.values: has an empty key: default says what an empty field means",
        ),
        ("[subsidiaries]\nenabled = false\nfurther = ['2']\n", f"subsidiaries: {OFF}"),
        ("[subsidiaries]\nenabled = false\nfurther_field = 'X__c'\n", f"subsidiaries: {OFF}"),
        ("[currencies]\nenabled = false\nfurther = ['EUR']\n", f"currencies: {OFF}"),
        ("[currencies]\nenabled = false\nfurther_field = 'X__c'\n", f"currencies: {OFF}"),
        (f"[subsidiaries]\ndefault = '{'1' * 19}'\n", f"subsidiaries.default: {TOO_LONG}"),
        (f"[subsidiaries.values]\nX = '{'1' * 19}'\n", f"subsidiaries.values.X: {TOO_LONG}"),
        (f"[matching]\ncustomer_status = '{'1' * 19}'\n", f"matching.customer_status: {TOO_LONG}"),
    ],
)
def test_a_key_that_could_have_no_effect_is_one_sentence(
    text: str, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "flow.toml"
    path.write_text(text)

    with pytest.raises(ConfigurationError) as refused:
        load_flow(path)

    assert refused.value.problems == [f"FLOW_FILE: {path}: {problem}"]


def test_a_table_that_is_off_may_keep_its_other_keys(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    path.write_text("[subsidiaries]\nenabled = false\nfield = 'Region__c'\ndefault = '2'\n")

    flow = load_flow(path)

    assert (flow.subsidiaries.enabled, flow.subsidiaries.default) == (False, "2")
