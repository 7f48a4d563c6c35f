"""The few things the sync speaks of: an Account as read, a Customer as found, an address."""

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from app.errors import RecordNotFound

StageName: TypeAlias = Literal["ingest", "qualification", "hierarchy", "upsert"]
STAGES: tuple[StageName, ...] = ("ingest", "qualification", "hierarchy", "upsert")

Scalar: TypeAlias = str | int | float | bool | None

_ID = re.compile(r"001[0-9A-Za-z]{12}(?:[0-9A-Z]{3})?", re.ASCII)
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def account_id(text: str) -> str:
    """The 18-character form of an Account id given with 15 or 18 characters.

    The last three characters of the long form say which of the first 15 are capitals, so that two
    ids which differ in case only stay different where case is folded.

    Raises:
        RecordNotFound: `text` is no Account id.
    """
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise RecordNotFound(
            f"{str(text)[:40]!r} is no Account id: give 15 or 18 letters and digits that begin "
            "with 001."
        )
    short, suffix = text[:15], id_suffix(text[:15])
    if len(text) == 18 and text[15:] != suffix:
        raise RecordNotFound(f"{text!r} is no Account id: its last three characters do not fit.")
    return short + suffix


def id_suffix(short: str) -> str:
    """The last three characters of the id, of any record, whose first 15 these are."""
    return "".join(
        _SUFFIX[sum(1 << i for i, letter in enumerate(short[at : at + 5]) if letter.isupper())]
        for at in (0, 5, 10)
    )


@dataclass(frozen=True, slots=True)
class Address:
    """An address as Salesforce holds it: free text, every part may be missing."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def __bool__(self) -> bool:
        return any((self.street, self.city, self.state, self.postal_code, self.country))


@dataclass(frozen=True, slots=True)
class Account:
    """An Account as it was read: the newest state at that moment."""

    id: str
    name: str
    is_deleted: bool = False
    merged_into: str | None = None
    """The Account that took its place in a merge; then it is deleted, too."""
    seen: int | None = None
    """Its SystemModstamp, or a second less where that second was not over; epoch seconds."""
    parent_id: str | None = None
    currency: str | None = None
    billing: Address = field(default_factory=Address)
    shipping: Address = field(default_factory=Address)
    fields: dict[str, Scalar] = field(default_factory=dict)
    """Every other field that was read, under its API name."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A Customer as a look-up found it."""

    id: str
    """Internal id."""
    name: str
    external_id: str | None = None
    is_inactive: bool = False
    is_person: bool = False
    stage: str = "CUSTOMER"
    """CUSTOMER, or what may become one: LEAD, PROSPECT."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The Customers that one Account may mean, each list oldest first."""

    by_id: tuple[Customer, ...] = ()
    """Those that bear its external id, or its id in the custom field that stands in for it."""
    by_name: tuple[Customer, ...] = ()
    """Companies of its name."""


@dataclass(frozen=True, slots=True)
class AddressLine:
    """A line of a Customer's address book."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Payload:
    """What is to be written: the customer body of the record API, and how it was made to fit."""

    body: dict[str, object]
    """The desired state: all that an update may send."""
    alterations: tuple[str, ...] = ()
    """One sentence for each value that was truncated, completed or left out."""
    once: dict[str, object] = field(default_factory=dict)
    """What a create sends besides, and no update: it is no part of the desired state."""
    updates_only: frozenset[str] = frozenset()
    """Keys of `body` that a create leaves out."""
    subsidiaries: tuple[str, ...] = ()
    """Internal ids of the further subsidiaries that the Customer is to belong to."""
    hindrance: str = ""
    """Why no Customer can be created of it; an update is not concerned. Empty: nothing does."""

    @property
    def name(self) -> str | None:
        """The company's name, as it would stand in NetSuite; None: it did not fit."""
        name = self.body.get("companyName") or self.once.get("companyName")
        return str(name) if name else None
