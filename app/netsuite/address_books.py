"""Which lines a Customer's address book has: NetSuite appends a line that comes without its id.

Queries answer for many Customers at once, but may show a write late; the record itself never does.
So it is the record that is read where lines of ours may stand that queries do not show yet.
"""

from collections.abc import Mapping
from urllib.parse import quote

from redis import Redis

from app.errors import AuthenticationFailed, PermanentError, RecordNotFound
from app.models import AddressLine
from app.netsuite.client import NetSuiteClient
from app.netsuite.lookups import Lookups
from app.netsuite.rows import is_internal_id

_BOOK = "/services/rest/record/v1/customer/{}?fields=addressBook&expandSubResources=true"
_SINGULAR = "application/vnd.oracle.resource+json; type=singular"


class AddressBooks:
    """Redis keys `cw:netsuite:lines:<customer>`: lines were written a moment ago.

    Raises (every look): what app/netsuite/client.py raises, RecordNotFound among it.
    """

    def __init__(
        self, redis: Redis, client: NetSuiteClient, lookups: Lookups, lag_seconds: float
    ) -> None:
        """`lag_seconds`: how long queries may not show a write yet."""
        self._redis, self._client, self._lookups = redis, client, lookups
        self._lag_ms = max(1, round(lag_seconds * 1000))

    def wrote(self, customer: str) -> None:
        """Lines were just sent, be it without an answer."""
        self._redis.set(_key(customer), "1", px=self._lag_ms)

    def lines(self, customer: str, *, doubtful: bool) -> list[AddressLine]:
        """The lines of the Customer's address book. `doubtful`: an earlier write may have brought
        lines, too, nobody knows when.
        """
        if doubtful or self._redis.exists(_key(customer)):
            found = self._in_record(customer)
            if found is not None:
                return found
        return self._lookups.address_lines(customer)

    def _in_record(self, customer: str) -> list[AddressLine] | None:
        """None: the record is not to be read. It is loaded as if to be edited, so that a workflow's
        lock refuses that, too; what follows will most likely be refused in the same words.
        """
        path = _BOOK.format(quote(customer, safe=""))
        try:
            book = self._client.read(path, _SINGULAR).get("addressBook")
        except (AuthenticationFailed, RecordNotFound):
            raise
        except PermanentError:
            return None
        items = book.get("items") if isinstance(book, Mapping) else None
        lines = [_line(item) for item in items] if isinstance(items, list) else [None]
        found = [line for line in lines if line is not None]
        return found if len(found) == len(lines) else None


def _line(item: object) -> AddressLine | None:
    """Oracle's own examples name a line's key in two ways (facts: address book)."""
    if not isinstance(item, Mapping):
        return None
    key = str(item.get("id") or item.get("internalId") or "")
    return AddressLine(key, str(item.get("label") or "")) if is_internal_id(key) else None


def _key(customer: str) -> str:
    return f"cw:netsuite:lines:{customer}"
