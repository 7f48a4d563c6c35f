"""Texts that people type: comments, reasons, names of colleagues."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.texts import place, typed
from workers.flower.api.texts import Comment, Person, Reason, Why


@pytest.mark.parametrize("kind", [Why, Reason, Comment, Person])
def test_what_nobody_sees_is_not_kept(kind: Any) -> None:
    given = " ask \u202egnp.\u2066exe\u2069\u200b\x1b[2J\nAnn\ufeff "

    assert TypeAdapter(kind).validate_python(given) == typed(given) == "ask gnp.exe [2J Ann"


def test_a_reason_of_invisible_characters_says_nothing() -> None:
    with pytest.raises(ValidationError, match="must not be empty"):
        TypeAdapter(Reason).validate_python("\u200b\u202e \ufeff")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("criteria", 0, "values", 1), "criterion 1, value 2"),
        (("accounts", 499), "account 500"),
        (("why",), "why"),
        ((), ""),
    ],
)
def test_a_place_is_named_as_people_count(path: tuple[str | int, ...], words: str) -> None:
    assert place(path) == words
