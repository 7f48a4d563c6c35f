"""Where an Account holds the value of a field, by its API name, in which case does not count."""

from enum import Enum
from operator import attrgetter
from typing import Final

from app.models import Account, Scalar


class Keep(Enum):
    """The type of `KEEP`: what stands in NetSuite is to stay."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP

_ATTRIBUTES = {
    "id": "id",
    "name": "name",
    "isdeleted": "is_deleted",
    "parentid": "parent_id",
    "currencyisocode": "currency",
    **{
        f"{which}{part.replace('_', '')}": f"{which}.{part}"
        for which in ("billing", "shipping")
        for part in ("street", "city", "state", "postal_code", "country")
    },
}
"""Where an Account holds what is not among its `fields`: API name in lower case to attribute."""


def is_always_read(name: str) -> bool:
    """Whether an Account has the field however little was asked for. CurrencyIsoCode is not such:
    an org with a single currency does not have it.
    """
    return name.lower() in _ATTRIBUTES and name.lower() != "currencyisocode"


def value_of(account: Account, name: str) -> Scalar | Keep:
    """The field's value; KEEP when it was not read."""
    folded = name.lower()
    for field, value in account.fields.items():
        if field.lower() == folded:
            return value
    if folded not in _ATTRIBUTES:
        return KEEP
    held: Scalar = attrgetter(_ATTRIBUTES[folded])(account)
    return held


def value_or_none(account: Account, name: str | None) -> Scalar:
    """The field's value; None when it was not read, or when no field is named."""
    value = value_of(account, name) if name else None
    return None if isinstance(value, Keep) else value
