"""Slows down whoever guesses passwords."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_REMEMBERED = 10_000
"""Of each kind of counter so many: the one that counted longest ago is forgotten."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """How many failures are allowed at once, and after how many seconds one more."""

    burst: int
    seconds_each: float


_OF_A_USER = _Bound(20, 3.0)
_OF_AN_ADDRESS = _Bound(200, 0.3)


class Throttle:
    """Counts refused credentials by the address that they came from and the user whom they name;
    and, so that nobody tries one password on many users, by the address alone, of which more are
    allowed: whoever shares an address with a guesser still gets in.

    Whoever is slowed down is refused unheard, with the right password, too: else a guess could be
    told from the answer. Behind a proxy all callers have one address: FLOWER_XHEADERS tells theirs.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._of_users = _Failures(_OF_A_USER, now)
        self._of_addresses = _Failures(_OF_AN_ADDRESS, now)

    def seconds_to_wait(self, address: str, user: str) -> float:
        """0: these credentials are looked at."""
        of_user = self._of_users.seconds_to_wait((address, user))
        return max(of_user, self._of_addresses.seconds_to_wait((address,)))

    def count_failure(self, address: str, user: str) -> None:
        self._of_users.count((address, user))
        self._of_addresses.count((address,))


class _Failures:
    """Counters of one kind."""

    def __init__(self, bound: _Bound, now: Callable[[], float]) -> None:
        self._bound, self._now = bound, now
        self._clear_at: OrderedDict[tuple[str, ...], float] = OrderedDict()
        """Whose failures to when all of them are forgotten."""

    def seconds_to_wait(self, whose: tuple[str, ...]) -> float:
        ahead = self._clear_at.get(whose, 0.0) - self._now()
        return max(0.0, ahead - (self._bound.burst - 1) * self._bound.seconds_each)

    def count(self, whose: tuple[str, ...]) -> None:
        now = self._now()
        since = max(now, self._clear_at.pop(whose, now))
        self._clear_at[whose] = since + self._bound.seconds_each
        if len(self._clear_at) > _REMEMBERED:
            self._clear_at.popitem(last=False)
