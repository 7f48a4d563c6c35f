"""Single values: completed, cut, left out or rejected."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RecordRejected
from app.flow import FieldRule
from app.models import Scalar
from app.netsuite.values import Fitted, cut, fit, plain

Kind = Literal["text", "phone", "url"]
Misfit = Literal["reject", "truncate", "omit"]


def rule(kind: Kind, misfit: Misfit, limit: int = 21, customer: str = "custentity_x") -> FieldRule:
    return FieldRule(account="X__c", customer=customer, kind=kind, misfit=misfit, limit=limit)


@pytest.mark.parametrize(
    ("kind", "misfit", "value", "sent", "said"),
    [
        ("url", "omit", "www.genepoint.com", "https://www.genepoint.com", "https:// was added"),
        ("url", "omit", "http://www.uos.com", "http://www.uos.com", None),
        ("url", "omit", "//a.example/b?c=d", "https://a.example/b?c=d", "https:// was added"),
        ("url", "omit", "HTTPS://müller.de:8080", "HTTPS://müller.de:8080", None),
        *[
            ("url", misfit, value, None, f"left out, no web address: '{value}'")
            for misfit in ("omit", "truncate")
            for value in (
                *("www.expressl&t.net", "n/a", "ftp://a.example", "mailto:a@b.example", "acme"),
                *("info@acme.example", "http://a b.example", "http://-a.example", "a_b.example"),
                *(
                    "https://",
                    "http://a..example",
                    "javascript:alert(1)",
                    "1.5",
                    "a.example/\u200b",
                ),
            )
        ],
        ("url", "omit", "a.example/" + "b" * 30, None, "left out, 48 characters where"),
        (
            "url",
            "truncate",
            "a.example/" + "b" * 30,
            "https://a.example/" + "b" * 12,
            "truncated from 48",
        ),
        ("phone", "omit", "+44 191 4956203", "+44 191 4956203", None),
        ("phone", "omit", "12", None, "left out, fewer than seven digits: '12'"),
        ("phone", "omit", "(785) 241-6200 ext. 12", None, "left out, 22 characters where"),
        ("phone", "truncate", "(785) 241-6200 ext. 12", "(785) 241-6200 ext. 1", "truncated"),
        ("phone", "truncate", "telephone number is: 7852416200", None, "left out, 31 characters"),
        ("text", "omit", "a" * 22, None, "left out, 22 characters where custentity_x takes 21"),
        ("text", "truncate", "a" * 22, "a" * 21, "truncated from 22 to 21 characters"),
        ("text", "truncate", "a" * 20 + "e\u0301", "a" * 20, "truncated from 22 to 21"),
        ("text", "omit", " a\tb\r\nc\x00\u2028 ", "a b c", None),
        *(("text", "omit", 265.0, "265", None), ("text", "omit", 2.5, "2.5", None)),
        *(("text", "omit", True, "true", None), ("text", "omit", "\ud83d", "\ufffd", None)),
        *(("text", "omit", None, None, None), ("url", "reject", " \n", None, None)),
    ],
)
def test_a_value_is_sent_completed_cut_or_left_out(
    kind: Kind,
    misfit: Misfit,
    value: Scalar,
    sent: str | None,
    said: str | None,
) -> None:
    wanted = rule(kind, misfit, limit=30 if kind == "url" else 21)

    fitted = fit(wanted, value)

    assert fitted.text == sent
    assert fitted.sent is not (said or "").startswith("left out")
    assert len(fitted.alterations) >= (1 if said else 0)
    assert fitted.alterations[-1:] == () or fitted.alterations[-1].startswith(f"X__c: {said}")


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("text", "a" * 22, r"X__c does not fit .*22 characters where custentity_x takes 21"),
        ("phone", "12", r"X__c does not fit .*fewer than seven digits: '12'"),
        ("url", "n/a", r"X__c does not fit .*no web address: 'n/a'"),
    ],
)
def test_a_misfit_is_rejected_where_the_rule_says_so(kind: Kind, value: str, words: str) -> None:
    strict = rule(kind, "reject")

    with pytest.raises(RecordRejected, match=words):
        fit(strict, value)


def test_the_lines_of_comments_are_joined_and_said() -> None:
    comments = rule("text", "truncate", limit=4000, customer="comments")

    fitted = fit(comments, "One\r\n\r\n Two\x0b\nThree\n")

    assert fitted == Fitted(
        "One / Two / Three", alterations=("X__c: 3 lines were joined with ' / '",)
    )


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(min_size=60, max_size=300),
    st.from_regex(r"(https?://)?[a-zé]{1,12}\.[a-z]{2,8}(/\S{0,60})?", fullmatch=True),
    st.from_regex(r"[+0-9 ()-]{5,40}", fullmatch=True),
)
RULES = st.builds(
    FieldRule,
    account=st.just("X__c"),
    customer=st.sampled_from(["custentity_x", "comments"]),
    kind=st.sampled_from(["text", "phone", "url"]),
    limit=st.integers(1, 120),
    misfit=st.sampled_from(["reject", "truncate", "omit"]),
)


@given(RULES, SCALARS)
def test_any_value_is_rejected_left_out_or_fits(any_rule: FieldRule, value: Scalar) -> None:
    try:
        fitted = fit(any_rule, value)
    except RecordRejected as rejected:
        fitted = Fitted(None, sent=False, alterations=(str(rejected),))

    text = fitted.text or ""

    assert len(text) <= any_rule.limit
    assert plain(text) == text
    assert text.encode().decode() == text
    assert fitted.sent or len(fitted.alterations) == 1
    if fitted.text and any_rule.kind == "phone":
        assert sum(letter in "0123456789" for letter in text) >= 7
    if fitted.text and any_rule.kind == "url":
        assert text.lower().startswith(("http://", "https://"))
    if fitted.sent and not fitted.alterations:
        assert text == plain(value)


@given(st.text(), st.integers(1, 20))
def test_what_is_cut_is_a_beginning_that_ends_with_a_whole_letter(text: str, limit: int) -> None:
    stripped = plain(text)

    shortened = cut(stripped, limit)

    assert stripped.startswith(shortened)
    assert len(shortened) <= limit
    assert bool(shortened) == bool(stripped)
    assert cut(shortened, limit) == shortened
