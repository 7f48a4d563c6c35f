"""Why NetSuite refuses a parent: it says only that the value is invalid.

A Customer's parent must belong to the Customer's subsidiary, and under Accept Payment Through Top
Level Customer have the same currencies, too (facts: OneWorld, bridgehead_N276747).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import AuthenticationFailed, PermanentError, RecordRejected
from app.netsuite.client import NetSuiteClient
from app.netsuite.errors import ReferenceRejected
from app.netsuite.relationships import Relationships

_FIELDS = ("parent", "subsidiary")
_PRIMARY = (
    "SELECT subsidiary FROM customersubsidiaryrelationship "
    "WHERE entity = ? AND isprimarysub = 'T' ORDER BY id"
)
_NAME = "SELECT name FROM subsidiary WHERE id = ?"
_CURRENCIES = "/services/rest/record/v1/customer/{}?fields=currencyList&expandSubResources=true"
_SINGULAR = "application/vnd.oracle.resource+json; type=singular"


@dataclass(frozen=True, slots=True)
class Reach:
    """Looks into a refusal, where it costs some calls that no write has to make."""

    client: NetSuiteClient
    relationships: Relationships

    def concerns(self, refused: RecordRejected) -> bool:
        """Whether the refusal may be the parent's fault."""
        return isinstance(refused, ReferenceRejected) and refused.field.lower() in _FIELDS

    def explained(
        self,
        refused: RecordRejected,
        parent: str,
        body: Mapping[str, object],
        customer: str | None = None,
    ) -> RecordRejected | None:
        """What the parent Customer lacks, by name. None: nothing that can be told. `body` is what
        was sent, `customer` the one that it was sent to, unless it was to be created.

        Raises:
            AuthenticationFailed: NetSuite has refused our credentials meanwhile.
            TransientError: it does not answer as it should.
        """
        try:
            if missing := self._missing_subsidiary(parent, body, customer):
                return _rejected(refused, parent, f"does not belong to subsidiary {missing}")
            if missing := self._missing_currency(parent, body):
                return _rejected(refused, parent, f"does not have the currency {missing}")
        except AuthenticationFailed:
            raise
        except PermanentError:  # a record type or field that this account or role does not have
            return None
        return None

    def _missing_subsidiary(
        self, parent: str, body: Mapping[str, object], customer: str | None
    ) -> str | None:
        """`2 (UK)`; None: the parent belongs to all that it has to, as far as they are there."""
        wanted = [one] if (one := _id_in(body.get("subsidiary"))) else []
        if not wanted and customer:
            wanted = [
                row["subsidiary"]
                for row in self.client.suiteql(_PRIMARY, [customer])
                if "subsidiary" in row
            ]
        reached = self.relationships.subsidiaries(parent) if wanted else []
        missing = next((one for one in wanted if one not in reached), None)
        if missing is None:
            return None
        named = [row["name"] for row in self.client.suiteql(_NAME, [missing]) if "name" in row]
        return f"{missing} ({named[0]})" if named else None

    def _missing_currency(self, parent: str, body: Mapping[str, object]) -> str | None:
        """The internal id. Currencies are in no query: the record has to be read."""
        wanted = _id_in(body.get("currency"))
        if not wanted:
            return None
        book = self.client.read(_CURRENCIES.format(parent), _SINGULAR).get("currencyList")
        items = book.get("items") if isinstance(book, dict) else None
        held = [_id_in(item.get("currency")) for item in items or [] if isinstance(item, dict)]
        return wanted if held and wanted not in held else None


def _id_in(reference: object) -> str | None:
    given = reference.get("id") if isinstance(reference, dict) else None
    return str(given) if given else None


def _rejected(refused: RecordRejected, parent: str, lack: str) -> RecordRejected:
    return RecordRejected(
        f"The parent Customer {parent} {lack}, which its child is to have: add it to the parent in "
        "NetSuite, or correct the Account, then requeue.",
        service=refused.service,
        service_words=refused.service_words,
        request=refused.request,
    )
