"""What a comparison has done so far, and what it took."""

from typing import Any

from app.reconciliation.reading import Reading
from app.services import Services
from app.terms import Order
from workers.output import plural


class Tally:
    """Counts from its making on."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._calls_before = services.usage.calls
        self._opened: dict[str, str] = {}
        self._records = 0
        self.is_over = False

    def add(self, reading: Reading) -> list[Order]:
        """→ what is new in it: where nothing is opened, the same is found by several steps."""
        self._records += reading.records
        self.is_over = reading.is_over
        fresh = [order for order in reading.orders if order.account not in self._opened]
        self._opened |= {order.account: order.reason for order in fresh}
        return fresh

    def in_words(self, verb: str = "opened") -> str:
        words = (
            f"{plural(self._records, 'record')} read, "
            f"{plural(len(self._opened), 'account')} {verb}, {plural(self._calls, 'API call')} used"
        )
        return f"{words}." if self.is_over else f"{words}, and not at the end."

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self._records,
            "opened": [{"account": a, "reason": why} for a, why in self._opened.items()],
            "calls": self._calls,
            "over": self.is_over,
        }

    @property
    def _calls(self) -> int:
        return self._services.usage.calls - self._calls_before
