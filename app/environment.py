"""Where settings are given: the environment and the file `.env`. What is wrong with them there, and
in which words it is told.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from app.errors import ConfigurationError

ENCODING = "utf-8-sig"
"""UTF-8, with the mark at its beginning that some editors write."""
OURS = ("SALESFORCE_", "NETSUITE_", "LEDGER_", "RETRY_", "NOTIFY_")
"""No other program's variables begin so: one that is no setting is a slip."""

_WORDS = {
    "missing": "is missing",
    "path_not_file": "names no file",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_parsing": "must be true or false",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
    "literal_error": "must be {expected}",
}
"""Ours in place of the library's, by its types of errors."""


def names_in(file: Path) -> list[str]:
    """The variables that the file gives a value; none if there is no such file.

    Raises:
        ConfigurationError: it cannot be read, or a line is no assignment. Lines are not quoted.
    """
    if not file.is_file():
        return []
    try:
        content = file.read_text(encoding=ENCODING)
    except UnicodeDecodeError:
        raise ConfigurationError([f"{file}: is no UTF-8 text. Save it as UTF-8."]) from None
    except OSError as refused:
        raise ConfigurationError([f"{file}: cannot be read: {refused.strerror}."]) from None
    bindings = list(parse_stream(StringIO(content)))
    wrong = [_line_of(binding.original) for binding in bindings if binding.error]
    if wrong:
        problems = [f"{file}, line {line}: must be NAME=value, or # and words." for line in wrong]
        raise ConfigurationError(problems)
    return [binding.key for binding in bindings if binding.key and binding.value]


def unknown(
    given: Iterable[str], settings: Iterable[str], ours: tuple[str, ...] = OURS
) -> list[str]:
    """A problem for each variable that is named like a setting and is none."""
    known = [name.upper() for name in settings]
    slips = sorted({name.upper() for name in given if name.upper().startswith(ours)} - {*known})
    return [f"{name}: is unknown; {_meant(name, known)}" for name in slips]


def problem(error: ErrorDetails, settings: Mapping[str, FieldInfo]) -> str:
    """One wrong setting: its variable, what is wrong, what it should hold."""
    name = str(error["loc"][0])
    field = settings[name]
    words = error["msg"].removeprefix("Value error, ")
    if error["type"] in _WORDS:
        words = _WORDS[error["type"]].format(**error.get("ctx", {}))
    elif error["type"] == "string_pattern_mismatch" and field.examples:
        words = f"must look like {field.examples[0]}"
    return f"{name.upper()}: {words}. {field.description or ''}"


def _meant(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"{near[0]}?" if near else ".env.example has every setting."


def _line_of(original: object) -> int:
    """Where the statement begins: its text may have empty lines before it."""
    text, line = str(getattr(original, "string", "")), int(getattr(original, "line", 1))
    return line + text[: len(text) - len(text.lstrip())].count("\n")
