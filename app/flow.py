"""What the flow decides by: the contents of `flow.toml`, validated.

Every key has a default; a missing file means the defaults, which `flow.toml` in the project's root
spells out.
"""

import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from app.errors import ConfigurationError
from app.flow_features import Currencies, Subsidiaries
from app.flow_mapping import Mapping
from app.flow_problems import CUSTOM_FIELD, PREFIX, problem
from app.flow_types import ApiName, Comparable, InternalId, Table


class Criterion(Table):
    """One condition on an Opportunity, such as `IsWon = true`."""

    field: ApiName
    operator: Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "like"] = "="
    values: tuple[Comparable, ...] = Field(max_length=200)

    @field_validator("values")
    @classmethod
    def _some_value(cls, values: tuple[Comparable, ...]) -> tuple[Comparable, ...]:
        # min_length would count what is left of a list with an invalid item, and complain twice.
        if not values:
            raise ValueError("give at least one value to compare with")
        return values

    @model_validator(mode="after")
    def _one_value_unless_listed(self) -> Self:
        if len(self.values) > 1 and self.operator not in ("in", "not in"):
            raise ValueError(f"operator {self.operator!r} takes one value; use 'in' for several")
        return self


class Qualification(Table):
    """Which Opportunities make an Account a Customer: one that meets the criteria is enough."""

    match: Literal["all", "any"] = "all"
    criteria: tuple[Criterion, ...] = Field(
        (Criterion(field="IsWon", values=(True,)),), max_length=20
    )

    @field_validator("criteria")
    @classmethod
    def _some_criterion(cls, criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        if not criteria:
            raise ValueError("give at least one criterion, or every Account would be a Customer")
        return criteria


class Matching(Table):
    """How an Account's Customer is found: the first way that finds one wins."""

    order: tuple[Literal["link", "external_id", "name"], ...] = ("link", "external_id", "name")
    external_id_prefix: str = Field("SF-", pattern=PREFIX)
    id_field: str = Field("", pattern=CUSTOM_FIELD)
    """The custom field that bears the Account's id where another application owns the external
    ids; empty: the external id bears it, after the prefix."""
    leads: Literal["convert", "leave", "review"] = "convert"
    """What becomes of a lead or prospect that is found."""
    customer_status: InternalId = "13"
    """The entityStatus that makes a Customer of a lead; 13: Closed Won, as NetSuite delivers it."""


class Hierarchy(Table):
    """What becomes of a parent that turns up after its child became a Customer."""

    late_parents: Literal["skip", "sync", "report"] = "skip"


class Flow(Table):
    """The whole file."""

    qualification: Qualification = Qualification()
    matching: Matching = Matching()
    hierarchy: Hierarchy = Hierarchy()
    mapping: Mapping = Mapping()
    subsidiaries: Subsidiaries = Subsidiaries()
    currencies: Currencies = Currencies()

    @model_validator(mode="after")
    def _id_field_is_free(self) -> Self:
        field = self.matching.id_field
        if any(rule.customer.lower() == field for rule in self.mapping.fields):
            raise ValueError(
                f"mapping.fields writes {field}, which matching.id_field has for itself"
            )
        return self


def load_flow(path: Path) -> Flow:
    """Reads the flow file.

    Raises:
        ConfigurationError: it is missing, no TOML, or a key or value is wrong; names each.
    """
    given = _read(path)
    try:
        return Flow.model_validate(given)
    except ValidationError as invalid:
        raise ConfigurationError(
            [f"FLOW_FILE: {path}: {problem(error, Flow)}" for error in invalid.errors()]
        ) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError([f"FLOW_FILE: {path} does not exist; copy flow.toml"]) from None
    except (OSError, UnicodeDecodeError) as broken:
        raise ConfigurationError([f"FLOW_FILE: {path} cannot be read: {broken}"]) from None
    except tomllib.TOMLDecodeError as broken:
        raise ConfigurationError([f"FLOW_FILE: {path} is no TOML: {broken}"]) from None
    except (ValueError, RecursionError):
        words = "holds a number of thousands of digits, or a thousand lists in each other"
        raise ConfigurationError([f"FLOW_FILE: {path} {words}: correct it"]) from None
