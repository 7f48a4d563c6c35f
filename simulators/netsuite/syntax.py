"""The part of SuiteQL's grammar that SQLite would not refuse by itself."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<space>\s+|--[^\n]*|/\*.*?\*/)"
    r"|(?P<text>'(?:[^']|'')*')"
    r'|(?P<quoted>"[^"\[\]]+")'
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_$#]*)"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<mark>\?)"
    r"|(?P<operator>\|\||<=|>=|<>|!=|[-=<>+*/(),.])",
    re.DOTALL,
)
_FORBIDDEN_WORDS = """
    WITH LIMIT OFFSET GLOB REGEXP MATCH ISNULL NOTNULL PRAGMA INSERT UPDATE DELETE CREATE DROP
    ALTER ATTACH DETACH REPLACE INTO VALUES VACUUM BEGIN COMMIT ROLLBACK INDEXED COLLATE
"""
_FORBIDDEN = frozenset(_FORBIDDEN_WORDS.split())
_LITERAL_TYPES = ("DATE", "TIMESTAMP")
_ENDS_FROM = frozenset(["WHERE", "GROUP", "HAVING", "ORDER", "ON", "UNION", "INTERSECT"])
_JOINS = frozenset(["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "OUTER", "CROSS", "NATURAL"])
MAX_IN = 1000


class Unsupported(Exception):
    """The text is no query that SuiteQL takes."""


@dataclass(frozen=True)
class Query:
    """A checked query.

    ``sources`` maps each alias in FROM (or the name itself) to its record type; ``names`` holds
    every identifier in lower case; ``marks`` counts the bound parameters.
    """

    sql: str
    sources: dict[str, str]
    names: frozenset[str]
    marks: int


def parse(text: str) -> Query:
    """Check a query and rewrite what SQLite reads otherwise.

    Raises:
        Unsupported: it is not one SELECT, or uses what SuiteQL does not have: WITH, LIMIT, date
            literals, more than 1,000 values in an IN, other operators or quotes.
    """
    tokens = _tokens(text)
    words = [value.upper() if kind == "word" else value for kind, value in tokens]
    if not words or words[0] != "SELECT":
        raise Unsupported("only SELECT is supported")
    for index, (kind, _) in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ("", "")
        if kind == "word":
            _check_word(words[index], following)
        if words[index] == "IN" and following[1] == "(":
            _check_in(words, index + 2)
    names = frozenset(v.strip('"').lower() for kind, v in tokens if kind in ("word", "quoted"))
    return Query(_text(tokens), _sources(tokens), names, words.count("?"))


def _tokens(text: str) -> list[tuple[str, str]]:
    found = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise Unsupported(f"unexpected {text[position]!r}")
        if match.lastgroup not in (None, "space"):
            found.append((str(match.lastgroup), match[0]))
        position = match.end()
    return found


def _check_word(word: str, following: tuple[str, str]) -> None:
    is_call = following[1] == "("
    if word in _FORBIDDEN and not (word == "REPLACE" and is_call):
        raise Unsupported(f"{word} is not supported")
    if word in _LITERAL_TYPES and following[0] == "text":
        raise Unsupported("date literals are not supported")


def _check_in(words: list[str], start: int) -> None:
    if words[start : start + 1] == ["SELECT"]:
        return
    depth, values = 0, 1
    for word in words[start:]:
        if word == ")" and depth == 0:
            break
        depth += (word == "(") - (word == ")")
        values += word == "," and depth == 0
    if values > MAX_IN:
        raise Unsupported(f"more than {MAX_IN} values in IN")


def _text(tokens: list[tuple[str, str]]) -> str:
    """The query for SQLite; its double quotes could mean texts, its brackets only names."""
    return " ".join(f"[{v[1:-1]}]" if kind == "quoted" else v for kind, v in tokens)


def _sources(tokens: list[tuple[str, str]]) -> dict[str, str]:
    sources: dict[str, str] = {}
    expecting = listing = False
    table = ""
    for kind, value in tokens:
        word = value.upper() if kind == "word" else value
        if word == "FROM" or word in _JOINS:
            expecting, listing, table = True, True, ""
        elif word in _ENDS_FROM or word in ("(", ")"):
            expecting = listing = False
            table = ""
        elif word == "," and listing:
            expecting, table = True, ""
        elif kind in ("word", "quoted") and expecting:
            table, expecting = value.strip('"').lower(), False
            sources[table] = table
        elif kind in ("word", "quoted") and table and word != "AS":
            sources.pop(table, None)
            sources[value.strip('"').lower()] = table
            table = ""
    return sources
