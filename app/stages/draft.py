"""What one run is about to write, and how much of it stands in NetSuite already."""

from dataclasses import dataclass, replace

from app.models import Account, Payload
from app.netsuite import mapping
from app.netsuite.matching import Sought
from app.stages.hierarchy import Parent
from app.terms import Held

_OPEN = "?"
"""In a digest: this part is not known to stand."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The desired state of a Customer, for whom, and on whose behalf."""

    held: Held
    account: Account
    parent: Parent
    payload: Payload
    digest: str
    """Of the body, of the addresses, of the further subsidiaries: joined by dots."""
    key: str
    """The external id, or what stands in for it in `matching.id_field`."""

    @property
    def name(self) -> str:
        """As it would stand in NetSuite: made to fit."""
        return self.payload.name or self.account.name

    @property
    def sought(self) -> Sought:
        return Sought(self.account.id, self.key, self.name, self.held.customer)

    @property
    def stands(self) -> bool:
        """Whether all of it is known to be there."""
        return bool(self.held.customer) and self.held.written == self.digest

    @property
    def is_unsure(self) -> bool:
        """Whether an earlier write was begun, and nobody knows what became of it."""
        return self.held.written == "unsure"

    @property
    def partial_digest(self) -> str:
        """Of all but the further subsidiaries."""
        body, addresses, _ = self.digest.split(".")
        return f"{body}.{addresses}.{_OPEN}"

    def missing(self, customer: str) -> Payload:
        """What of the payload is not known to stand there: a part that does is not sent again."""
        body, addresses, subsidiaries = self._stands(customer)
        sent = mapping.without_addresses(self.payload) if addresses else self.payload
        if body:
            book = {name: v for name, v in sent.body.items() if name == "addressBook"}
            sent = replace(sent, body=book)
        return replace(sent, subsidiaries=()) if subsidiaries else sent

    def _stands(self, customer: str) -> tuple[bool, ...]:
        """Part by part; of a Customer to which the Account is not linked nothing is known."""
        ours = self.digest.split(".")
        stood = (self.held.written or "").split(".")
        if customer != self.held.customer or len(stood) != len(ours):
            return (False,) * len(ours)
        return tuple(one == other for one, other in zip(ours, stood, strict=True))

    def words(self, done: str) -> str:
        """What was done, and every alteration on the way."""
        notes = [*self.payload.alterations, *([self.parent.words] if self.parent.late else [])]
        return "; ".join([done, *notes])
