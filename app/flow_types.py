"""The kinds of values that the flow file holds, with what is said of a wrong one."""

import math
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.flow_problems import API_NAME, INTERNAL_ID

ApiName = Annotated[str, Field(pattern=API_NAME, max_length=80)]
"""A field's API name: what stands unquoted in SOQL is never free text."""

InternalId = Annotated[str, Field(pattern=INTERNAL_ID, max_length=18)]


def _comparable(given: object) -> object:
    """Asked first, so that a wrong value is one problem and not one for each type of the union."""
    if not isinstance(given, bool | int | float | date | str):
        raise ValueError("must be a text, a number, true, false or a date")
    if isinstance(given, float) and not math.isfinite(given):
        raise ValueError("must be a number that is finite")
    if isinstance(given, datetime) and given.tzinfo is None:
        raise ValueError("must have an offset from UTC, such as 2026-01-31T12:00:00Z")
    return given


def _constant(given: object) -> object:
    given = _comparable(given)
    if isinstance(given, datetime):
        raise ValueError("must be a date without a time")
    return given.isoformat() if isinstance(given, date) else given


Comparable = Annotated[bool | int | float | datetime | date | str, BeforeValidator(_comparable)]
"""What an Opportunity's field is compared with."""

Constant = Annotated[bool | int | float | str, BeforeValidator(_constant)]
"""What a Customer field is given. A date becomes its text, 2026-01-31."""


class Table(BaseModel):
    """A table of the file: unknown keys are errors, so that a misspelt one is not silently idle."""

    model_config = ConfigDict(extra="forbid", frozen=True)
