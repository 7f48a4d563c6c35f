"""What the flow decides by: the contents of `flow.toml`, validated.

Every key has a default; a missing file means the defaults, which `flow.toml` in the project's root
spells out.
"""

import math
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    field_validator,
    model_validator,
)

from app.errors import ConfigurationError
from app.flow_problems import API_NAME, COUNTRY_CODE, INTERNAL_ID, PREFIX, problem

ApiName = Annotated[str, Field(pattern=API_NAME, max_length=80)]
"""A Salesforce field's API name: what stands unquoted in SOQL is never free text."""

SET_BY_US = frozenset(
    ("id", "externalid", "isperson", "parent", "subsidiary", "currency", "addressbook")
)
"""Customer fields, in lower case, that no rule may write."""


def _comparable(given: object) -> object:
    """Asked first, so that a wrong value is one problem and not one for each type of the union."""
    if not isinstance(given, bool | int | float | date | str):
        raise ValueError("must be a text, a number, true, false or a date")
    if isinstance(given, float) and not math.isfinite(given):
        raise ValueError("must be a number that is finite")
    if isinstance(given, datetime) and given.tzinfo is None:
        raise ValueError("must have an offset from UTC, such as 2026-01-31T12:00:00Z")
    return given


Comparable = Annotated[bool | int | float | datetime | date | str, BeforeValidator(_comparable)]


class Table(BaseModel):
    """A table of the file: unknown keys are errors, so that a misspelt one is not silently idle."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Hierarchy(Table):
    """What becomes of a parent that turns up after its child became a Customer."""

    late_parents: Literal["skip", "sync", "report"] = "skip"


class FieldRule(Table):
    """One value's way from the Account to the Customer."""

    account: ApiName
    customer: ApiName
    kind: Literal["text", "phone", "url"] = "text"
    limit: StrictInt = Field(gt=0, description="characters")
    misfit: Literal["reject", "truncate", "omit"] = "omit"
    """What becomes of a value that does not fit."""

    @field_validator("customer")
    @classmethod
    def _free_to_map(cls, customer: str) -> str:
        if customer.lower() in SET_BY_US:
            raise ValueError(f"{customer} is set by the sync itself: no rule may write it")
        return customer


DEFAULT_FIELDS = (
    FieldRule(account="Name", customer="companyName", limit=83, misfit="reject"),
    FieldRule(account="Phone", customer="phone", kind="phone", limit=21),
    FieldRule(account="Fax", customer="fax", kind="phone", limit=21),
    FieldRule(account="Website", customer="url", kind="url", limit=100),
    FieldRule(account="AccountNumber", customer="accountNumber", limit=99),
    FieldRule(account="Description", customer="comments", limit=4000, misfit="truncate"),
)


class Mapping(Table):
    """Which values the Customer gets."""

    fields: tuple[FieldRule, ...] = DEFAULT_FIELDS
    billing_address: StrictBool = True
    shipping_address: StrictBool = True
    billing_label: str = Field("Billing (Salesforce)", min_length=1, max_length=50)
    shipping_label: str = Field("Shipping (Salesforce)", min_length=1, max_length=50)
    countries: dict[str, Annotated[str, Field(pattern=COUNTRY_CODE)]] = {}
    """Spellings of our own, beside those the library knows: free text to ISO 3166-1 alpha-2."""

    @model_validator(mode="after")
    def _sane(self) -> Self:
        targets = [rule.customer for rule in self.fields]
        if len(set(targets)) < len(targets):
            raise ValueError("two rules write the same Customer field")
        if not any(
            (rule.account, rule.customer) == ("Name", "companyName") for rule in self.fields
        ):
            raise ValueError("a rule must map Name to companyName: a Customer has to have a name")
        if self.billing_label == self.shipping_label:
            raise ValueError("billing_label and shipping_label must differ")
        return self


class Subsidiaries(Table):
    """OneWorld: the primary subsidiary, chosen on create and left alone ever after."""

    enabled: StrictBool = True
    field: ApiName | None = None
    """The Account field that names it; none: always the default."""
    values: dict[str, Annotated[str, Field(pattern=INTERNAL_ID)]] = {}
    """What stands in that field to NetSuite's internal id; an id may stand there itself."""
    default: str = Field("1", pattern=INTERNAL_ID)


class Currencies(Table):
    """Multiple Currencies: the primary currency by ISO code, chosen on create."""

    enabled: StrictBool = True


class Flow(Table):
    """The whole file."""

    qualification: Qualification = Qualification()
    matching: Matching = Matching()
    hierarchy: Hierarchy = Hierarchy()
    mapping: Mapping = Mapping()
    subsidiaries: Subsidiaries = Subsidiaries()
    currencies: Currencies = Currencies()


def load_flow(path: Path) -> Flow:
    """Reads the flow file.

    Raises:
        ConfigurationError: it is missing, no TOML, or a key or value is wrong; names each.
    """
    try:
        return Flow.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigurationError([f"FLOW_FILE: {path} does not exist; copy flow.toml"]) from None
    except (OSError, UnicodeDecodeError) as broken:
        raise ConfigurationError([f"FLOW_FILE: {path} cannot be read: {broken}"]) from None
    except tomllib.TOMLDecodeError as broken:
        raise ConfigurationError([f"FLOW_FILE: {path} is no TOML: {broken}"]) from None
    except ValidationError as invalid:
        raise ConfigurationError(
            [f"FLOW_FILE: {path}: {problem(error, Flow)}" for error in invalid.errors()]
        ) from None
