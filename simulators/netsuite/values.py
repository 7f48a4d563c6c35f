"""Checks single values: JSON shape, length and format. A wrong shape is INVALID_VALUE."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from simulators.netsuite.countries import COUNTRIES
from simulators.netsuite.errors import (
    ApiError,
    invalid_content,
    invalid_field_value,
    invalid_value,
    user_error,
)
from simulators.netsuite.fields import EMAILS, LENGTHS, PHONES, Field
from simulators.netsuite.reference import Reference

Resolve = Callable[[str, int | None, str | None], Reference | None]

_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;.\"]{2,}")
_URL = re.compile(r"(?:https?|ftp)://[\w.-]+\.\w[\w-]*(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_FORMATS = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "date-time": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})"),
}
_SHAPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
_LEAST_DIGITS = 7


def accept(field: Field, raw: Any, path: str, settings: Mapping[str, Any]) -> Any:
    """The value to store for a field that is neither reference nor sublist; "" clears (None).

    Raises:
        ApiError: INVALID_VALUE, INVALID_CONTENT or USER_ERROR.
    """
    if field.kind in _SHAPES:
        if type(raw) not in _SHAPES[field.kind]:
            raise invalid_value(path)
        return raw
    if field.kind == "enum":
        return accept_enum(
            raw, path, COUNTRIES if field.name.endswith("Country") else field.choices
        )
    value = accept_text(raw, path, LENGTHS.get(field.name, 4000))
    if not value:
        return None
    if field.kind in _FORMATS and not _FORMATS[field.kind].fullmatch(value):
        raise invalid_value(path)
    _check_format(field.name, value, path, settings)
    return value


def accept_text(raw: Any, path: str, longest: int) -> str:
    """A text with its line breaks, which REST wants escaped (``\\n`` as two characters).

    Oracle help, subsect_1544786455.
    """
    if not isinstance(raw, str):
        raise invalid_value(path)
    if not raw.isascii() and _LONE_SURROGATE.search(raw):
        raise invalid_content("Invalid content in the request body: no valid Unicode.", path)
    if "\n" in raw or "\r" in raw:
        raise invalid_content("Line breaks in a value must be escaped as \\\\n or \\\\r.", path)
    value = raw.replace("\\r", "\r").replace("\\n", "\n") if "\\" in raw else raw
    if len(value) > longest:
        raise too_long(path, longest)
    return value


def accept_phone(value: str, path: str, longest: int) -> None:
    """A phone or fax number."""
    if len(value) > longest:
        raise too_long(path, longest)
    if sum(c.isdecimal() for c in value) < _LEAST_DIGITS:
        raise user_error("Phone number should have seven digits or more.", path)


def accept_enum(raw: Any, path: str, choices: frozenset[str] | None) -> dict[str, str]:
    """``{"id": ...}`` with one of the choices (None: any)."""
    chosen = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(chosen, str) or (choices is not None and chosen not in choices):
        raise invalid_value(path)
    return {"id": chosen}


def accept_reference(field: Field, raw: Any, path: str, resolve: Resolve) -> Reference:
    """The record that ``{"id": ...}`` or ``{"externalId": ...}`` means.

    Raises:
        ApiError: INVALID_VALUE for another shape, USER_ERROR "Invalid Field Value" when there is
            no such record for this role.
    """
    if not isinstance(raw, dict):
        raise invalid_value(path)
    key, external_id = raw.get("id"), raw.get("externalId")
    if key is None and isinstance(external_id, str):
        found = resolve(field.target or "", None, external_id)
    else:
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise invalid_value(path)
        number = re.fullmatch(r"-?\d{1,18}", str(key))
        found = resolve(field.target or "", int(number[0]), None) if number else None
    if found is None:
        raise invalid_field_value(key if key is not None else external_id, path)
    return found


def check_external_id(value: str, path: str | None = None) -> None:
    """Letters, digits, ``_`` and ``-`` only (Oracle help, section_156334828635)."""
    if not _EXTERNAL_ID.fullmatch(value):
        place = ("o:errorPath", path) if path else None
        detail = f"Invalid external ID '{value}'. Use letters, digits, underscores and hyphens."
        raise ApiError(400, "INVALID_ID", detail, place)


def too_long(path: str, longest: int) -> ApiError:
    """A text of too many characters."""
    name = path.rsplit(".", 1)[-1].lower()
    return user_error(
        f"The field {name} contained more than the maximum number ( {longest} ) of characters "
        "allowed.",
        path,
    )


def _check_format(name: str, value: str, path: str, settings: Mapping[str, Any]) -> None:
    if name in PHONES:
        accept_phone(value, path, settings["phone_max_length"])
    elif name in EMAILS and not _EMAIL.fullmatch(value):
        raise user_error("Invalid email address format.", path)
    elif name == "url":
        if " " in value:
            raise user_error("Invalid url. Spaces are not allowed in the URL.", path)
        if not _URL.fullmatch(value):
            raise user_error("Invalid URL.", path)
    elif name == "externalId":
        check_external_id(value, path)
