"""`[subsidiaries]` and `[currencies]` of the flow file: what only some NetSuite accounts have."""

from typing import Annotated, Self

from pydantic import Field, StrictBool, field_validator, model_validator

from app.flow_problems import CURRENCY_CODE
from app.flow_types import ApiName, InternalId, Table
from app.texts import plain


def subsidiary_key(text: str) -> str:
    """A subsidiary's name, without what does not tell two apart: case, and spaces around it."""
    return plain(text).casefold()


class Feature(Table):
    """Gives a Customer a primary one of its kind, and further ones if they are wanted."""

    enabled: StrictBool = True
    further_field: ApiName | None = None
    """The Account field that names further ones, separated by semicolons as in a multi-select
    picklist."""
    further: tuple[str, ...] = ()
    """Further ones that every Customer belongs to, or gets."""

    @model_validator(mode="after")
    def _nothing_further_while_off(self) -> Self:
        if not self.enabled and (self.further or self.further_field):
            raise ValueError(
                "further and further_field do not go with enabled = false: nothing of them is sent"
            )
        return self


class Subsidiaries(Feature):
    """OneWorld: the primary subsidiary, chosen on create, and further ones."""

    field: ApiName | None = None
    """The Account field that names it; none: always the default."""
    values: dict[str, InternalId] = Field({})
    """What stands in that field and in `further_field`, whatever its case, to NetSuite's internal
    id; an id may stand there itself."""
    default: InternalId = "1"
    update_primary: StrictBool = False
    """Whether an update sends the primary subsidiary, too: NetSuite refuses a change as soon as a
    transaction has posted."""
    further: tuple[InternalId, ...] = Field((), max_length=100)

    @field_validator("values")
    @classmethod
    def _each_key_once(cls, values: dict[str, str]) -> dict[str, str]:
        keys: dict[str, str] = {}
        for text in values:
            if not subsidiary_key(text):
                raise ValueError("has an empty key: default says what an empty field means")
            if subsidiary_key(text) in keys:
                first = keys[subsidiary_key(text)]
                raise ValueError(
                    f"{first} and {text.strip()} are the same: neither case nor spaces count"
                )
            keys[subsidiary_key(text)] = text.strip()
        return values


class Currencies(Feature):
    """Multiple Currencies: the primary currency by ISO code, chosen on create, and further ones."""

    further: tuple[Annotated[str, Field(pattern=CURRENCY_CODE)], ...] = Field((), max_length=100)
    """ISO codes, as in `further_field`. None is ever taken away."""
