"""A company's name: when two are the same, and whose turn it is to look for it and write.

Two won Accounts of one name that come at the same moment would both find no Customer, and both
create one; or both find the same, and both take it. So an Account reserves its name before it
looks: the other looks later, and finds the first's.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis import Redis

from app.errors import AuthenticationFailed, PermanentError, RecordLocked
from app.scripts import run_script


class NameReserved(RecordLocked):
    """Another Account of the same name is being written: uses up no attempt."""

    counts = False


def folded(name: str) -> str:
    """The name without what does not tell companies apart: case, and how wide spaces are."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@dataclass(slots=True)
class Reservation:
    """`wrote` is set when a Customer of the name was written under it: created, or found."""

    wrote: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Reservations in Redis, each of a folded name; they end by themselves after `seconds`."""

    redis: Redis
    seconds: float
    lag_seconds: float
    """How long NetSuite's queries may not show a write yet."""

    @contextmanager
    def reserved(self, name: str, account: str) -> Iterator[Reservation]:
        """Inside, no other Account may look for this name and write.

        It outlasts a write by as long as queries may not show it, and a write without an answer
        until it ends by itself: the same Account may come back to it any time, and then does not
        give it back for having written nothing.

        Raises:
            NameReserved: another Account has it.
        """
        key = f"cw:name:{hashlib.sha256(folded(name).encode()).hexdigest()[:16]}"
        owner = self._reserve(key, account, self.seconds)
        if owner not in (account, ""):
            raise NameReserved(
                f"Account {owner} of the same name is being written just now.",
                service="netsuite",
                retry_after=5.0,
            )
        reservation = Reservation()
        try:
            yield reservation
        except AuthenticationFailed:
            raise
        except PermanentError:
            self._reserve(key, account, 0)
            raise
        if reservation.wrote:
            self._reserve(key, account, self.lag_seconds)
        elif not owner:
            self._reserve(key, account, 0)

    def _reserve(self, key: str, account: str, seconds: float) -> str:
        """For so long from now, unless another has it; 0 gives it back → who had it until now."""
        given = {"key": key, "account": account, "seconds": int(seconds)}
        return run_script(self.redis, "reserve", json.dumps(given), shared=())
