"""What NetSuite would hold once the Accounts that were judged before are synced.

Two Accounts of one name find nothing, both, when they are judged; but the first creates a Customer,
and the second finds it, with another's id. So a look-up's answer is completed with what the earlier
ones would have written by then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.models import Candidates, Customer
from app.netsuite.names import folded


@dataclass(slots=True)
class Foresight:
    """Nothing at first."""

    _by_name: dict[str, list[Customer]] = field(default_factory=dict)
    _written: dict[str, Customer] = field(default_factory=dict)
    """By internal id: Customers that exist, as they would be."""
    _accounts: dict[str, str] = field(default_factory=dict)
    """Internal id, or that of a Customer to come, to the Account that writes it."""

    def complete(self, found: Candidates, name: str) -> Candidates:
        """`found` of a look-up for this name, as it would be then."""
        wanted = folded(name)
        by_name = [self._as_then(hit) for hit in found.by_name]
        by_name = [hit for hit in by_name if folded(hit.name) == wanted]
        there = {hit.id for hit in by_name}
        by_name += [one for one in self._by_name.get(wanted, ()) if one.id not in there]
        return Candidates(tuple(map(self._as_then, found.by_id)), tuple(by_name))

    def earlier(self, hits: Iterable[Customer]) -> str | None:
        """The Account that would have written one of these Customers before."""
        return next((self._accounts[hit.id] for hit in hits if hit.id in self._accounts), None)

    def add(
        self, account: str, key: str, name: str, hits: Candidates, customer: str | None
    ) -> None:
        """The Account's Customer would be written: `customer`, one of the hits, or a new one."""
        known = next((hit for hit in (*hits.by_id, *hits.by_name) if hit.id == customer), None)
        if customer and not known:
            return  # linked: it bears name and id already
        base = known or Customer(f"to be created for {account}", name)
        then = replace(base, name=name, external_id=key)
        self._written[then.id] = then
        self._accounts[then.id] = account
        self._by_name.setdefault(folded(name), []).append(then)

    def _as_then(self, hit: Customer) -> Customer:
        return self._written.get(hit.id, hit)
