"""What the simulated account stores."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


def now() -> datetime:
    """The account's clock: UTC, to the second like NetSuite's timestamps."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Address:
    """One line of a customer's address book with its address.

    ``id`` is the line's internal id; ``key`` is the address's own (SuiteQL's ``nkey``).
    ``values`` holds addr1, addr2, addr3, city, state, zip, country (alpha-2), addressee,
    attention, addrPhone, addrText, override, externalId as far as they are set.
    """

    id: int
    key: int
    label: str | None = None
    default_billing: bool = False
    default_shipping: bool = False
    residential: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    modified: datetime = field(default_factory=now)

    @property
    def text(self) -> str:
        """The printed address."""
        values = self.values
        city = " ".join(str(values[k]) for k in ("city", "state", "zip") if values.get(k))
        lines = [values.get(k) for k in ("attention", "addressee", "addr1", "addr2", "addr3")]
        printed = [str(v) for v in [*lines, city, values.get("country")] if v]
        return str(values.get("addrText") or "\n".join(printed))


@dataclass
class Customer:
    """A lead, prospect or customer.

    ``values`` maps REST field names to JSON values; references and enums are ``{"id": "..."}``.
    ``currencies`` is the currency list in order; ``transactions`` holds the currency of each posted
    transaction.
    """

    id: int
    values: dict[str, Any] = field(default_factory=dict)
    addresses: list[Address] = field(default_factory=list)
    currencies: list[int] = field(default_factory=list)
    transactions: list[int] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    modified: datetime = field(default_factory=now)
    stage: str = "CUSTOMER"

    def reference(self, name: str) -> int | None:
        """The internal id that a reference field holds."""
        value = self.values.get(name)
        return int(value["id"]) if value else None

    @property
    def external_id(self) -> str | None:
        """The external id, if it has one."""
        return self.values.get("externalId")

    @property
    def name(self) -> str:
        """What lists show: the company, or the person's names."""
        company = self.values.get("companyName")
        if company and not self.values.get("isPerson"):
            return str(company)
        parts = (self.values.get(k) for k in ("firstName", "middleName", "lastName"))
        return " ".join(str(p) for p in parts if p) or str(company or "")


@dataclass
class Relationship:
    """That a customer belongs to a subsidiary."""

    id: int
    entity: int
    subsidiary: int
    primary: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    modified: datetime = field(default_factory=now)


@dataclass(frozen=True)
class OtherEntity:
    """A record of another entity type, which shares the customers' external ids and names."""

    id: int
    type: str
    external_id: str | None = None
    entity_id: str | None = None
