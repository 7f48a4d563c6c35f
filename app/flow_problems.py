"""What is wrong with a flow file, a sentence for each problem, in the words of the file."""

import difflib
from collections.abc import Iterable, Sequence
from typing import get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.texts import cut

API_NAME = r"^[A-Za-z][A-Za-z0-9_]*$"
INTERNAL_ID = r"^[0-9]+$"
COUNTRY_CODE = r"^[A-Z]{2}$"
CURRENCY_CODE = r"^[A-Z]{3}$"
CUSTOM_FIELD = r"^(custentity[a-z0-9_]{1,60})?$"
PREFIX = r"^[A-Za-z0-9_-]{0,20}$"

_LONGEST_KEY = 60
"""Characters of a key that is shown: a slip of the quotes makes a key of half the file."""
_PATTERNS = {
    API_NAME: "must be a field's API name: a letter, then letters, digits and underscores",
    INTERNAL_ID: 'must be an internal id: digits in quotes, such as "1"',
    COUNTRY_CODE: "must be a country's code: two capital letters",
    CURRENCY_CODE: 'must be a currency\'s ISO code: three capital letters, such as "EUR"',
    CUSTOM_FIELD: "must be empty, or a custom field of Customers: custentity_ and its name",
    PREFIX: "must be at most 20 letters, digits, hyphens and underscores",
}
_WORDS = {
    "missing": "is missing",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number, without quotes",
    "string_type": "must be a text in quotes",
    "tuple_type": "must be a list in square brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "literal_error": "must be {expected}",
    "greater_than": "must be greater than {gt}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_long": "must have at most {max_length} entries",
}


def problem(error: ErrorDetails, file: type[BaseModel]) -> str:
    """Such as `hierarchy.late_parent: unknown key; did you mean late_parents?`"""
    place = ".".join(cut(str(step), _LONGEST_KEY) for step in error["loc"]) or "file"
    return f"{place}: {words_of(error, file)}"


def words_of(error: ErrorDetails, file: type[BaseModel]) -> str:
    """The same without its place."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(str(error["loc"][-1]), _known_keys(file, error["loc"][:-1]))
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if kind in _WORDS:
        return _WORDS[kind].format(**context)
    return error["msg"].removeprefix("Value error, ")


def _unknown_key(key: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(key, names, n=1)
    if near:
        return f"unknown key; did you mean {near[0]}?"
    return f"unknown key; there are {', '.join(names)}"


def _known_keys(table: type[BaseModel], place: Sequence[str | int]) -> Iterable[str]:
    """The keys of the table at a place in the file."""
    for name in place:
        if isinstance(name, str):
            table = _table_in(table.model_fields[name].annotation)
    return table.model_fields


def _table_in(annotation: object) -> type[BaseModel]:
    """The model that a field's type is, or is a list of."""
    candidates = (annotation, *get_args(annotation))
    return next(c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
