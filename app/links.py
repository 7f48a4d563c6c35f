"""Which Accounts are linked to a Customer, as the ledger's rows say. Changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis

_ROW, _CUSTOMER = "cw:row:", "cw:customer:"
_SCANNED_AT_A_TIME = 500
_UNDER_WAY = frozenset(("queued", "running", "retrying", "waiting"))


@dataclass(frozen=True, slots=True)
class Link:
    """`customer`: None where there is none. `state`: none where the ledger never heard of it."""

    customer: str | None
    state: str

    @property
    def is_under_way(self) -> bool:
        """Whether a run is to come, or is at work."""
        return self.state in _UNDER_WAY


class Links:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis

    def all(self) -> dict[str, str]:
        """Every linked Account, in the order of their ids, to its Customer."""
        found: dict[str, str] = {}
        cursor = 0
        while True:
            cursor, linked = self.scanned(cursor, _SCANNED_AT_A_TIME)
            found |= linked
            if not cursor:
                return dict(sorted(found.items()))

    def scanned(self, cursor: int, count: int) -> tuple[int, dict[str, str]]:
        """One SCAN of about `count` keys → its cursor behind them, 0 at the end, and the linked
        Accounts among them, to their Customers. Another SCAN may give out the same ones.
        """
        behind, keys = self._redis.scan(cursor, match=f"{_ROW}*", count=count)
        return behind, self.linked(key.removeprefix(_ROW) for key in keys)

    def linked(self, accounts: Iterable[str]) -> dict[str, str]:
        """Those of these Accounts that are linked, to their Customers."""
        return {a: link.customer for a, link in self.of(accounts).items() if link.customer}

    def holders(self, customers: Iterable[str]) -> dict[str, str]:
        """Of these Customers those that an Account is linked to, each to that Account: where there
        are several, which the ledger prevents, to the one that was linked last.
        """
        asked = list(customers)
        owners = self._redis.mget([f"{_CUSTOMER}{one}" for one in asked]) if asked else []
        named = {one: owner for one, owner in zip(asked, owners, strict=True) if owner}
        held = self.linked(set(named.values()))
        return {one: owner for one, owner in named.items() if held.get(owner) == one}

    def of(self, accounts: Iterable[str]) -> dict[str, Link]:
        """What the rows of these Accounts say."""
        asked = list(accounts)
        pipeline = self._redis.pipeline(transaction=False)
        for account in asked:
            pipeline.hmget(f"{_ROW}{account}", ["customer", "state"])
        told = pipeline.execute()
        return {
            account: Link(customer, state or "none")
            for account, (customer, state) in zip(asked, told, strict=True)
        }
