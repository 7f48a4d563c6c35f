"""A company's name: when two are the same, and whose turn it is to create a Customer of it.

Two won Accounts of one name that come at the same moment would both find no Customer, and both
create one. So an Account reserves its name before it looks: the other looks later, and finds the
first's.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis import Redis

from app.errors import PermanentError, RecordLocked

_UNSEEN_SECONDS = 30
"""How long NetSuite's queries may not show a new Customer yet: nothing is documented; a guess."""


class NameReserved(RecordLocked):
    """Another Account of the same name is being written: uses up no attempt."""

    counts = False


def folded(name: str) -> str:
    """The name without what does not tell companies apart: case, and how wide spaces are."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@dataclass(slots=True)
class Reservation:
    """`created` is set when a Customer of the name was created under it."""

    created: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Reservations in Redis, each of a folded name; they end by themselves after `seconds`."""

    redis: Redis
    seconds: float

    @contextmanager
    def reserved(self, name: str, account: str) -> Iterator[Reservation]:
        """Inside, no other Account may look for this name and create.

        It outlasts a creation by as long as queries may not show it, and a write without an answer
        until it ends by itself: the same Account may come back to it any time.

        Raises:
            NameReserved: another Account has it.
        """
        key = f"cw:name:{hashlib.sha256(folded(name).encode()).hexdigest()[:16]}"
        lasts = int(self.seconds)
        if not self.redis.set(key, account, nx=True, ex=lasts):
            owner = self.redis.get(key)
            if owner not in (account, None):
                raise NameReserved(
                    f"Account {owner!s} of the same name is being written just now.",
                    service="netsuite",
                    retry_after=5.0,
                )
            self.redis.set(key, account, ex=lasts)
        reservation = Reservation()
        try:
            yield reservation
        except PermanentError:
            self.redis.delete(key)
            raise
        if reservation.created:
            self.redis.expire(key, _UNSEEN_SECONDS)
        else:
            self.redis.delete(key)
