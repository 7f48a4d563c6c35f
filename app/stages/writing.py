"""Makes the Customer what the draft says: one create or update, permitted right before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.errors import PermanentError, RecordLocked, RecordNotFound, RecordRejected, SyncError
from app.flow import Flow
from app.ledger import Ledger
from app.links import Links
from app.models import AddressLine, Candidates
from app.netsuite import mapping, matching
from app.netsuite.cases import CREATE, LINKED, Does
from app.netsuite.customers import Customers
from app.netsuite.errors import EntityExists
from app.netsuite.lookups import Lookups
from app.netsuite.matching import Decision, Sought
from app.netsuite.reach import Reach
from app.stages.draft import Draft
from app.terms import Taken


class ParentUnderWay(RecordLocked):
    """The parent Customer lacks something, but is just being written: uses up no attempt."""

    counts = False


class CustomerUnderWay(RecordLocked):
    """Another Account may get the Customer that was found: uses up no attempt."""

    counts = False


@dataclass(frozen=True, slots=True)
class Written:
    """The Customer, and what was done with it."""

    customer: str
    done: str
    created: bool = False
    sent: bool = True
    """False: all that it was to hold stood there already, as far as was known."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Raises (every call): SyncError, as look-ups and writes do."""

    ledger: Ledger
    links: Links
    lookups: Lookups
    customers: Customers
    reach: Reach
    flow: Flow

    def permit(self, draft: Draft, decision: Decision | None = None) -> str:
        """Asks the ledger right before a write.

        Raises:
            AmbiguousMatch: the Customer that was found is linked to another Account, which queries
                need not show yet.
            CustomerUnderWay: it is just being written for another Account.
        """
        found = decision.customer if decision and decision.case is not LINKED else None
        try:
            return self.ledger.check(
                draft.held,
                draft.digest,
                parent=draft.account.parent_id,
                parent_customer=draft.parent.customer,
                words=draft.words(f"unchanged, Customer {draft.held.customer}"),
                customer=found,
            )
        except Taken as taken:
            raise self._refusal(draft, str(found), taken) from None

    def decide(self, draft: Draft) -> Decision:
        """Whose Customer it is.

        Raises:
            AmbiguousMatch: that cannot be told.
        """
        return self._decide(draft.sought)

    def write(self, draft: Draft, decision: Decision) -> Written:
        """Once it is permitted.

        Raises:
            AmbiguousMatch: NetSuite has such an entity already, which was not to be seen.
            RecordNotFound: the linked Customer is gone, and no other has taken its place.
            RecordRejected: the values do not fit.
        """
        if decision.case is CREATE:
            return self._create(draft)
        try:
            return self._update(draft, decision)
        except RecordNotFound:
            if decision.case is not LINKED:
                raise
            return self._relink(draft, decision)

    def rewrite(self, draft: Draft) -> Written:
        """Sends all of it, though it counts as written: only so does it show that the Customer is
        gone.

        Raises:
            As `write`.
        """
        decision = self.decide(draft)
        self._permit_again(draft, decision)
        draft.held.written = None
        return self.write(draft, decision)

    def relate(self, draft: Draft, customer: str, further: Sequence[str]) -> list[str]:
        """Adds the Customer to the subsidiaries that it does not belong to yet → those.

        Raises:
            RecordNotFound: NetSuite refuses the Customer: it may be gone.
            RecordRejected: NetSuite refuses one.
        """
        try:
            return self.reach.relationships.ensure(customer, further)
        except RecordRejected as refused:
            bodies = [{"subsidiary": {"id": one}} for one in further]
            raise self._explained(draft, refused, bodies) from None

    def _refusal(self, draft: Draft, customer: str, taken: Taken) -> SyncError:
        if not taken.is_linked:
            words = f"Customer {customer} is just being written for Account {taken.owner}."
            return CustomerUnderWay(words, service="netsuite", retry_after=5.0)
        return matching.taken(draft.sought, customer, taken.owner, self.flow.matching).letter()

    def _decide(self, sought: Sought) -> Decision:
        found = Candidates()
        if matching.needs_look_up(sought, self.flow.matching):
            # An order without the name does not ask for it.
            name = sought.name if "name" in self.flow.matching.order else None
            found = self.lookups.candidates(sought.key, name)
        decision = matching.decide(sought, found, self.flow.matching)
        if decision.case.does is Does.LETTER:
            raise decision.letter()
        return decision

    def _create(self, draft: Draft) -> Written:
        body = mapping.for_create(draft.payload)
        # An earlier create may have gone unanswered and land yet: NetSuite appends the addresses of
        # every create to the same Customer, so this one goes without. An update brings them, and
        # clears what a create cannot.
        repeats = self.customers.creates_repeatably and draft.held.written is not None
        if repeats:
            body.pop("addressBook", None)
        try:
            customer = self.customers.create(draft.key, body)
        except EntityExists as taken:
            return self._found_after_all(draft, taken)
        except RecordRejected as refused:
            raise self._explained(draft, refused, [body]) from None
        if repeats:
            self._permit_again(draft)
            self._send(draft, customer)
        return Written(customer, f"created Customer {customer}", created=True)

    def _found_after_all(self, draft: Draft, taken: EntityExists) -> Written:
        """Our own earlier write, seen late, or somebody else's record: its name, or its type."""
        decision = self._decide(draft.sought)
        if decision.case is CREATE:
            hidden = matching.hidden(draft.sought, self.flow.matching)
            raise hidden.letter(taken) from None
        self._permit_again(draft, decision)
        return self._update(draft, decision)

    def _clash(self, draft: Draft, customer: str, taken: EntityExists) -> PermanentError:
        """Another entity has the id, or the name, that this one was to get."""
        decision = self._decide(replace(draft.sought, linked=None))
        if decision.customer not in (None, customer):
            return taken
        return matching.hidden(draft.sought, self.flow.matching).letter(taken)

    def _relink(self, draft: Draft, lost: Decision) -> Written:
        """The linked Customer is gone: another may have taken its place, but none is created, since
        somebody deleted or merged it on purpose, or our role cannot see it.
        """
        sought = Sought(draft.account.id, draft.key, draft.name, lost=lost.customer)
        decision = self._decide(sought)
        self._permit_again(draft, decision)
        return self._update(draft, decision)

    def _permit_again(self, draft: Draft, decision: Decision | None = None) -> None:
        """A second write in the same run has to be permitted, too."""
        if self.permit(draft, decision) != "go":
            raise RecordLocked("The account, or its parent, changed hands during the write.")

    def _update(self, draft: Draft, decision: Decision) -> Written:
        customer = str(decision.customer)
        sent = self._send(draft, customer, converts=decision.converts)
        done = "updated" if sent else "left as it was"
        return Written(customer, f"{done} Customer {customer} ({decision.words})", sent=sent)

    def _send(self, draft: Draft, customer: str, *, converts: bool = False) -> bool:
        """Whether anything had to be sent."""
        missing = draft.missing(customer)
        lines: list[AddressLine] = []
        if "addressBook" in missing.body:
            lines = self.customers.address_lines(customer, doubtful=draft.is_unsure)
        body = mapping.for_update(missing, lines)
        if converts:
            body["entityStatus"] = {"id": self.flow.matching.customer_status}
        if not body:
            return False
        try:
            # What another holder adds to the address book while this one waits for a slot would be
            # there twice.
            if mapping.appends_lines(body):
                self.customers.update(customer, body, partial(self._permit_again, draft))
            else:
                self.customers.update(customer, body)
        except EntityExists as taken:
            raise self._clash(draft, customer, taken) from None
        except RecordRejected as refused:
            raise self._explained(draft, refused, [body], customer) from None
        return True

    def _explained(
        self,
        draft: Draft,
        refused: RecordRejected,
        bodies: Sequence[Mapping[str, object]],
        customer: str | None = None,
    ) -> RecordRejected | RecordLocked:
        """NetSuite says of a parent only that a value is invalid."""
        parent, account = draft.parent.customer, draft.account.parent_id
        if not (parent and account and self.reach.concerns(refused)):
            return refused
        tried = (self.reach.explained(refused, parent, body, customer) for body in bodies)
        told = next((words for words in tried if words), None)
        # A parent is a Customer before its further subsidiaries are written.
        if self.links.of([account])[account].is_under_way:
            words = f"{told or refused} The parent Account {account} is just being synced."
            return ParentUnderWay(words, service="netsuite", retry_after=5.0)
        if told is None and not draft.held.attempts:  # it may have been, until a moment ago
            return RecordLocked(str(refused), service="netsuite", retry_after=5.0)
        return told or refused
