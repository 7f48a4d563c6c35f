"""Arguments that several commands take. What is malformed is a matter of usage: exit code 2."""

import re
from typing import Any

import click

from app.errors import RecordNotFound
from app.models import account_id
from app.texts import typed


class AccountId(click.ParamType[str]):
    """An Account's id in its 18-character form, given with 15 or 18."""

    name = "ID"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return account_id(value)
        except RecordNotFound as malformed:
            self.fail(str(malformed), param, ctx)


class Words(click.ParamType[str]):
    """A text that says something, on one line and without control characters; of so many
    characters at most if that is given.
    """

    name = "TEXT"

    def __init__(self, longest: int | None = None) -> None:
        self._longest = longest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        words = typed(str(value))
        if not words:
            self.fail("must not be empty.", param, ctx)
        if self._longest and len(words) > self._longest:
            self.fail(f"must be {self._longest:,} characters at most.", param, ctx)
        return words


class Place(click.ParamType[str]):
    """Where a list is to go on, as the one before said it."""

    name = "PLACE"

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern, re.ASCII)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        place = str(value).strip()
        if not self._pattern.fullmatch(place):
            self.fail(f"{place[:60]!r} is no place: give what the list before said.", param, ctx)
        return place
