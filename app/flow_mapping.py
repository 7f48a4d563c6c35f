"""`[mapping]` of the flow file: which values the Customer gets, and how they are made to fit."""

import unicodedata
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, field_validator, model_validator

from app.flow_kinds import TEXTS, Kind, as_text
from app.flow_problems import COUNTRY_CODE
from app.flow_types import ApiName, Constant, Table
from app.flow_values import wrong_value
from app.models import Scalar
from app.texts import plain

_MAY_BE_CUT: frozenset[Kind] = TEXTS - {"email"}
"""Half an email address is another's."""
_MULTI_LINE = frozenset({"comments"})
_EMPTY_KEY = '""'

SET_BY_US = frozenset(
    (
        *("id", "externalid", "isperson", "parent", "subsidiary", "currency"),
        *("addressbook", "currencylist"),
    )
)
"""Customer fields, in lower case, that no rule may write."""


class FieldRule(Table):
    """One value's way to the Customer: from an Account field, or a constant."""

    account: ApiName | None = None
    constant: Constant | None = None
    customer: ApiName
    kind: Kind = "text"
    limit: StrictInt | None = Field(None, gt=0, description="characters; of texts only")
    values: dict[str, Constant] = Field({})
    """What stands in the Account field, compared exactly but for spaces around it, to what is sent
    for it; the key "" says what an empty field means. Empty table: the value itself is sent."""
    when: Literal["always", "create", "update"] = "always"
    empty: Literal["clear", "leave"] = "clear"
    """What an empty Account field does to a Customer that exists."""
    misfit: Literal["reject", "truncate", "omit"] = "omit"
    """What becomes of a value that does not fit, or that `values` does not have."""

    @property
    def source(self) -> str:
        """The name under which a sentence speaks of the value."""
        return self.account or f"the constant for {self.customer}"

    def as_text(self, value: Scalar) -> tuple[str, str]:
        """The whole text that would be sent for it, and what was done to make it, in words."""
        return as_text(self.kind, value, keeps_lines=self.customer in _MULTI_LINE)

    @field_validator("customer")
    @classmethod
    def _free_to_map(cls, customer: str) -> str:
        if customer.lower() in SET_BY_US:
            raise ValueError(f"{customer} is set by the sync itself: no rule may write it")
        return customer

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.account is None) == (self.constant is None):
            raise ValueError("give either account or constant")
        for key in ("values", "empty"):
            if self.account is None and key in self.model_fields_set:
                raise ValueError(f"{key} goes with account only: a constant never changes")
        if self.when == "create" and "empty" in self.model_fields_set:
            raise ValueError(
                'empty does not go with when = "create": a create sends no empty value'
            )
        return self

    @model_validator(mode="after")
    def _limited_if_text(self) -> Self:
        if self.kind in TEXTS and self.limit is None:
            raise ValueError(f'limit is missing: kind = "{self.kind}" needs one, in characters')
        if self.kind not in TEXTS and self.limit is not None:
            raise ValueError(f'limit does not go with kind = "{self.kind}": only texts have one')
        if self.misfit == "truncate" and self.kind not in _MAY_BE_CUT:
            raise ValueError(
                f'misfit = "truncate" does not go with kind = "{self.kind}": only a text, phone or '
                "url can be cut"
            )
        return self

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if self.constant is not None and (wrong := self._wrong(self.constant)):
            raise ValueError(f"constant {wrong}")
        if len({plain(key) for key in self.values}) < len(self.values):
            raise ValueError("values has a key twice: spaces around it do not count")
        for key, value in self.values.items():
            if value != "" and (wrong := self._wrong(value)):
                raise ValueError(f"values.{key or _EMPTY_KEY} {wrong}")
        return self

    @model_validator(mode="after")
    def _name_as_it_is(self) -> Self:
        is_name = (self.account, self.customer) == ("Name", "companyName")
        if is_name and (self.kind != "text" or self.values):
            raise ValueError(
                'Name goes to companyName as it is: kind must be "text", without values'
            )
        return self

    def _wrong(self, value: Constant) -> str:
        """What is wrong with a value of the file; empty: nothing."""
        keeps_lines = self.customer in _MULTI_LINE
        return wrong_value(self.kind, value, self.limit, keeps_lines=keeps_lines)


def _folded(label: str) -> str:
    return unicodedata.normalize("NFC", label).casefold()


DEFAULT_FIELDS = (
    FieldRule(account="Name", customer="companyName", limit=83, misfit="reject"),
    FieldRule(account="Phone", customer="phone", kind="phone", limit=21),
    FieldRule(account="Fax", customer="fax", kind="phone", limit=21),
    FieldRule(account="Website", customer="url", kind="url", limit=100),
    FieldRule(account="AccountNumber", customer="accountNumber", limit=99),
    FieldRule(account="Description", customer="comments", limit=4000, misfit="truncate"),
)


_ALONE_OR_APART = (["always"], ["create"], ["update"], ["create", "update"])


class Mapping(Table):
    """Which values the Customer gets."""

    fields: tuple[FieldRule, ...] = Field(DEFAULT_FIELDS, max_length=200)
    billing_address: StrictBool = True
    shipping_address: StrictBool = True
    billing_label: str = Field("Billing (Salesforce)", min_length=1, max_length=50)
    shipping_label: str = Field("Shipping (Salesforce)", min_length=1, max_length=50)
    countries: dict[str, Annotated[str, Field(pattern=COUNTRY_CODE)]] = Field({})
    """Spellings of our own, beside those the library knows: free text to ISO 3166-1 alpha-2."""

    @field_validator("billing_label", "shipping_label")
    @classmethod
    def _as_netsuite_keeps_it(cls, label: str) -> str:
        # A label that comes back otherwise than it was sent would not be found: a line more each
        # time.
        if label != " ".join(label.split()) or not label.isprintable():
            raise ValueError("must have no spaces at its ends, no double ones and no line breaks")
        return label

    @model_validator(mode="after")
    def _sane(self) -> Self:
        whens: dict[str, list[str]] = {}
        for rule in self.fields:
            whens.setdefault(rule.customer.lower(), []).append(rule.when)
            if sorted(whens[rule.customer.lower()]) not in _ALONE_OR_APART:
                raise ValueError(
                    f"two rules write {rule.customer}: only one for creates (when) and one for "
                    "updates may"
                )
        if not any(
            (rule.account, rule.customer) == ("Name", "companyName") and rule.when != "update"
            for rule in self.fields
        ):
            raise ValueError("a rule must map Name to companyName: a Customer has to have a name")
        if _folded(self.billing_label) == _folded(self.shipping_label):
            raise ValueError("billing_label and shipping_label must differ")
        return self
