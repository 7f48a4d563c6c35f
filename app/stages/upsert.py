"""The write: finds the Account's Customer, maps, and creates or updates it, once."""

from dataclasses import dataclass

from app.errors import AmbiguousMatch, RecordNotFound
from app.flow import Flow
from app.ledger import Ledger
from app.models import Account, Customer, Payload
from app.netsuite import mapping
from app.netsuite.client import NetSuiteClient
from app.netsuite.errors import EntityExists
from app.stages.hierarchy import Parent
from app.terms import Held


@dataclass(frozen=True, slots=True)
class Match:
    """The Customer that was found, and how."""

    customer: str
    how: str


@dataclass(frozen=True, slots=True)
class Upsert:
    """What the write needs: the ledger that permits it, NetSuite, and the flow's rules."""

    ledger: Ledger
    netsuite: NetSuiteClient
    flow: Flow

    def run(self, held: Held, account: Account, parent: Parent) -> str:
        """Writes the Account's newest state → synced, unchanged, wait or fenced.

        Raises:
            AmbiguousMatch: which Customer is meant cannot be told.
            RecordRejected: the values do not fit.
            SyncError: what the client raises.
        """
        payload = self.payload(account, parent)
        digest = mapping.digest(payload)
        notes = [*payload.alterations, *([parent.words] if parent.late else [])]
        same = held.customer is not None and held.written == digest
        match = None if same else self.find(held, account)

        verdict = self.ledger.check(
            held,
            digest,
            parent=account.parent_id,
            parent_customer=parent.customer,
            words="; ".join([f"unchanged, Customer {held.customer}", *notes]),
        )
        if verdict != "go":
            return verdict

        if same:  # the ledger knows better than the claim did: somebody wants it written again
            match = self.find(held, account)
        customer, done = self._write(account, payload, match)
        return self.ledger.synced(held, customer, wrote=digest, words="; ".join([done, *notes]))

    def payload(self, account: Account, parent: Parent) -> Payload:
        """The desired state of the Customer."""
        return mapping.map_customer(
            account,
            self.flow,
            external_id=mapping.external_id(account.id, self.flow),
            parent=mapping.KEEP if parent.late else parent.customer,
        )

    def find(self, held: Held, account: Account) -> Match | None:
        """The Customer, by the first way of `matching.order` that finds one; None: there is none.

        Raises:
            AmbiguousMatch: several have the name, or the one that has it is another Account's.
        """
        for way in self.flow.matching.order:
            if way == "link" and held.customer:
                return Match(held.customer, "linked")
            if way == "external_id" and (found := self._by_external_id(account)):
                return found
            if way == "name" and (found := self._by_name(account)):
                return found
        return None

    def _by_external_id(self, account: Account) -> Match | None:
        found = self.netsuite.find_by_external_id(mapping.external_id(account.id, self.flow))
        return Match(found[0].id, "found by external id") if found else None

    def _by_name(self, account: Account) -> Match | None:
        ours = mapping.external_id(account.id, self.flow)
        found = self.netsuite.find_by_name(account.name)
        for customer in found:
            if customer.external_id == ours:
                return Match(customer.id, "found by name")
        if not found:
            return None
        if len(found) > 1 or found[0].external_id:
            raise AmbiguousMatch(_candidates(account, found), service="netsuite")
        return Match(found[0].id, "found by name")

    def _write(self, account: Account, payload: Payload, match: Match | None) -> tuple[str, str]:
        """→ (internal id, what was done)."""
        if match is None:
            return self._create(account, payload)
        try:
            self._update(match.customer, payload)
        except RecordNotFound:
            if match.how != "linked":
                raise
            return self._relink(account, payload, match)
        return match.customer, f"updated Customer {match.customer} ({match.how})"

    def _create(self, account: Account, payload: Payload) -> tuple[str, str]:
        external_id = mapping.external_id(account.id, self.flow)
        currencies = self.netsuite.currencies() if self.flow.currencies.enabled else {}
        body = mapping.for_create(payload, account, self.flow, currencies)
        try:
            customer = self.netsuite.create(external_id, body)
        except EntityExists as taken:
            # Our own earlier write, seen late, or somebody else's record: its name, or its type.
            match = self._by_external_id(account)
            if match is None:
                raise AmbiguousMatch(
                    f"NetSuite has another entity with the name {account.name!r} or the external "
                    f"id {external_id}: rename one of them, or give the Customer that id.",
                    service="netsuite",
                    service_words=taken.service_words,
                ) from None
            self._update(match.customer, payload)
            return match.customer, f"updated Customer {match.customer} ({match.how})"
        return customer, f"created Customer {customer}"

    def _relink(self, account: Account, payload: Payload, lost: Match) -> tuple[str, str]:
        """The linked Customer is gone: another may have taken its place, but none is created, since
        somebody deleted or merged it on purpose, or our role cannot see it.
        """
        match = self._by_external_id(account) or self._by_name(account)
        if match is None:
            raise RecordNotFound(
                f"Customer {lost.customer}, to which this Account is linked, is gone from NetSuite "
                "or hidden from our role: restore it, or set its external id on another Customer "
                f"to {mapping.external_id(account.id, self.flow)}, then requeue.",
                service="netsuite",
            )
        self._update(match.customer, payload)
        words = f"updated Customer {match.customer} ({match.how}; {lost.customer} is gone)"
        return match.customer, words

    def _update(self, customer: str, payload: Payload) -> None:
        lines = self.netsuite.address_lines(customer) if "addressBook" in payload.body else []
        self.netsuite.update(customer, mapping.for_update(payload, lines))


def _candidates(account: Account, found: list[Customer]) -> str:
    listed = ", ".join(
        f"Customer {c.id}" + (f" (external id {c.external_id})" if c.external_id else "")
        for c in found[:20]
    )
    if len(found) == 1:
        return (
            f"The Customer named {account.name!r} belongs to another record: {listed}. "
            "Rename the Account, or clear that external id, then requeue."
        )
    return (
        f"{len(found)} Customers are named {account.name!r}: {listed}. "
        f"Merge or rename them in NetSuite, then requeue."
    )
