"""The write: finds the Account's Customer, maps, and creates or updates it, once."""

from dataclasses import dataclass

from app.errors import AmbiguousMatch, RecordLocked, RecordNotFound
from app.flow import Flow
from app.ledger import Ledger
from app.models import Account, Customer, Payload
from app.netsuite import mapping
from app.netsuite.client import NetSuiteClient
from app.netsuite.errors import EntityExists
from app.netsuite.names import Names
from app.stages.hierarchy import Parent
from app.stages.write_back import WriteBack
from app.terms import Held


@dataclass(frozen=True, slots=True)
class Match:
    """The Customer that was found, and how."""

    customer: str
    how: str

    @classmethod
    def of(cls, found: Customer, how: str) -> "Match":
        """A Customer that NetSuite has set inactive is matched, and that is said."""
        return cls(found.id, how + (", inactive" if found.is_inactive else ""))


@dataclass(frozen=True, slots=True)
class Draft:
    """What one run is about to write, and for whom."""

    held: Held
    account: Account
    parent: Parent
    payload: Payload
    digest: str
    external_id: str

    @property
    def name(self) -> str:
        """As it would stand in NetSuite: made to fit."""
        return str(self.payload.body.get("companyName") or self.account.name)

    def words(self, done: str) -> str:
        """What was done, and every alteration on the way."""
        notes = [*self.payload.alterations, *([self.parent.words] if self.parent.late else [])]
        return "; ".join([done, *notes])


@dataclass(frozen=True, slots=True)
class Upsert:
    """What the write needs: the ledger that permits it, NetSuite, and the flow's rules."""

    ledger: Ledger
    netsuite: NetSuiteClient
    names: Names
    flow: Flow
    write_back: WriteBack

    def run(self, held: Held, account: Account, parent: Parent) -> str:
        """Writes the Account's newest state → synced, unchanged, wait, fenced; disowned: another
        holder came after the write was begun.

        Raises:
            AmbiguousMatch: which Customer is meant cannot be told.
            RecordRejected: the values do not fit.
            SyncError: what the client raises.
        """
        if held.customer:
            account = self.write_back.before(held, account, held.customer)
        draft = self.draft(held, account, parent)
        if held.customer and held.written == draft.digest:
            verdict = self._permit(draft)
            return verdict if verdict != "go" else self._write(draft, self.find(draft))
        if held.customer:
            return self._permitted(draft, self.find(draft))
        with self.names.reserved(draft.name, account.id) as reservation:
            match = self.find(draft)
            verdict = self._permitted(draft, match)
            reservation.created = match is None and verdict in ("synced", "disowned")
            return verdict

    def draft(self, held: Held, account: Account, parent: Parent) -> Draft:
        """The desired state of the Customer."""
        external_id = mapping.external_id(account.id, self.flow)
        payload = mapping.map_customer(
            account,
            self.flow,
            external_id=external_id,
            parent=mapping.KEEP if parent.late else parent.customer,
        )
        return Draft(held, account, parent, payload, mapping.digest(payload), external_id)

    def find(self, draft: Draft) -> Match | None:
        """The Customer, by the first way of `matching.order` that finds one, and in the end by the
        stored link or our external id, whatever the order; None: there is none.

        Raises:
            AmbiguousMatch: several have the name, or the one that has it is another Account's.
        """
        linked = draft.held.customer
        for way in dict.fromkeys((*self.flow.matching.order, "link", "external_id")):
            if way == "link" and linked:
                return Match(linked, "linked")
            if way == "external_id" and (found := self._by_external_id(draft)):
                return found
            if way == "name" and (found := self._by_name(draft)):
                return found
        return None

    def _by_external_id(self, draft: Draft) -> Match | None:
        found = self.netsuite.find_by_external_id(draft.external_id)
        return Match.of(found[0], "found by external id") if found else None

    def _by_name(self, draft: Draft) -> Match | None:
        found = self.netsuite.find_by_name(draft.name)
        for customer in found:
            if customer.external_id == draft.external_id:
                return Match.of(customer, "found by name")
        if not found:
            return None
        if len(found) > 1 or found[0].external_id:
            raise AmbiguousMatch(_candidates(draft.name, found), service="netsuite")
        return Match.of(found[0], "found by name")

    def _permit(self, draft: Draft) -> str:
        """Asks the ledger right before the write."""
        return self.ledger.check(
            draft.held,
            draft.digest,
            parent=draft.account.parent_id,
            parent_customer=draft.parent.customer,
            words=draft.words(f"unchanged, Customer {draft.held.customer}"),
        )

    def _permitted(self, draft: Draft, match: Match | None) -> str:
        verdict = self._permit(draft)
        return verdict if verdict != "go" else self._write(draft, match)

    def _write(self, draft: Draft, match: Match | None) -> str:
        customer, done = self._create(draft) if match is None else self._change(draft, match)
        due = self.write_back.is_due(draft.held, draft.account, customer)
        verdict = self.ledger.synced(
            draft.held, customer, wrote=draft.digest, words=draft.words(done), write_back=due
        )
        if verdict == "fenced":
            return "disowned"
        if due:
            self.write_back.after(draft.account, customer)
        return verdict

    def _change(self, draft: Draft, match: Match) -> tuple[str, str]:
        """→ (internal id, what was done)."""
        try:
            self._update(match.customer, draft.payload)
        except RecordNotFound:
            if match.how != "linked":
                raise
            return self._relink(draft, match)
        return match.customer, f"updated Customer {match.customer} ({match.how})"

    def _create(self, draft: Draft) -> tuple[str, str]:
        currencies = self.netsuite.currencies() if self.flow.currencies.enabled else {}
        body = mapping.for_create(draft.payload, draft.account, self.flow, currencies)
        # An earlier create may have gone unanswered and land yet: NetSuite appends the addresses of
        # every create to the same Customer, so this one goes without, and an update brings them.
        unsure = draft.held.written is not None and body.pop("addressBook", None) is not None
        try:
            customer = self.netsuite.create(draft.external_id, body)
        except EntityExists as taken:
            # Our own earlier write, seen late, or somebody else's record: its name, or its type.
            match = self._by_external_id(draft)
            if match is None:
                raise AmbiguousMatch(
                    f"NetSuite has another entity with the name {draft.name!r} or the external "
                    f"id {draft.external_id}: rename one of them, or give the Customer that id.",
                    service="netsuite",
                    service_words=taken.service_words,
                ) from None
            self._update_once_more(match.customer, draft)
            return match.customer, f"updated Customer {match.customer} ({match.how})"
        if unsure:
            self._update_once_more(customer, draft)
        return customer, f"created Customer {customer}"

    def _relink(self, draft: Draft, lost: Match) -> tuple[str, str]:
        """The linked Customer is gone: another may have taken its place, but none is created, since
        somebody deleted or merged it on purpose, or our role cannot see it.
        """
        match = self._by_external_id(draft) or self._by_name(draft)
        if match is None:
            raise RecordNotFound(
                f"Customer {lost.customer}, to which this Account is linked, is gone from NetSuite "
                "or hidden from our role: restore it, or set its external id on another Customer "
                f"to {draft.external_id}, then requeue.",
                service="netsuite",
            )
        self._update(match.customer, draft.payload)
        words = f"updated Customer {match.customer} ({match.how}; {lost.customer} is gone)"
        return match.customer, words

    def _update_once_more(self, customer: str, draft: Draft) -> None:
        """A second write in the same run: it has to be permitted, too."""
        if self._permit(draft) != "go":
            raise RecordLocked("The account, or its parent, changed hands during the write.")
        self._update(customer, draft.payload)

    def _update(self, customer: str, payload: Payload) -> None:
        lines = self.netsuite.address_lines(customer) if "addressBook" in payload.body else []
        self.netsuite.update(customer, mapping.for_update(payload, lines))


def _candidates(name: str, found: list[Customer]) -> str:
    listed = ", ".join(
        f"Customer {c.id}" + (f" (external id {c.external_id})" if c.external_id else "")
        for c in found[:20]
    )
    if len(found) == 1:
        return (
            f"The Customer named {name!r} belongs to another record: {listed}. "
            "Rename the Account, or clear that external id, then requeue."
        )
    return (
        f"{len(found)} Customers are named {name!r}: {listed}. "
        f"Merge or rename them in NetSuite, then requeue."
    )
