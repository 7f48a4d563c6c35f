"""A criterion as it is typed: `IsWon = true`, `StageName in Signed, "Closed, won"`."""

import csv
import re

import click

_FORM = re.compile(
    r"\s*(?P<field>[A-Za-z]\w*)\s*(?P<operator>!=|<=|>=|=|<|>|\bnot\s+in\b|\bin\b|\blike\b)"
    r"\s*(?P<values>.*)",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)


class CriterionWords(click.ParamType[dict[str, object]]):
    """→ the criterion as JSON would have it, its values as texts: what type they are, the org
    tells.
    """

    name = "criterion"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, object]:
        found = _FORM.fullmatch(str(value))
        if found is None:
            self.fail(
                f"{value!r} is no criterion; write a field, an operator and a value, such as "
                "'Amount >= 1000'.",
                param,
                ctx,
            )
        operator = " ".join(found["operator"].lower().split())
        listed = operator in ("in", "not in")
        values = _listed(found["values"]) if listed else [_unquoted(found["values"])]
        return {"field": found["field"], "operator": operator, "values": values}


def _listed(text: str) -> list[str]:
    """Separated by commas, with or without parentheses; a value with a comma is quoted."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    rows = list(csv.reader([text.strip()], skipinitialspace=True))
    return [value.strip() for value in rows[0]] if rows else []


def _unquoted(text: str) -> str:
    text = text.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if is_quoted else text
