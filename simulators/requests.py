"""The log of every call to a simulated cloud: what was asked and which status it got."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl

_KEEP = 100_000
_SECRETS = frozenset(
    {"assertion", "client_assertion", "client_secret", "access_token", "refresh_token", "password"}
)


@dataclass(frozen=True)
class LoggedRequest:
    """One call. ``query`` is percent-decoded; ``status`` is None when no answer was sent.

    ``at`` is in Unix seconds when the call arrived; ``seconds`` is how long it took.
    """

    number: int
    call: str
    method: str
    path: str
    query: str
    body: str
    status: int | None
    at: float
    seconds: float

    def matches(self, call: str | None, contains: str | None) -> bool:
        """Whether the call's name fits the glob and the text occurs in what was asked."""
        if call is not None and not fnmatchcase(self.call, call):
            return False
        return contains is None or contains in search_text(self.path, self.query, self.body)


def search_text(path: str, query: str, body: str) -> str:
    """The text in which ``contains`` of faults and log filters is looked for."""
    return f"{path}?{query}\n{body}"


def without_secrets(form: str) -> str:
    """A form-encoded text, decoded, in which no assertion, secret or token is left."""
    pairs = parse_qsl(form, keep_blank_values=True)
    return "&".join(f"{key}={'***' if key in _SECRETS else value}" for key, value in pairs)


class RequestLog:
    """The last 100,000 calls, numbered from 1; safe for use by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: deque[LoggedRequest] = deque(maxlen=_KEEP)
        self._next = 1

    def add(
        self,
        *,
        call: str,
        method: str,
        path: str,
        query: str = "",
        body: str = "",
        status: int | None,
        at: float,
        seconds: float,
    ) -> None:
        """Append one call; the caller has taken secrets out of query and body."""
        with self._lock:
            row = LoggedRequest(self._next, call, method, path, query, body, status, at, seconds)
            self._next += 1
            self._rows.append(row)

    def find(
        self, *, call: str | None = None, contains: str | None = None, since: int = 0
    ) -> list[dict[str, Any]]:
        """The matching calls with a number above ``since``, oldest first."""
        return [asdict(row) for row in self._matching(call, contains) if row.number > since]

    def count(self, *, call: str | None = None, contains: str | None = None) -> int:
        """How many calls match."""
        return sum(1 for _ in self._matching(call, contains))

    def clear(self) -> None:
        """Forget all; numbering goes on."""
        with self._lock:
            self._rows.clear()

    def _matching(self, call: str | None, contains: str | None) -> Iterator[LoggedRequest]:
        with self._lock:
            rows = list(self._rows)
        return (row for row in rows if row.matches(call, contains))
