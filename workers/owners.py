"""Whose an Opportunity was when it was last heard of: when it moves, the Account that it leaves
must be looked at, too, and its event names only the new one (facts: Opportunity events).

Redis keys `cw:owner:<first 15 characters of the Opportunity's id>`: the Account.
"""

from collections.abc import Collection, Mapping

from redis import Redis

_SECONDS = 30 * 24 * 3600


class Owners:
    """Raises (every call) redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis = redis

    def known(self, opportunities: Collection[str]) -> dict[str, str]:
        """Opportunity to Account, where it was ever heard of in the last 30 days; in one call."""
        if not opportunities:
            return {}
        found = self._redis.mget([_key(opportunity) for opportunity in opportunities])
        return {
            opportunity: str(account)
            for opportunity, account in zip(opportunities, found, strict=True)
            if account
        }

    def remember(self, owners: Mapping[str, str | None]) -> None:
        """None: the Opportunity has no Account, or is gone. In one call.

        To be called when the Accounts' rows are open: what is remembered too early would hide the
        former Account from the same events if they come again.
        """
        if not owners:
            return
        with self._redis.pipeline(transaction=False) as pipeline:
            for opportunity, account in owners.items():
                if account is None:
                    pipeline.delete(_key(opportunity))
                else:
                    pipeline.set(_key(opportunity), account, ex=_SECONDS)
            pipeline.execute()


def _key(opportunity: str) -> str:
    return f"cw:owner:{opportunity}"
