"""Texts that people type, as bodies take them: bounded, on one line, without control
or invisible characters.
"""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, StringConstraints

from app.texts import typed


def _says_something(given: str) -> str:
    if not given:
        raise ValueError("must not be empty")
    return given


_Line = Annotated[str, StringConstraints(max_length=500), AfterValidator(typed)]

Why: TypeAlias = _Line
"""Why somebody acts, in their own words; may be empty."""
Reason: TypeAlias = Annotated[_Line, AfterValidator(_says_something)]
"""The same where it must be said."""
Comment: TypeAlias = Annotated[
    str,
    StringConstraints(max_length=2000),
    AfterValidator(typed),
    AfterValidator(_says_something),
]
Person: TypeAlias = Annotated[str, StringConstraints(max_length=100), AfterValidator(typed)]
"""Whoever is to look after a letter; empty: nobody."""
Cause: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
"""A letter's cause: a class name."""
