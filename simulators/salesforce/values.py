"""How values look: from JSON into the tables, and from the tables into JSON and into events."""

import math
import re
from datetime import UTC, date, datetime
from typing import Any

from simulators.salesforce.errors import ApiError
from simulators.salesforce.ids import normalise
from simulators.salesforce.schema import NUMBER_TYPES, TEXT_TYPES, Field

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def accept(field: Field, value: Any) -> Any:
    """The stored form of a JSON value; text is trimmed and empty text is null, as there.

    Raises:
        ApiError: wrong type, too long, or no id.
    """
    if field.type == "boolean":
        if not isinstance(value, bool):
            raise _not_parsed("boolean", value)
        return value
    if value is None:
        return None
    if field.type in NUMBER_TYPES:
        return _accept_number(field, value)
    if not isinstance(value, str):
        raise _not_parsed("string" if field.type in TEXT_TYPES else field.type, value)
    if field.type in TEXT_TYPES:
        return _accept_text(field, value)
    if value == "":
        return None
    if field.type in ("date", "datetime"):
        return _accept_date(value) if field.type == "date" else _accept_datetime(value)
    return _accept_id(field, value)


def to_json(value: Any) -> Any:
    """As the REST API shows it: datetimes in UTC to the millisecond."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    if isinstance(value, date):
        return value.isoformat()
    return value


def to_event(value: Any) -> Any:
    """As change events carry it: dates and datetimes as milliseconds since 1970, UTC."""
    if isinstance(value, datetime):
        return int(value.timestamp()) * 1000
    if isinstance(value, date):
        return int(datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()) * 1000
    return value


def _accept_text(field: Field, value: str) -> str | None:
    text = value.strip()
    if field.length and len(text) > field.length:
        shown = text[:80]
        raise ApiError(
            "STRING_TOO_LONG",
            f"{label(field)}: data value too large: {shown} (max length={field.length})",
            fields=[field.name],
        )
    return text or None


def _accept_number(field: Field, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _not_parsed("int" if field.type == "int" else "double", value)
    if not math.isfinite(value) or abs(value) >= 1e18:
        raise ApiError(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{label(field)}: value outside of valid range on numeric field: {value}",
            fields=[field.name],
        )
    if field.type != "int":
        return float(value)
    if value != int(value) or abs(value) >= 2**31:
        raise _not_parsed("int", value)
    return int(value)


def _accept_date(value: str) -> date:
    if not _DAY.fullmatch(value):
        raise _not_parsed("date", value)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _not_parsed("date", value) from None


def _accept_datetime(value: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise _not_parsed("datetime", value) from None
    if parsed.tzinfo is None:
        raise _not_parsed("datetime", value)
    return parsed.astimezone(UTC).replace(microsecond=0)


def _accept_id(field: Field, value: str) -> str:
    record_id = normalise(value)
    if record_id is None:
        raise ApiError(
            "MALFORMED_ID",
            f"{label(field)}: id value of incorrect type: {value}",
            fields=[field.name],
        )
    return record_id


def label(field: Field) -> str:
    """The field's label: ``AccountNumber`` is shown as ``Account Number``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field.name.removesuffix("__c")).replace("_", " ")
    return re.sub(r" Id$", " ID", words)


def _not_parsed(kind: str, value: Any) -> ApiError:
    found = "VALUE_STRING" if isinstance(value, str) else "the given"
    return ApiError(
        "JSON_PARSER_ERROR", f"Cannot deserialize instance of {kind} from {found} value {value}"
    )
