"""The subsidiaries that a Customer belongs to: a record for each (Multi-Subsidiary Customer)."""

from collections.abc import Iterable

from app.errors import PermanentError, RecordNotFound, RecordRejected
from app.netsuite.client import NetSuiteClient
from app.netsuite.errors import ReferenceRejected

_RELATIONSHIP = "/services/rest/record/v1/customerSubsidiaryRelationship"
_OF_ONE = "SELECT subsidiary FROM customersubsidiaryrelationship WHERE entity = ? ORDER BY id"
_DUPLICATE = "already exists"


class Relationships:
    """Raises (every call) what app/netsuite/client.py raises."""

    def __init__(self, client: NetSuiteClient) -> None:
        self._client = client

    def subsidiaries(self, customer: str) -> list[str]:
        """Internal ids of all that the Customer belongs to, as far as our role sees them."""
        rows = self._client.suiteql(_OF_ONE, [customer])
        return [row["subsidiary"] for row in rows if "subsidiary" in row]

    def ensure(self, customer: str, wanted: Iterable[str]) -> list[str]:
        """Adds the Customer to those of `wanted` that it does not belong to yet → those. None is
        taken away. Repeats safely: what is there is refused as a duplicate, and counts as done.

        Raises:
            RecordNotFound: NetSuite refuses the Customer: it is gone, or must not be named.
            RecordRejected: NetSuite refuses a subsidiary; names it.
        """
        there = self.subsidiaries(customer)
        missing = [one for one in dict.fromkeys(wanted) if one not in there]
        for one in missing:
            self._add(customer, one)
        return missing

    def _add(self, customer: str, subsidiary: str) -> None:
        # No external id: a relationship shares its entity's (facts: OneWorld, section_1507907354).
        body: dict[str, object] = {"entity": {"id": customer}, "subsidiary": {"id": subsidiary}}
        try:
            self._client.write("POST", _RELATIONSHIP, body)
        except PermanentError as refused:
            if _DUPLICATE in refused.service_words.lower():
                return
            if not isinstance(refused, RecordRejected):
                raise
            if isinstance(refused, ReferenceRejected) and refused.field.lower() == "entity":
                raise RecordNotFound(
                    f"NetSuite does not let Customer {customer} be added to subsidiary "
                    f"{subsidiary}: see whether it is there, active and visible to our role, then "
                    "requeue.",
                    service=refused.service,
                    service_words=refused.service_words,
                    request=refused.request,
                ) from None
            raise RecordRejected(
                f"Customer {customer} is written, but cannot be added to subsidiary {subsidiary}: "
                "check that, and the feature Multi-Subsidiary Customer, in NetSuite, or "
                "subsidiaries.further in the flow file, then requeue.",
                service=refused.service,
                service_words=refused.service_words,
                request=refused.request,
            ) from None
