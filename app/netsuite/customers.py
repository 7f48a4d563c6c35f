"""Writes of Customers, over the record API: create and update, and what an update has to know."""

from urllib.parse import quote

from app.errors import ServiceUnavailable
from app.models import AddressLine
from app.netsuite.address_books import AddressBooks
from app.netsuite.client import NetSuiteClient, Permit
from app.netsuite.lookups import Lookups
from app.netsuite.posts import Posts
from app.netsuite.rows import is_internal_id

_CUSTOMER = "/services/rest/record/v1/customer"


class Customers:
    """One per process; threads share it.

    Raises (every call) what app/netsuite/client.py raises.
    """

    def __init__(
        self, client: NetSuiteClient, lookups: Lookups, books: AddressBooks, posts: Posts | None
    ) -> None:
        """`posts`: another application owns the external ids, so that creates are POSTs."""
        self._client, self._lookups, self._books, self._posts = client, lookups, books, posts

    @property
    def creates_repeatably(self) -> bool:
        """Whether a create that is sent twice makes one Customer, and adds to it."""
        return self._posts is None

    def create(self, key: str, body: dict[str, object]) -> str:
        """Creates the Customer → its internal id. `key`: the external id that it is to bear, or the
        id in the custom field that stands in for it. The caller has looked for it just now.

        A PUT by external id, repeated or carried out late, changes the one Customer; its addresses
        replace those that a repetition has brought meanwhile
        (docs/decisions/0019-unanswered-writes.md).

        Raises:
            PostUnanswered: an earlier POST may still land.
        """
        if self._posts is None:
            path = f"{_CUSTOMER}/eid:{quote(key, safe='')}"
            if "addressBook" in body:
                path += "?replace=addressBook"
            response = self._client.write("PUT", path, body)
        else:
            with self._posts.one(key):
                response = self._client.write("POST", _CUSTOMER, body)
        last = response.headers.get("Location", "").rstrip("/").rpartition("/")[2]
        customer = str(last) if is_internal_id(last) else self._id_of(key)
        if "addressBook" in body:
            self._books.wrote(customer)
        return customer

    def update(self, customer: str, body: dict[str, object], permit: Permit = lambda: None) -> None:
        """Changes the Customer's named fields and leaves all others. `permit`: asked once more
        right before it is sent, with its slot held.

        Raises:
            What `permit` raises: then nothing was sent.
        """
        try:
            path = f"{_CUSTOMER}/{quote(customer, safe='')}"
            self._client.write("PATCH", path, body, permit)
        finally:
            if "addressBook" in body:
                self._books.wrote(customer)

    def address_lines(self, customer: str, *, doubtful: bool) -> list[AddressLine]:
        """The lines of the Customer's address book, those among them that queries show late.
        `doubtful`: an earlier write may have brought some, too, nobody knows when.
        """
        return self._books.lines(customer, doubtful=doubtful)

    def _id_of(self, key: str) -> str:
        """Location is where the id is, but it may be missing (facts: operations)."""
        found = self._lookups.candidates(key, None).by_id
        if not found:
            raise ServiceUnavailable(
                f"NetSuite took {key} but does not show it yet.", service="netsuite"
            )
        return found[0].id
