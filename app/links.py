"""Which Accounts are linked to a Customer, as the ledger's rows say. Changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis

_ROW = "cw:row:"
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
            cursor, keys = self._redis.scan(cursor, match=f"{_ROW}*", count=_SCANNED_AT_A_TIME)
            accounts = [key.removeprefix(_ROW) for key in keys]
            links = self.of(accounts)
            found |= {a: link.customer for a, link in links.items() if link.customer}
            if not cursor:
                return dict(sorted(found.items()))

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
