"""Account ids and the small values."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RecordNotFound
from app.flow import Flow
from app.models import Address, account_id
from app.netsuite.mapping import external_id

SHORT_IDS = st.text(string.ascii_letters + string.digits, min_size=12, max_size=12).map(
    lambda rest: "001" + rest
)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001D000000IRFma", "001D000000IRFmaIAH"),
        ("001300000000f6T", "001300000000f6TAAQ"),
        ("001300000000kFb", "001300000000kFbAAI"),
    ],
)
def test_a_short_id_gets_the_suffix_that_salesforce_gives_it(short: str, long: str) -> None:
    given_short = short

    lengthened = account_id(given_short)

    assert lengthened == long
    assert account_id(long) == long


@given(SHORT_IDS)
def test_lengthening_twice_is_lengthening_once(short: str) -> None:
    long = account_id(short)

    again = account_id(long)

    assert len(long) == 18
    assert long.startswith(short)
    assert again == long


@given(SHORT_IDS, SHORT_IDS)
def test_ids_that_differ_stay_different_where_case_is_folded(one: str, other: str) -> None:
    folded = account_id(one).casefold() == account_id(other).casefold()

    same = one == other

    assert folded == same


@given(SHORT_IDS, st.sets(st.integers(0, 14)))
def test_ids_that_differ_in_case_only_stay_different_when_folded(short: str, at: set[int]) -> None:
    swapped = "".join(c.swapcase() if i in at else c for i, c in enumerate(short))

    folded = account_id(short).casefold() == account_id(swapped).casefold()

    assert folded == (swapped == short)


@given(st.text(max_size=25))
def test_any_text_is_an_account_id_or_refused_in_a_sentence(text: str) -> None:
    try:
        long = account_id(text)
    except RecordNotFound as refused:
        sentence = str(refused)
    else:
        sentence = ""

    recognised = not sentence

    if recognised:
        assert len(long) == 18
        assert long.startswith(text[:15])
    else:
        assert "is no Account id" in sentence


@pytest.mark.parametrize(
    "text",
    [
        *("", "001", "001D000000IRFm", "001D000000IRFmaI", "001D000000IRFmaIAHX"),
        *("003D000000IRFma", "001D000000IRF-a", "001D000000IRFma\n", " 001D000000IRFma"),
        *("001D000000IRFmaAAA", "001D000000IRFmaiah", "001D000000IRFmä", "٠٠١D000000IRFma"),
    ],
)
def test_what_is_no_account_id_is_refused(text: str) -> None:
    with pytest.raises(RecordNotFound, match="is no Account id"):
        account_id(text)


def test_the_external_id_bears_the_long_id() -> None:
    flow = Flow()

    made = [external_id(text, flow) for text in ("001D000000IRFmaIAH", "001D000000IRFma")]

    assert made == ["SF-001D000000IRFmaIAH"] * 2
    with pytest.raises(RecordNotFound):
        external_id("003D000000IRFma", flow)


def test_an_address_is_empty_until_one_part_is_given() -> None:
    empty, blank, partial = Address(), Address(street=""), Address(country="France")

    truths = [bool(address) for address in (empty, blank, partial)]

    assert truths == [False, False, True]
