"""The Customer's internal id in a field of its Account: written back where a setting names one.

What we write makes a change event. Whether or not the listener drops it, there is no loop: a run
that finds the field as it should be writes nothing, and the payload for NetSuite is unchanged. Nor
where the org makes something else of the value, as a trigger may: the same id is written once.
"""

import dataclasses
import logging
from dataclasses import dataclass, replace
from threading import Event

from app.errors import AuthenticationFailed, PermanentError, SyncError
from app.ledger import Ledger
from app.models import Account
from app.salesforce.client import SalesforceClient
from app.terms import Held, Order

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WriteBack:
    """`field`: its API name on the Account; empty: nothing is ever written."""

    ledger: Ledger
    salesforce: SalesforceClient
    field: str
    _said: Event = dataclasses.field(default_factory=Event, init=False, repr=False, compare=False)
    """One line of the log is enough for a field that does not keep what is written."""

    def is_due(self, held: Held, account: Account, customer: str) -> bool:
        """Whether the Account, as it was read, does not name its Customer, and ought to. What was
        written before, and was not kept, is written again only by force.
        """
        if not self.field or (found := self._named_by(account)) == customer:
            return False
        if held.named != customer or held.force:
            return True
        self._say_once(account, customer, found)
        return False

    def doubts(self, held: Held, account: Account) -> bool:
        """Whether the Account was perhaps read before the Customer's id was written to it: an
        earlier run writes it after it has settled, while the next one may have read already.
        """
        written = held.named if held.named == held.customer else None
        return bool(self.field and written) and self._named_by(account) != written

    def before(self, held: Held, account: Account, customer: str) -> Account:
        """At the beginning of a linked Account's run → the Account as it is then.

        Raises:
            SyncError: Salesforce does not take it; what becomes of the run is the usual policy.
        """
        if not self.is_due(held, account, customer):
            return account
        self._write(account, customer)
        self.ledger.written_back(account.id, customer)
        others = {n: v for n, v in account.fields.items() if n.lower() != self.field.lower()}
        return replace(account, fields={**others, self.field: customer})

    def after(self, account: Account, customer: str) -> None:
        """Right after a run has settled as synced, so that a failure here leaves no write to
        NetSuite in doubt: the account is opened again, and its next run begins with this.
        """
        try:
            self._write(account, customer)
        except SyncError as failed:
            log.warning("Account %s: %s", account.id, failed)
            words = f"Customer {customer} is not yet named in {self.field}: {failed}"
            self.ledger.open([Order(account.id, words)])
            self.ledger.written_back(account.id, None)
        else:
            self.ledger.written_back(account.id, customer)

    def _write(self, account: Account, customer: str) -> None:
        try:
            self.salesforce.update("Account", account.id, {self.field: customer})
        except AuthenticationFailed:
            raise
        except PermanentError as refused:
            words = (
                f"Customer {customer} is linked, but its id cannot be written to {self.field} of "
                f"the Account: {refused} Mend it and requeue, or empty SALESFORCE_CUSTOMER_FIELD."
            )
            raise type(refused)(
                words,
                service=refused.service,
                service_words=refused.service_words,
                request=refused.request,
            ) from None

    def _say_once(self, account: Account, customer: str, found: str) -> None:
        if not self._said.is_set():
            self._said.set()
            log.warning(
                "Account %s: %s does not keep the Customer's id: %r was written, and it says %r. "
                "Such an id is not written again, save by sync --force. This is said once.",
                account.id,
                self.field,
                customer,
                found,
            )

    def _named_by(self, account: Account) -> str:
        """In API names case does not count; a field of type number comes as 1001.0."""
        folded = self.field.lower()
        found = next((v for name, v in account.fields.items() if name.lower() == folded), None)
        if isinstance(found, float) and found.is_integer():
            found = int(found)
        return "" if found is None else str(found).strip()
