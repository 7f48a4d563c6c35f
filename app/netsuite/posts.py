"""Creates without an external id: a POST is not repeated while an earlier one may still land.

A POST that is carried out twice makes two Customers, and NetSuite has no key that would tell it so.
Until it has ended an unanswered one for certain, only look-ups are made (facts: async and
idempotency; a request is ended after 15 minutes, subsect_1559222360).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis

from app.errors import RecordLocked, SyncError, may_have_acted

_ENDED_SECONDS = 15 * 60
_SPARE_SECONDS = 30
"""For clocks, and for queries that do not show a new Customer yet: nothing is documented."""
_LOOK_AGAIN_SECONDS = 30.0


class PostUnanswered(RecordLocked):
    """Whether an earlier POST made the Customer is not known yet: uses up no attempt."""

    counts = False


class Posts:
    """Redis keys `cw:netsuite:posted:<id>`, the id being what the Customer is to bear."""

    def __init__(self, redis: Redis, run_seconds: float) -> None:
        """`run_seconds`: how long a run may take, and its POST may leave at the end of it."""
        self._redis = redis
        self._lasts = int(run_seconds) + _ENDED_SECONDS + _SPARE_SECONDS

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        """Around a POST, which is remembered before it is sent: its process may be killed.

        It stays remembered after it has succeeded: until the ledger has stored the Customer, only
        queries can tell of it, and they may be late.

        Raises:
            PostUnanswered: an earlier one may still land, or is not to be seen yet.
        """
        name = f"cw:netsuite:posted:{key}"
        if not self._redis.set(name, "1", nx=True, ex=self._lasts):
            raise PostUnanswered(
                f"An earlier create of {key} went unanswered: whether NetSuite has carried it out "
                "shows within 15 minutes or so, and until then none is sent again.",
                service="netsuite",
                retry_after=_LOOK_AGAIN_SECONDS,
            )
        try:
            yield
        except SyncError as failed:
            if may_have_acted(failed):  # it has left by now
                self._redis.expire(name, _ENDED_SECONDS + _SPARE_SECONDS)
            else:
                self._redis.delete(name)
            raise
