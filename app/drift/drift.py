"""Takes a comparison of all linked Accounts forward, batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.drift.comparison import Compared, Comparison
from app.drift.place import Place, Places
from app.ledger import Ledger
from app.netsuite.standings import CUSTOMERS_PER_QUERY
from app.terms import Order


@dataclass(slots=True)
class Drift:
    """One run. A batch costs a call to Salesforce and up to three to NetSuite."""

    comparison: Comparison
    places: Places
    ledger: Ledger
    fix: bool
    """Whether those that differ are opened. Nothing is ever written to NetSuite here."""
    batch: int = CUSTOMERS_PER_QUERY
    place: Place = field(default_factory=Place, init=False)
    goes_on: bool = field(default=False, init=False)
    _linked: dict[str, str] = field(default_factory=dict, init=False)
    _batches: list[list[str]] = field(default_factory=list, init=False)

    def begin(self, *, restart: bool) -> int:
        """Looks up what is linked → how many are to be looked at."""
        left = None if restart else self.places.load()
        if left is None:
            self.places.drop()
        self.goes_on, self.place = left is not None, left or Place()
        self._linked = self.comparison.links.all()
        again = [a for a in self._linked if a in self.place.found]
        ahead = [a for a in self._linked if a > self.place.after]
        self._batches = [*self._split(again), *self._split(ahead)]
        return sum(map(len, self._batches))

    def step(self) -> list[Compared] | None:
        """Compares the next batch, and stores the place; None: there is none, and it is over.

        Raises:
            SyncError: a service does not answer, or refuses. The same batch is the next again.
            redis.exceptions.RedisError: Redis does not answer.
        """
        if not self._batches:
            self.places.drop()
            return None
        batch = self._batches[0]
        compared = self.comparison.compare({a: self._linked[a] for a in batch}, self._linked)
        drifted = [one for one in compared if one.is_drift]
        if self.fix:
            self.ledger.open([Order(one.account, one.reason, rewrite=True) for one in drifted])
        self._move_on(compared, len(drifted))
        del self._batches[0]
        return compared

    def _move_on(self, compared: Sequence[Compared], drifted: int) -> None:
        """Those that are looked at once more were counted before."""
        told = {one.account for one in compared if one.verdict != "same"}
        batch = [one.account for one in compared]
        self.place = replace(
            self.place,
            after=max(self.place.after, *batch),
            compared=self.place.compared + sum(a > self.place.after for a in batch),
            opened=self.place.opened + (drifted if self.fix else 0),
        )
        self.places.store(self.place, added=told, gone=set(batch) - told)

    def _split(self, accounts: Sequence[str]) -> Iterator[list[str]]:
        return (list(accounts[at : at + self.batch]) for at in range(0, len(accounts), self.batch))
