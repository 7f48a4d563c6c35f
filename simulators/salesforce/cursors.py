"""Query cursors: the rest of a long answer, waiting for the client's next page."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulators.salesforce.errors import ApiError
from simulators.salesforce.ids import suffix

_LIFE_SECONDS = 2 * 24 * 3600
_KEEP = 1000


@dataclass(frozen=True)
class _Cursor:
    rows: Sequence[Any]
    batch_size: int
    opened_at: float


class Cursors:
    """Open cursors by locator. The caller holds the org's lock."""

    def __init__(self) -> None:
        self._by_locator: dict[str, _Cursor] = {}

    def page(self, rows: Sequence[Any], batch_size: int, version: str) -> dict[str, Any]:
        """The first page of these rows, as the body of a query answer."""
        locator = ""
        if len(rows) > batch_size:
            short = "0r8" + secrets.token_hex(6)
            locator = short + suffix(short)
            self._by_locator[locator] = _Cursor(rows, batch_size, time.time())
            while len(self._by_locator) > _KEEP:
                del self._by_locator[next(iter(self._by_locator))]
        return _body(rows, 0, batch_size, locator, version)

    def next_page(self, locator_and_offset: str, version: str) -> dict[str, Any]:
        """The page that ``<locator>-<offset>`` names.

        Raises:
            ApiError: INVALID_QUERY_LOCATOR, unknown or older than two days.
        """
        locator, _, offset = locator_and_offset.partition("-")
        cursor = self._by_locator.get(locator)
        if (
            cursor is None
            or not offset.isdecimal()
            or not 0 <= int(offset) < len(cursor.rows)
            or time.time() - cursor.opened_at > _LIFE_SECONDS
        ):
            raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return _body(cursor.rows, int(offset), cursor.batch_size, locator, version)

    def clear(self) -> None:
        """Close all."""
        self._by_locator.clear()


def _body(
    rows: Sequence[Any], start: int, batch_size: int, locator: str, version: str
) -> dict[str, Any]:
    end = start + batch_size
    body: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows)}
    if end < len(rows):
        body["nextRecordsUrl"] = f"/services/data/v{version}/query/{locator}-{end}"
    body["records"] = list(rows[start:end])
    return body
