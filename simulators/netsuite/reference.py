"""Records that customers refer to: subsidiaries, currencies, terms, sales reps and so on."""

from dataclasses import dataclass, field


@dataclass
class Reference:
    """One record of a lookup table.

    ``parent`` and ``currency`` are ids, set for subsidiaries; ``symbol`` is a currency's ISO code;
    ``stage`` is a customer status's stage.
    """

    id: int
    name: str
    inactive: bool = False
    symbol: str | None = None
    parent: int | None = None
    currency: int | None = None
    country: str | None = None
    stage: str | None = None
    external_id: str | None = None


@dataclass
class ReferenceTables:
    """The lookup tables by record type; a type that is missing has no records in this account."""

    rows: dict[str, dict[int, Reference]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.rows:
            self.rows = _seed()

    def find(self, table: str, key: int) -> Reference | None:
        """The record with that internal id."""
        return self.rows.get(table, {}).get(key)

    def by_external_id(self, table: str, external_id: str) -> Reference | None:
        """The record with that external id."""
        for row in self.rows.get(table, {}).values():
            if row.external_id == external_id:
                return row
        return None

    def add(self, table: str, row: Reference) -> None:
        """Put a record in place of the one with its id, if any."""
        self.rows.setdefault(table, {})[row.id] = row


def _seed() -> dict[str, dict[int, Reference]]:
    tables = {
        "currency": _currencies(),
        "subsidiary": _subsidiaries(),
        "customerStatus": _statuses(),
        "customerCategory": [Reference(1, "Corporate"), Reference(2, "Individual")],
        "term": [
            Reference(1, "Net 15"),
            Reference(2, "Net 30"),
            Reference(3, "Net 60"),
            Reference(4, "Due on receipt"),
            Reference(5, "1% 10 Net 30", inactive=True),
        ],
        "employee": [Reference(5, "Dana Reyes"), Reference(6, "Ken Ito")],
        "partner": [Reference(7, "Bay Resellers")],
        "priceLevel": [Reference(1, "Base Price"), Reference(2, "Corporate Discount")],
        "customForm": [Reference(-2, "Standard Customer Form")],
        "territory": [Reference(-5, "Default Territory")],
        "leadSource": [Reference(1, "Web"), Reference(2, "Trade show")],
    }
    return {name: {row.id: row for row in rows} for name, rows in tables.items()}


def _currencies() -> list[Reference]:
    names = (
        ("US Dollar", "USD"),
        ("British pound", "GBP"),
        ("Canadian Dollar", "CAD"),
        ("Euro", "EUR"),
        ("Singapore Dollar", "SGD"),
        ("Japanese Yen", "JPY"),
        ("Australian Dollar", "AUD"),
        ("Swiss Franc", "CHF"),
    )
    return [Reference(i, name, symbol=symbol) for i, (name, symbol) in enumerate(names, start=1)]


def _subsidiaries() -> list[Reference]:
    return [
        Reference(1, "Parent Company", currency=1, country="US"),
        Reference(2, "UK", parent=1, currency=2, country="GB"),
        Reference(3, "Singapore", parent=1, currency=5, country="SG"),
        Reference(4, "Germany", parent=1, currency=4, country="DE"),
        Reference(5, "Japan", parent=1, currency=6, country="JP"),
        Reference(6, "Closed Branch", parent=1, currency=1, country="US", inactive=True),
    ]


def _statuses() -> list[Reference]:
    """Ids as in Oracle's help, section_N3639940."""
    rows = (
        (6, "New", "LEAD"),
        (7, "Qualified", "LEAD"),
        (8, "In Discussion", "PROSPECT"),
        (10, "Proposal", "PROSPECT"),
        (13, "Closed Won", "CUSTOMER"),
        (14, "Closed Lost", "PROSPECT"),
        (15, "Renewal", "CUSTOMER"),
        (16, "Lost Customer", "CUSTOMER"),
        (17, "Dead", "LEAD"),
        (18, "Qualified", "LEAD"),
    )
    return [Reference(i, name, stage=stage) for i, name, stage in rows]
