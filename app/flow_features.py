"""`[subsidiaries]` and `[currencies]` of the flow file: what only some NetSuite accounts have."""

from typing import Annotated

from pydantic import Field, StrictBool

from app.flow_problems import CURRENCY_CODE, INTERNAL_ID
from app.flow_types import ApiName, InternalId, Table


class Subsidiaries(Table):
    """OneWorld: the primary subsidiary, chosen on create, and further ones."""

    enabled: StrictBool = True
    field: ApiName | None = None
    """The Account field that names it; none: always the default."""
    values: dict[str, Annotated[str, Field(pattern=INTERNAL_ID)]] = Field({})
    """What stands in that field, whatever its case, to NetSuite's internal id; an id may stand
    there itself."""
    default: str = Field("1", pattern=INTERNAL_ID)
    update_primary: StrictBool = False
    """Whether an update sends the primary subsidiary, too: NetSuite refuses a change as soon as a
    transaction has posted."""
    further_field: ApiName | None = None
    """The Account field that names further ones, by the same values, separated by semicolons as in
    a multi-select picklist."""
    further: tuple[InternalId, ...] = Field((), max_length=100)
    """Further ones that every Customer belongs to."""


class Currencies(Table):
    """Multiple Currencies: the primary currency by ISO code, chosen on create, and further ones."""

    enabled: StrictBool = True
    further_field: ApiName | None = None
    """The Account field that names further ones by ISO code, separated by semicolons."""
    further: tuple[Annotated[str, Field(pattern=CURRENCY_CODE)], ...] = Field((), max_length=100)
    """ISO codes of further ones that every Customer gets. None is ever taken away."""
