"""SOQL text to parts: whatever is written comes back as it was meant."""

import string
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.salesforce import syntax
from simulators.salesforce.errors import ApiError
from simulators.salesforce.soql import LONGEST_QUERY, like_pattern, parse

_KEYWORDS = {
    *("SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "LIKE", "IN", "TRUE", "FALSE", "NULL"),
    *("GROUP", "ORDER", "BY", "ASC", "DESC", "NULLS", "FIRST", "LAST", "LIMIT", "OFFSET"),
}
_names = st.text(string.ascii_letters, min_size=1, max_size=8).filter(
    lambda name: name.upper() not in _KEYWORDS
)
_paths = st.lists(_names, min_size=1, max_size=4).map(".".join)
_literals = st.one_of(
    st.text(max_size=20).map(lambda text: (_quoted(text), text)),
    st.booleans().map(lambda value: (str(value).lower(), value)),
    st.none().map(lambda value: ("null", value)),
    st.integers(-(10**9), 10**9).map(lambda value: (str(value), value)),
    st.dates().map(lambda value: (value.isoformat(), value)),
    st.datetimes(timezones=st.just(UTC)).map(
        lambda value: (
            value.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"),
            value.replace(microsecond=0),
        )
    ),
)
_signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def _quoted(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(char, escape)
    return f"'{text}'"


def _code(text: str) -> str | None:
    """The error code of a text that is no query."""
    try:
        parse(text)
    except ApiError as error:
        return error.code
    return None


@st.composite
def _predicates(draw: st.DrawFn) -> tuple[str, Any]:
    """Text of a predicate, and what must be read from it."""
    path = draw(_paths)
    names = tuple(path.split("."))
    if draw(st.booleans()):
        text, value = draw(_literals)
        sign = draw(_signs)
        return f"{path} {sign} {text}", (names, sign, value)
    pairs = draw(st.lists(_literals, min_size=1, max_size=4))
    word = draw(st.sampled_from(["IN", "NOT IN"]))
    values = [value for _, value in pairs]
    return f"{path} {word} ({', '.join(text for text, _ in pairs)})", (names, word, values)


def _conditions() -> st.SearchStrategy[tuple[str, Any]]:
    def grow(inner: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            inner.map(lambda pair: (f"(NOT ({pair[0]}))", ("NOT", pair[1]))),
            several.map(lambda pairs: _joined("AND", pairs)),
            several.map(lambda pairs: _joined("OR", pairs)),
        )

    return st.recursive(_predicates(), grow, max_leaves=6)


def _joined(word: str, pairs: list[tuple[str, Any]]) -> tuple[str, Any]:
    return f"({f' {word} '.join(text for text, _ in pairs)})", (word, [m for _, m in pairs])


def _meaning(condition: syntax.Condition) -> Any:
    match condition:
        case syntax.Junction(word, parts):
            return word, [_meaning(part) for part in parts]
        case syntax.Negation(inner):
            return "NOT", _meaning(inner)
        case syntax.Comparison(path, sign, literal):
            return path.names, sign, literal
        case syntax.InList(path, literals, negated):
            return path.names, "NOT IN" if negated else "IN", [*literals]
        case _:
            raise AssertionError(condition)


@given(_conditions())
def test_conditions_are_read_as_they_are_written(condition: tuple[str, Any]) -> None:
    text, meaning = condition

    query = parse(f"SELECT Id FROM Account WHERE {text}")

    assert query.where is not None
    assert _meaning(query.where) == meaning


@given(st.lists(_paths, min_size=1, max_size=5), _names, st.integers(0, 2000))
def test_selected_paths_and_the_limit_are_read(paths: list[str], source: str, limit: int) -> None:
    query = parse(f"select {', '.join(paths)} from {source} limit {limit}")

    assert [str(item.path) for item in query.items if isinstance(item, syntax.FieldItem)] == paths
    assert (str(query.source), query.limit) == (source, limit)


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_a_malformed_query(text: str) -> None:
    assert _code(f"SELECT {text}") in (None, "MALFORMED_QUERY")


@given(st.text("ab%_\\'", max_size=12))
def test_a_fully_escaped_like_literal_matches_itself_only(text: str) -> None:
    raw = "".join(f"\\{char}" if char in "%_\\'" else char for char in text)

    pattern = like_pattern(raw)

    assert pattern.fullmatch(text)
    assert not pattern.fullmatch(f"{text}a")


@pytest.mark.parametrize(
    ("raw", "yes", "no"),
    [
        ("a%", ["a", "A", "abc\n"], ["ba"]),
        ("_b", ["ab", "%b"], ["b", "abb"]),
        ("%b%", ["b", "aba"], ["aa"]),
        ("100\\%", ["100%"], ["100x"]),
        ("\\u0041%", ["a"], ["u0041"]),
        (".*", [".*"], ["ab"]),
    ],
)
def test_like(raw: str, yes: list[str], no: list[str]) -> None:
    pattern = like_pattern(raw)

    assert all(pattern.fullmatch(text) for text in yes)
    assert not any(pattern.fullmatch(text) for text in no)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT Id",
        "SELECT Id FROM Account WHERE",
        "SELECT Id FROM Account WHERE a = 1 AND b = 2 OR c = 3",
        "SELECT Id FROM Account WHERE a = 1 AND NOT b = 2",
        "SELECT Id FROM Account WHERE a IN ()",
        "SELECT Id FROM Account WHERE a = :bound",
        "SELECT Id FROM Account WHERE a = 2024-02-30",
        "SELECT Id FROM Account LIMIT -1",
        "SELECT Id FROM Account; DELETE",
        f"SELECT Id FROM Account{' ' * LONGEST_QUERY}",
    ],
)
def test_what_is_no_soql_is_malformed(text: str) -> None:
    code = _code(text)

    assert code == "MALFORMED_QUERY"


def test_dates_and_literals_have_types() -> None:
    query = parse(
        "SELECT Id FROM A WHERE a = TODAY AND b = LAST_N_DAYS:7 AND c = 2026-01-02 "
        "AND d = 2026-01-02T03:04:05.000+0200 AND e = 1.5"
    )

    assert isinstance(query.where, syntax.Junction)
    literals = [c.literal for c in query.where.conditions if isinstance(c, syntax.Comparison)]
    assert literals[:2] == [syntax.DateLiteral("TODAY", None), syntax.DateLiteral("LAST_N_DAYS", 7)]
    assert literals[2] == date(2026, 1, 2)
    assert literals[3] == datetime.fromisoformat("2026-01-02T01:04:05+00:00")
    assert literals[4] == 1.5
