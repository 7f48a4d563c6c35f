"""The parts of a parsed SOQL query, before any name in it is looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Path:
    """Dotted names, and where in the text the path begins (0-based)."""

    names: tuple[str, ...]
    start: int

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True)
class DateLiteral:
    """``TODAY``, or ``LAST_N_DAYS:n``; the name in capitals."""

    name: str
    count: int | None


class Quoted(str):
    """A string literal's text, and how it was written: LIKE tells ``\\%`` from ``%``."""

    raw: str

    def __new__(cls, text: str, raw: str) -> "Quoted":
        quoted = super().__new__(cls, text)
        quoted.raw = raw
        return quoted


Literal = Quoted | bool | int | float | date | datetime | DateLiteral | None


@dataclass(frozen=True)
class FieldItem:
    """A selected field, or (as ``source``) an object with its alias."""

    path: Path
    alias: str | None


@dataclass(frozen=True)
class Aggregate:
    """``COUNT()``, ``COUNT(field)``, ``MAX(field)`` …; the function in capitals."""

    function: str
    path: Path | None
    alias: str | None
    start: int


@dataclass(frozen=True)
class Comparison:
    """``path operator literal``; the operator is ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``
    or ``LIKE``."""

    path: Path
    operator: str
    literal: Literal


@dataclass(frozen=True)
class InList:
    """``path [NOT] IN (literals)``."""

    path: Path
    literals: Sequence[Literal]
    negated: bool


@dataclass(frozen=True)
class InQuery:
    """``path [NOT] IN (SELECT …)``: a semi-join or an anti-join."""

    path: Path
    query: "Query"
    negated: bool


@dataclass(frozen=True)
class Negation:
    """``NOT condition``."""

    condition: "Condition"


@dataclass(frozen=True)
class Junction:
    """Conditions that must all hold (``AND``), or any of them (``OR``)."""

    word: str
    conditions: Sequence["Condition"]


Condition = Comparison | InList | InQuery | Negation | Junction


@dataclass(frozen=True)
class OrderItem:
    """One key of the order; nulls come first unless said otherwise."""

    key: Path | Aggregate
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    """A whole SELECT; ``source`` is an object, or a child relationship in a subselect."""

    items: Sequence["FieldItem | Aggregate | Query"]
    source: Path
    alias: str | None
    where: Condition | None
    group_by: Sequence[Path]
    order_by: Sequence[OrderItem]
    limit: int | None
    offset: int | None
    text: str
