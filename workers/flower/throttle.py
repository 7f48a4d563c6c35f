"""Slows down whoever guesses passwords."""

import time
from collections import OrderedDict
from collections.abc import Callable

_BURST = 20
"""Failures an address may have at once."""
_SECONDS_EACH = 3.0
"""After so long one more is allowed."""
_ADDRESSES = 10_000
"""How many addresses are remembered: the one that failed longest ago is forgotten."""


class Throttle:
    """Counts refused credentials by the address they came from.

    Whoever is slowed down is refused unheard, with the right password, too: else a guess could be
    told from the answer. Behind a proxy all callers have one address: FLOWER_XHEADERS tells theirs.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._clear_at: OrderedDict[str, float] = OrderedDict()
        """Address to when all its failures are forgotten."""

    def seconds_to_wait(self, address: str) -> float:
        """0: credentials from there are looked at."""
        ahead = self._clear_at.get(address, 0.0) - self._now()
        return max(0.0, ahead - (_BURST - 1) * _SECONDS_EACH)

    def count_failure(self, address: str) -> None:
        now = self._now()
        self._clear_at[address] = max(now, self._clear_at.pop(address, now)) + _SECONDS_EACH
        if len(self._clear_at) > _ADDRESSES:
            self._clear_at.popitem(last=False)
