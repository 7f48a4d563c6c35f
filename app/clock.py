"""A service's clock, as its answers tell it. A service judges a login by its own clock, to which
this host's may be minutes off.
"""

import time
from email.utils import parsedate_to_datetime

import httpx

_TOLERANCE_SECONDS = 5.0
"""What a login has to spare anyway."""
_FINEST_SECONDS = 2.0
"""The header Date has whole seconds, and is some time on its way."""


class Clock:
    """This host's clock until the service has told the time. Threads share it."""

    def __init__(self) -> None:
        self._ahead: float | None = None

    @property
    def ahead(self) -> float:
        """Seconds from this host's monotonic time to the service's epoch time."""
        return time.time() - time.monotonic() if self._ahead is None else self._ahead

    def now(self) -> float:
        """Epoch seconds, a second or so late rather than early once the service has told them."""
        return time.monotonic() + self.ahead

    def heed(self, response: httpx.Response) -> None:
        """Every answer has a Date (RFC 9110, 6.6.1). One without is as good as none."""
        told = date_of(response)
        if told is None:
            return
        ahead, known = told - time.monotonic(), self._ahead
        # The answer that came fastest, at the beginning of a second, tells the time best.
        if known is None or not known - _FINEST_SECONDS < ahead <= known:
            self._ahead = ahead

    def was_wrong(self, ahead: float) -> bool:
        """Whether what was signed when the service seemed to be so far `ahead` bears a time that
        the service may refuse.
        """
        return abs(self.ahead - ahead) > _TOLERANCE_SECONDS


def date_of(response: httpx.Response) -> float | None:
    """When the service answered, epoch seconds; None: it does not say so."""
    try:
        return parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
