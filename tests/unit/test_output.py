"""What is printed for people."""

import json

import pytest

from workers.output import print_json, print_table, tell

LONG = "NetSuite rejects a value: correct it in Salesforce, or the mapping. " * 5


def test_a_table_in_a_pipe_is_folded_and_not_padded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)

    print_table(("account", "words"), [("001000000000001AAA", LONG), ("001000000000002AAA", "x")])

    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 120
    assert len(lines) > 4
    assert [line for line in lines if line != line.rstrip()] == []


def test_columns_says_how_wide_a_table_may_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")

    print_table(("account", "words"), [("001000000000001AAA", "x" * 200)])

    lines = capsys.readouterr().out.splitlines()
    assert 50 < max(map(len, lines)) <= 60
    assert sum(line.count("x") for line in lines) == 200


def test_what_a_row_is_about_is_never_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")

    print_table(("account", "cause", "words"), [("001000000000001AAA", "RecordRejected", LONG)])

    assert "001000000000001AAA" in capsys.readouterr().out


def test_a_table_without_rows_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("state", "accounts"), [])

    assert capsys.readouterr().out == ""


def test_a_terminal_obeys_nothing_that_was_stored(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b]0;owned\x07 \x9b2J \u202eevil"

    tell(hostile)
    print_table(("words",), [(hostile,)])
    told = capsys.readouterr().out
    print_json({"words": hostile})
    printed = capsys.readouterr().out

    assert not [letter for letter in "\x1b\x07\x9b\u202e" if letter in told]
    assert not [letter for letter in "\x1b\x07\x9b" if letter in printed]
    assert json.loads(printed) == {"words": hostile}
