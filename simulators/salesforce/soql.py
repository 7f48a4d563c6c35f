"""Text of a SOQL query to its parts (``syntax``); refuses what is no SOQL."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError

from simulators.salesforce import syntax
from simulators.salesforce.errors import ApiError

LONGEST_QUERY = 100_000
LONGEST_LITERAL = 4_000
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


def parse(text: str) -> syntax.Query:
    """The query's parts.

    Raises:
        ApiError: MALFORMED_QUERY, with the platform's pointer to the place.
    """
    if len(text) > LONGEST_QUERY:
        raise ApiError("MALFORMED_QUERY", f"SOQL statements cannot be longer than {LONGEST_QUERY}")
    try:
        tree = _grammar().parse(text)
    except UnexpectedToken as error:
        shown = error.token if error.token.type != "$END" else "<EOF>"
        raise located(text, _place(error, text), f"unexpected token: '{shown}'") from None
    except UnexpectedInput as error:
        place = _place(error, text)
        raise located(text, place, f"unexpected token: '{text[place : place + 1]}'") from None
    try:
        query: syntax.Query = _Parts(text).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, ApiError):
            raise error.orig_exc from None
        raise
    return query


def located(text: str, start: int, message: str, code: str = "MALFORMED_QUERY") -> ApiError:
    """An error that points at a place of the query, as the platform's messages do."""
    before = text[:start]
    row = before.count("\n") + 1
    column = start - (before.rfind("\n") + 1) + 1
    excerpt = text[max(0, start - 40) : start + 40].replace("\n", " ")
    pointer = " " * min(start, 40) + "^"
    return ApiError(code, f"\n{excerpt}\n{pointer}\nERROR at Row:{row}:Column:{column}\n{message}")


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    file = resources.files("simulators.salesforce") / "soql.lark"
    return Lark(file.read_text(), start="query", parser="lalr", propagate_positions=True)


def _place(error: UnexpectedInput, text: str) -> int:
    place = error.pos_in_stream
    return len(text) if place is None or place < 0 else place


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        found = match[1]
        return chr(int(found[1:], 16)) if len(found) == 5 else _ESCAPES.get(found.lower(), found)

    return _ESCAPE.sub(one, text)


def like_pattern(raw: str) -> re.Pattern[str]:
    """The regular expression of a LIKE literal as written: ``%`` any text, ``_`` one character."""
    parts = []
    for piece in re.finditer(r"\\(?:u[0-9a-fA-F]{4}|.)|.", raw, re.DOTALL):
        wildcard = {"%": ".*", "_": "."}.get(piece[0])
        parts.append(wildcard or re.escape(_unescape(piece[0])))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _check_escapes(body: str, text: str, start: int) -> None:
    for match in _ESCAPE.finditer(body):
        if len(match[1]) == 1 and match[1] not in "nNrRtTbBfF\"'\\%_":
            raise located(text, start + match.start(), f"Illegal escape sequence: {match[0]}")


@v_args(inline=True)
class _Parts(Transformer[Token, Any]):
    """Builds the parts from lark's tree, leaves first."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def path(self, *names: Token) -> syntax.Path:
        return syntax.Path(tuple(str(name) for name in names), names[0].start_pos or 0)

    def alias(self, name: Token) -> Token:
        return name

    def field_item(self, path: syntax.Path, alias: Token | None = None) -> syntax.FieldItem:
        return syntax.FieldItem(path, None if alias is None else str(alias))

    def aggregate(self, function: Token, *rest: Any) -> syntax.Aggregate:
        path = next((part for part in rest if isinstance(part, syntax.Path)), None)
        alias = next((str(part) for part in rest if isinstance(part, Token)), None)
        return syntax.Aggregate(function.upper(), path, alias, function.start_pos or 0)

    def subselect(self, query: syntax.Query) -> syntax.Query:
        return query

    def source(self, path: syntax.Path, alias: Token | None = None) -> syntax.FieldItem:
        return syntax.FieldItem(path, None if alias is None else str(alias))

    def select_list(self, *items: Any) -> list[Any]:
        return list(items)

    def string(self, token: Token) -> syntax.Quoted:
        body = str(token)[1:-1]
        start = (token.start_pos or 0) + 1
        if len(body) > LONGEST_LITERAL:
            raise located(self._text, start, f"string literal is longer than {LONGEST_LITERAL}")
        _check_escapes(body, self._text, start)
        return syntax.Quoted(_unescape(body), body)

    def number(self, token: Token) -> int | float:
        return int(token) if re.fullmatch(r"[+-]?\d+", token) else float(token)

    def true(self, _: Token) -> bool:
        return True

    def false(self, _: Token) -> bool:
        return False

    def null(self, _: Token) -> None:
        return None

    def date(self, token: Token) -> date:
        try:
            return date.fromisoformat(token)
        except ValueError:
            raise self._at(token, f"Invalid date: {token}") from None

    def datetime(self, token: Token) -> datetime:
        try:
            return datetime.fromisoformat(token.upper()).astimezone(UTC)
        except ValueError:
            raise self._at(token, f"Invalid datetime: {token}") from None

    def date_literal(self, name: Token, number: Token | None = None) -> syntax.DateLiteral:
        return syntax.DateLiteral(name.upper(), None if number is None else int(number))

    def comparison(
        self, path: syntax.Path, operator: Token, literal: syntax.Literal
    ) -> syntax.Comparison:
        return syntax.Comparison(path, "!=" if operator == "<>" else str(operator), literal)

    def like(self, path: syntax.Path, _: Token, literal: syntax.Literal) -> syntax.Comparison:
        return syntax.Comparison(path, "LIKE", literal)

    def in_list(self, path: syntax.Path, *rest: Any) -> syntax.InList:
        return syntax.InList(path, [r for r in rest if not isinstance(r, Token)], negated=False)

    def not_in_list(self, path: syntax.Path, *rest: Any) -> syntax.InList:
        return syntax.InList(path, [r for r in rest if not isinstance(r, Token)], negated=True)

    def in_query(self, path: syntax.Path, *rest: Any) -> syntax.InQuery:
        return syntax.InQuery(path, rest[-1], negated=False)

    def not_in_query(self, path: syntax.Path, *rest: Any) -> syntax.InQuery:
        return syntax.InQuery(path, rest[-1], negated=True)

    def negation(self, _: Token, condition: syntax.Condition) -> syntax.Negation:
        return syntax.Negation(condition)

    def conjunction(self, *parts: Any) -> syntax.Junction:
        return syntax.Junction("AND", [part for part in parts if not isinstance(part, Token)])

    def disjunction(self, *parts: Any) -> syntax.Junction:
        return syntax.Junction("OR", [part for part in parts if not isinstance(part, Token)])

    def where(self, _: Token, condition: syntax.Condition) -> tuple[str, Any]:
        return "where", condition

    def group_by(self, *parts: Any) -> tuple[str, Any]:
        return "group_by", [part for part in parts if isinstance(part, syntax.Path)]

    def direction(self, word: Token) -> tuple[str, bool]:
        return "descending", word.upper() == "DESC"

    def nulls(self, _: Token, word: Token) -> tuple[str, bool]:
        return "nulls_last", word.upper() == "LAST"

    def order_item(
        self, key: syntax.Path | syntax.Aggregate, *how: tuple[str, bool]
    ) -> syntax.OrderItem:
        return syntax.OrderItem(key, **{"descending": False, "nulls_last": False, **dict(how)})

    def order_by(self, *parts: Any) -> tuple[str, Any]:
        return "order_by", [part for part in parts if isinstance(part, syntax.OrderItem)]

    def limit(self, word: Token, number: Token) -> tuple[str, Any]:
        return "limit", self._whole(number)

    def offset(self, word: Token, number: Token) -> tuple[str, Any]:
        return "offset", self._whole(number)

    def query(self, *parts: Any) -> syntax.Query:
        items, source, *clauses = (part for part in parts if not isinstance(part, Token))
        given = dict(clauses)
        return syntax.Query(
            items=items,
            source=source.path,
            alias=source.alias,
            where=given.get("where"),
            group_by=given.get("group_by", []),
            order_by=given.get("order_by", []),
            limit=given.get("limit"),
            offset=given.get("offset"),
            text=self._text,
        )

    def _whole(self, number: Token) -> int:
        if not number.isdecimal():
            raise self._at(number, f"unexpected token: '{number}'")
        return int(number)

    def _at(self, token: Token, message: str) -> ApiError:
        return located(self._text, token.start_pos or 0, message)
