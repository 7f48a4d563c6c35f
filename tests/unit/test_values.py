"""Single values: completed, cut, left out or rejected."""

from typing import Literal

import pytest

from app.errors import RecordRejected
from app.flow_kinds import Kind
from app.flow_mapping import FieldRule
from app.models import Scalar
from app.netsuite.fitting import Fitted, fit
from app.texts import choices

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
        ("email", "omit", " jo.o'neil+x@müller.de ", "jo.o'neil+x@müller.de", None),
        ("email", "omit", "a" * 20 + "@b.example", None, "left out, 30 characters where"),
        *[
            ("email", "omit", value, None, f"left out, no email address: '{value}'")
            for value in (
                *("jo", "jo@", "@b.example", "jo@b", "jo@b.c", "a@b@c.example", "jo b@c.example"),
                *("jo@b.example;al@b.ex", "<jo@b.example>", "jo@-b.example", "jo@b.ex\u200bample"),
            )
        ],
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

    assert fitted.value == sent
    assert fitted.sent is not (said or "").startswith("left out")
    assert len(fitted.alterations) >= (1 if said else 0)
    assert fitted.alterations[-1:] == () or fitted.alterations[-1].startswith(f"X__c: {said}")


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        *(("boolean", True, True), ("boolean", False, False), ("boolean", " TRUE ", True)),
        *(("boolean", "false", False), ("boolean", None, None)),
        *(("number", 265.0, 265), ("number", 2.5, 2.5), ("number", -3, -3), ("number", 0, 0)),
        *(("number", " 12.50 ", 12.5), ("number", "-7", -7), ("number", "", None)),
        ("date", "2026-01-31", "2026-01-31"),
        ("date", "2026-01-31T23:59:59.000+0000", "2026-01-31"),
        *(("reference", "12", {"id": "12"}), ("reference", 12.0, {"id": "12"})),
        *(("reference", " 7\n", {"id": "7"}), ("reference", None, None)),
    ],
)
def test_what_is_no_text_is_sent_in_jsons_own_type(kind: Kind, value: Scalar, sent: object) -> None:
    wanted = FieldRule(account="X__c", customer="custentity_x", kind=kind)

    fitted = fit(wanted, value)

    assert fitted == Fitted(sent)
    assert type(fitted.value) is type(sent)


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        *[("boolean", value, "neither true nor false") for value in ("yes", 1, 0.0, "wahr")],
        *[("number", value, "no number") for value in ("1,234", "1e9", "٣", "NaN", True, "0x1")],
        *[
            ("number", value, "no number that NetSuite can hold")
            for value in (float("nan"), float("inf"), 1e15, -(10**400))
        ],
        *[("date", value, "no date") for value in ("2026-02-30", "31.01.2026", "2026-W05-6", 5)],
        *[("reference", value, "no internal id") for value in ("-5", "3.5", "٣", "Acme", True)],
        ("reference", "1" * 19, "no internal id"),
    ],
)
def test_what_is_none_of_its_kind_follows_misfit(kind: Kind, value: Scalar, why: str) -> None:
    lenient = FieldRule(account="X__c", customer="custentity_x", kind=kind)
    strict = lenient.model_copy(update={"misfit": "reject"})

    fitted = fit(lenient, value)

    assert not fitted.sent
    assert fitted.alterations[0].startswith(f"X__c: left out, {why}: '")
    with pytest.raises(RecordRejected, match=f"^X__c does not fit NetSuite .{why}: "):
        fit(strict, value)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("text", "a" * 22, r"X__c does not fit .*22 characters where custentity_x takes 21"),
        ("phone", "12", r"X__c does not fit .*fewer than seven digits: '12'"),
        ("url", "n/a", r"X__c does not fit .*no web address: 'n/a'"),
        ("email", "n/a", r"X__c does not fit .*no email address: 'n/a'"),
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


TIERS = FieldRule(
    account="Tier__c",
    customer="category",
    kind="reference",
    values={" Gold ": "1", "true": "2", "3": "4", "": "9"},
)


@pytest.mark.parametrize(
    ("value", "internal_id"),
    [("Gold", "1"), ("\tGold ", "1"), (True, "2"), (3.0, "4"), (None, "9"), (" \n", "9")],
)
def test_a_listed_value_is_sent_as_what_it_stands_for(value: Scalar, internal_id: str) -> None:
    wanted = TIERS

    fitted = fit(wanted, value)

    assert fitted == Fitted({"id": internal_id})


def test_a_value_that_is_not_listed_follows_misfit() -> None:
    strict = TIERS.model_copy(update={"misfit": "reject"})

    fitted = fit(TIERS, "gold")

    assert fitted == Fitted(
        None, sent=False, alterations=("Tier__c: left out, 'gold' is not among its values",)
    )
    with pytest.raises(RecordRejected, match=r"'gold' is not among its values.*: , 3, Gold, true"):
        fit(strict, "gold")


def test_a_listed_value_may_stand_for_nothing() -> None:
    emptying = FieldRule(account="X__c", customer="custentity_x", limit=9, values={"None": ""})

    fitted = [fit(emptying, value) for value in ("None", None)]

    assert fitted == [Fitted(None), Fitted(None)]


def test_an_empty_field_clears_or_leaves() -> None:
    clearing = FieldRule(account="X__c", customer="custentity_x", limit=9)
    leaving = FieldRule(account="X__c", customer="custentity_x", limit=9, empty="leave")

    fitted = [fit(either, " ") for either in (clearing, leaving)]

    assert fitted == [Fitted(None, sent=True), Fitted(None, sent=False)]


def test_the_choices_of_a_multi_select_picklist_are_told_apart() -> None:
    given_texts: list[Scalar] = ["Europe;Asia", " Europe ; ;\n", "", None, 3.0]

    chosen = [choices(text) for text in given_texts]

    assert chosen == [["Europe", "Asia"], ["Europe"], [], [], ["3"]]
