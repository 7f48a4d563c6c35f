"""Creates without an external id: a POST is not repeated while an earlier one may still land.

A POST that is carried out twice makes two Customers, and NetSuite has no key that would tell it so.
Until it has ended an unanswered one for certain, only look-ups are made (facts: async and
idempotency; a request is ended after 15 minutes, subsect_1559222360).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis

from app.errors import NoAnswer, RecordLocked, ServiceFailed, ServiceUnavailable, SyncError

_ENDED_SECONDS = 15 * 60
_UNSEEN_SECONDS = 30
"""How long queries may not show a new Customer yet: nothing is documented; a guess."""
_LOOK_AGAIN_SECONDS = 30.0


class PostUnanswered(RecordLocked):
    """Whether an earlier POST made the Customer is not known yet: uses up no attempt."""

    counts = False


class Posts:
    """Redis keys `cw:netsuite:posted:<id>`, the id being what the Customer is to bear."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        """Around a POST, which is remembered before it is sent: its process may be killed.

        Raises:
            PostUnanswered: an earlier one may still land, or is not to be seen yet.
        """
        name = f"cw:netsuite:posted:{key}"
        if not self._redis.set(name, "1", nx=True, ex=_ENDED_SECONDS):
            raise PostUnanswered(
                f"An earlier create of {key} went unanswered: whether NetSuite has carried it out "
                "shows within 15 minutes, and until then none is sent again.",
                service="netsuite",
                retry_after=_LOOK_AGAIN_SECONDS,
            )
        try:
            yield
        except SyncError as failed:
            if not _may_land(failed):
                self._redis.delete(name)
            raise
        self._redis.expire(name, _UNSEEN_SECONDS)


def _may_land(failed: SyncError) -> bool:
    """A gateway may answer in the place of a NetSuite that goes on; where nothing was answered and
    nothing is in doubt, nothing was sent.
    """
    if isinstance(failed, NoAnswer | ServiceFailed):
        return True
    return isinstance(failed, ServiceUnavailable) and bool(failed.service_words)
