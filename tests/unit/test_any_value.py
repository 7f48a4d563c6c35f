"""Single values of any kind, length and script: rejected, left out, or as NetSuite takes them."""

from hypothesis import given
from hypothesis import strategies as st

from app.errors import RecordRejected
from app.flow_mapping import FieldRule
from app.models import Scalar
from app.netsuite.fitting import Fitted, fit
from app.texts import cut, plain

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(min_size=60, max_size=300),
    st.from_regex(r"(https?://)?[a-zé]{1,12}\.[a-z]{2,8}(/\S{0,60})?", fullmatch=True),
    st.from_regex(r"[+0-9 ()-]{5,40}", fullmatch=True),
    st.emails(),
    st.dates().map(str),
)
TEXT_RULES = st.builds(
    FieldRule,
    account=st.just("X__c"),
    customer=st.sampled_from(["custentity_x", "comments"]),
    kind=st.sampled_from(["text", "phone", "url"]),
    limit=st.integers(1, 120),
    misfit=st.sampled_from(["reject", "truncate", "omit"]),
)
OTHER_RULES = st.builds(
    FieldRule,
    account=st.just("X__c"),
    customer=st.just("custentity_x"),
    kind=st.sampled_from(["boolean", "number", "date", "reference"]),
    misfit=st.sampled_from(["reject", "omit"]),
)


@given(TEXT_RULES, SCALARS)
def test_any_value_is_rejected_left_out_or_fits(any_rule: FieldRule, value: Scalar) -> None:
    try:
        fitted = fit(any_rule, value)
    except RecordRejected as rejected:
        fitted = Fitted(None, sent=False, alterations=(str(rejected),))

    text = str(fitted.value or "")

    assert any_rule.limit is not None
    assert len(text) <= any_rule.limit
    assert plain(text) == text
    assert text.encode().decode() == text
    assert fitted.sent or len(fitted.alterations) == 1
    if text and any_rule.kind == "phone":
        assert sum(letter in "0123456789" for letter in text) >= 7
    if text and any_rule.kind == "url":
        assert text.lower().startswith(("http://", "https://"))
    if fitted.sent and not fitted.alterations:
        assert text == plain(value)


@given(OTHER_RULES, SCALARS)
def test_any_value_is_rejected_left_out_or_of_the_kinds_type(
    any_rule: FieldRule, value: Scalar
) -> None:
    try:
        fitted = fit(any_rule, value)
    except RecordRejected as rejected:
        fitted = Fitted(None, sent=False, alterations=(str(rejected),))

    types = {"boolean": (bool,), "number": (int, float), "date": (str,), "reference": (dict,)}

    assert fitted.value is None or isinstance(fitted.value, types[any_rule.kind])
    assert fitted.sent or len(fitted.alterations) == 1
    assert fitted.value is not None or not fitted.sent or not plain(value)


@given(st.text(), st.integers(1, 20))
def test_what_is_cut_is_a_beginning_that_ends_with_a_whole_letter(text: str, limit: int) -> None:
    stripped = plain(text)

    shortened = cut(stripped, limit)

    assert stripped.startswith(shortened)
    assert len(shortened) <= limit
    assert bool(shortened) == bool(stripped)
    assert cut(shortened, limit) == shortened
