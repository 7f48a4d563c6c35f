"""Record ids of the Salesforce simulator."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.salesforce.ids import IdSource, normalise, suffix

SHORT = st.text(string.ascii_letters + string.digits, min_size=15, max_size=15)


@pytest.mark.parametrize(
    "published",
    ["0014H00002LbR7QQAV", "001Dp00000JJkkHIAT", "005Dp000000PpjsIAC", "012Dp000000Cx1rIAC"],
)
def test_ids_of_real_orgs_have_the_suffix_that_is_computed(published: str) -> None:
    assert published[:15] + suffix(published[:15]) == published


@given(SHORT)
def test_a_short_id_and_its_long_form_are_the_same(short: str) -> None:
    long = normalise(short)

    assert long is not None
    assert long[:15] == short
    assert normalise(long) == long


@given(SHORT, st.sampled_from(string.ascii_uppercase))
def test_a_wrong_suffix_is_no_id(short: str, letter: str) -> None:
    wrong = letter + suffix(short)[1:]

    assert (normalise(short + wrong) is None) == (wrong != suffix(short))


@pytest.mark.parametrize("text", ["", "001", "001000000000001A", "0010000000000 1", "é" * 15])
def test_what_has_another_form_is_no_id(text: str) -> None:
    assert normalise(text) is None


def test_new_ids_are_unique_and_grow() -> None:
    source = IdSource()

    made = [source.next("001") for _ in range(5000)]

    assert len(set(made)) == 5000
    assert all(normalise(record_id) == record_id for record_id in made)
    assert [record_id[:3] for record_id in made] == ["001"] * 5000
