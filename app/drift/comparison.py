"""A batch of linked Accounts, compared with their Customers. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.errors import RecordRejected
from app.flow import Flow
from app.links import Links
from app.models import Account, Payload
from app.netsuite import mapping
from app.netsuite.comparing import Difference, Standing, differences
from app.netsuite.lookups import Lookups
from app.netsuite.standings import Standings
from app.salesforce.batches import read_accounts
from app.salesforce.client import SalesforceClient

Verdict = Literal["same", "differs", "not found", "under way", "rejected", "gone"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One linked Account. `words`: why it was not compared; empty: it was."""

    account: str
    customer: str
    verdict: Verdict
    """not found: the Customer is gone, or hidden from our role. under way: it differs, and a run is
    to come. rejected: the Account does not fit NetSuite. gone: the Account is, from Salesforce."""
    name: str = ""
    differences: tuple[Difference, ...] = ()
    words: str = ""

    @property
    def is_drift(self) -> bool:
        return self.verdict in ("differs", "not found")

    @property
    def reason(self) -> str:
        """Why the account is opened: fields alone, no values."""
        if self.verdict == "not found":
            return f"drift: Customer {self.customer} is not found"
        fields = list(dict.fromkeys(found.field for found in self.differences))
        return f"drift: {', '.join(fields[:6])}{', …' if len(fields) > 6 else ''}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Raises (every call) what both clients raise, and redis.exceptions.RedisError."""

    salesforce: SalesforceClient
    fields: tuple[str, ...]
    """API names that are read of an Account."""
    standings: Standings
    lookups: Lookups
    links: Links
    flow: Flow

    def compare(self, batch: Mapping[str, str], linked: Mapping[str, str]) -> list[Compared]:
        """`batch`: at most 500 Accounts to their Customers; `linked`: all that are linked."""
        accounts = read_accounts(self.salesforce, self.fields, batch)
        standings = self.standings.read(batch[account] for account in accounts)
        currencies = self.lookups.currencies() if self.flow.currencies.enabled else {}
        compared = []
        for account, customer in batch.items():
            read = accounts.get(account)
            if read is None:
                compared.append(Compared(account, customer, "gone"))
                continue
            found = standings.get(customer)
            compared.append(self._compared(read, customer, found, linked, currencies))
        return self._without_those_under_way(compared)

    def _compared(
        self,
        account: Account,
        customer: str,
        found: Standing | None,
        linked: Mapping[str, str],
        currencies: Mapping[str, str],
    ) -> Compared:
        if found is None:
            return Compared(account.id, customer, "not found", account.name)
        try:
            payload = self._payload(account, linked, currencies)
        except RecordRejected as rejected:
            return Compared(account.id, customer, "rejected", account.name, (), str(rejected))
        different = tuple(differences(payload, found))
        verdict: Verdict = "differs" if different else "same"
        return Compared(account.id, customer, verdict, account.name, different)

    def _payload(
        self, account: Account, linked: Mapping[str, str], currencies: Mapping[str, str]
    ) -> Payload:
        """A parent that is no Customer is not sent, so that it is not compared either."""
        parent: str | mapping.Keep | None = None
        if account.parent_id:
            parent = linked.get(account.parent_id) or mapping.KEEP
        return mapping.map_customer(
            account,
            self.flow,
            external_id=mapping.external_id(account.id, self.flow),
            parent=parent,
            currencies=currencies,
        )

    def _without_those_under_way(self, compared: list[Compared]) -> list[Compared]:
        """The rows are looked at last: a change that came meanwhile is no drift."""
        links = self.links.of(one.account for one in compared if one.is_drift)
        return [
            Compared(one.account, one.customer, "under way", one.name, one.differences)
            if one.is_drift and links[one.account].is_under_way
            else one
            for one in compared
        ]
