"""Arguments that several commands take. What is malformed is a matter of usage: exit code 2."""

from typing import Any

import click

from app.errors import RecordNotFound
from app.models import account_id


class AccountId(click.ParamType[str]):
    """An Account's id in its 18-character form, given with 15 or 18."""

    name = "ID"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return account_id(value)
        except RecordNotFound as malformed:
            self.fail(str(malformed), param, ctx)


class Words(click.ParamType[str]):
    """A text that says something."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        words = str(value).strip()
        if not words:
            self.fail("must not be empty.", param, ctx)
        return words
