"""The write: finds the Account's Customer, maps, and creates or updates it, once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.errors import RecordNotFound
from app.ledger import Ledger
from app.models import Account
from app.netsuite import mapping
from app.netsuite.errors import ReferenceRejected
from app.netsuite.names import Names
from app.stages.draft import Draft
from app.stages.hierarchy import Parent
from app.stages.write_back import WriteBack
from app.stages.writing import Writing, Written
from app.terms import Held


@dataclass(frozen=True, slots=True)
class Upsert:
    """What the write needs: the ledger that permits it, NetSuite, and the flow's rules."""

    ledger: Ledger
    writing: Writing
    names: Names
    write_back: WriteBack

    def run(self, held: Held, account: Account, parent: Parent) -> str:
        """Writes the Account's newest state → synced, unchanged, wait, fenced; disowned: another
        holder came after the write was begun.

        Raises:
            AmbiguousMatch: which Customer is meant cannot be told.
            RecordRejected: the values do not fit.
            SyncError: what the clients raise.
        """
        if held.customer:
            account = self.write_back.before(held, account, held.customer)
        lookups = self.writing.lookups
        known = self._currencies(held, lookups.known_currencies)
        draft = self.draft(held, account, parent, known)
        if draft.stands:  # then it needs no look-up
            verdict = self.writing.permit(draft)
            if verdict != "go":
                return verdict
        current = self._currencies(held, lookups.currencies)
        if current != known:
            draft = self.draft(held, account, parent, current)
        try:
            written = self._write(draft)
        except ReferenceRejected as refused:
            if not (refused.is_currency and lookups.renew_currencies()):
                raise
            current = self._currencies(held, lookups.currencies)
            draft = self.draft(held, account, parent, current)
            written = self._write(draft)
        return written if isinstance(written, str) else self._settle(draft, written)

    def _write(self, draft: Draft) -> Written | str:
        return self._linked(draft) if draft.held.customer else self._unlinked(draft)

    def draft(
        self, held: Held, account: Account, parent: Parent, currencies: Mapping[str, str]
    ) -> Draft:
        """The desired state of the Customer."""
        flow = self.writing.flow
        key = mapping.external_id(account.id, flow)
        payload = mapping.map_customer(
            account,
            flow,
            external_id=key,
            parent=mapping.KEEP if parent.late else parent.customer,
            currencies=currencies,
        )
        return Draft(held, account, parent, payload, mapping.digest(payload), key)

    def _currencies(
        self, held: Held, look_up: Callable[[], Mapping[str, str]]
    ) -> Mapping[str, str]:
        """A linked Customer has its primary currency: only further ones have to be known then."""
        rules = self.writing.flow.currencies
        needed = rules.enabled and (
            not held.customer or bool(rules.further) or bool(rules.further_field)
        )
        return look_up() if needed else {}

    def _linked(self, draft: Draft) -> Written | str:
        decision = self.writing.decide(draft)
        verdict = self.writing.permit(draft, decision)
        return verdict if verdict != "go" else self.writing.write(draft, decision)

    def _unlinked(self, draft: Draft) -> Written | str:
        """While it looks and writes, no other Account of the name does."""
        with self.names.reserved(draft.name, draft.account.id) as reservation:
            decision = self.writing.decide(draft)
            verdict = self.writing.permit(draft, decision)
            if verdict != "go":
                return verdict
            written = self.writing.write(draft, decision)
            reservation.wrote = True
            return written

    def _settle(self, draft: Draft, written: Written) -> str:
        customer, done = written.customer, written.done
        further = draft.missing(customer).subsidiaries
        if further:
            # From here on the Customer stands: a failure below is resumed below.
            verdict = self.ledger.wrote(
                draft.held, customer, draft.partial_digest, created=written.created
            )
            if verdict == "fenced":
                return "disowned"
            try:
                added = self.writing.relate(draft, customer, further)
            except RecordNotFound:
                if written.sent:
                    raise
                return self._settle(draft, self.writing.rewrite(draft))
            if added:
                done = f"{done}, added to subsidiary {', '.join(added)}"
        due = self.write_back.is_due(draft.held, draft.account, customer)
        verdict = self.ledger.synced(
            draft.held,
            customer,
            created=written.created,
            wrote=draft.digest,
            words=draft.words(done),
            write_back=due,
        )
        if verdict == "fenced":
            return "disowned"
        if due:
            self.write_back.after(draft.account, customer)
        return verdict
