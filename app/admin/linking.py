"""Ties an Account to a Customer that an admin names, where the flow cannot tell
(docs/matching.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import AmbiguousMatch, RecordLocked, RecordNotFound, RecordRejected
from app.links import Links
from app.models import Customer
from app.netsuite.mapping import external_id
from app.services import Services
from app.terms import By


@dataclass(frozen=True, slots=True)
class Tied:
    """What was done. `taken_from`: the Account that had the Customer until then."""

    account: str
    customer: Customer
    taken_from: str | None = None


@dataclass(frozen=True, slots=True)
class Linking:
    """Raises (every call) what the clients raise, and redis.exceptions.RedisError."""

    services: Services

    def tie(self, account: str, customer: str, by: By, *, force: bool = False) -> Tied:
        """Links the two and opens the Account. `force`: takes the Customer over from another id, or
        from an Account that is gone from Salesforce.

        Raises:
            RecordNotFound: one of the two is not there, or not shown.
            RecordRejected, AmbiguousMatch: as `ensure_free`.
            RecordLocked: the same, or a run is at work on one of the two.
        """
        services = self.services
        if account not in services.accounts.names([account]):
            raise RecordNotFound(
                f"Salesforce knows no Account {account}, or does not show it to the integration "
                "user."
            )
        found = services.lookups.customer(customer)
        if found is None:
            raise RecordNotFound(
                f"NetSuite shows no Customer {customer}: it is deleted, merged, or in a subsidiary "
                "that is hidden from our role.",
                service="netsuite",
            )
        key = external_id(account, services.flow)
        bearers = [bearer.id for bearer in services.lookups.candidates(key, None).by_id]
        linked = Links(services.redis).all()  # older links are in no index
        holders = [holder for holder, held in linked.items() if held == customer]
        taken_from = self.ensure_free(account, found, bearers, holders, force=force)
        _ensure_linked(
            services.ledger.link(account, customer, by, taken_from=taken_from), account, customer
        )
        return Tied(account, found, taken_from)

    def ensure_free(
        self,
        account: str,
        found: Customer,
        bearers: Sequence[str],
        holders: Sequence[str],
        *,
        force: bool,
    ) -> str | None:
        """That this Customer may become the Account's → the Account that it is to be taken from.
        `bearers`: the Customers that bear the Account's id; `holders`: the Accounts that are linked
        to the Customer.

        Raises:
            RecordRejected: it is a person.
            AmbiguousMatch: it is another's, or another is the Account's.
            RecordLocked: the Account that has it is not seen to be gone yet.
        """
        if found.is_person:
            raise RecordRejected(
                f"Customer {found.id} is a person, and an Account is a company: name a company's.",
                service="netsuite",
            )
        _ensure_one_of_the_id(external_id(account, self.services.flow), found.id, bearers)
        holder = self._holder(found.id, [one for one in holders if one != account], force)
        self._ensure_no_other_id(account, found, force)
        return holder

    def _holder(self, customer: str, holders: Sequence[str], force: bool) -> str | None:
        """The Account from which it is to be taken, if any: Salesforce has that no longer."""
        if not holders:
            return None
        if len(holders) > 1:
            raise AmbiguousMatch(_in_use(customer, *holders))
        (holder,) = holders
        if not self._is_gone(holder):
            raise AmbiguousMatch(_in_use(customer, holder))
        held = Links(self.services.redis).of([holder])[holder]
        gone = f"Customer {customer} is linked to Account {holder}, which is gone from Salesforce"
        if held.is_under_way or held.state == "synced":
            raise RecordLocked(
                f"{gone}: let the flow see that first (closedwon sync {holder}), then repeat this."
            )
        if not force:
            raise AmbiguousMatch(f"{gone}: take it over by force (--force).")
        return holder

    def _is_gone(self, account: str) -> bool:
        """Deleted or merged, or not shown to the integration user."""
        found = self.services.accounts.glance(account)
        return found is None or found.is_deleted

    def _ensure_no_other_id(self, account: str, found: Customer, force: bool) -> None:
        flow = self.services.flow
        if force or found.external_id in (None, external_id(account, flow)):
            return
        label = flow.matching.id_field or "external id"
        raise AmbiguousMatch(
            f"Customer {found.id} has the {label} {found.external_id}, so it may be another "
            "Account's, or another application's: clear it in NetSuite, or replace it by force "
            "(--force).",
            service="netsuite",
        )


def _ensure_one_of_the_id(key: str, customer: str, bearers: Sequence[str]) -> None:
    """The write stamps the Customer with the Account's id: no other may bear it."""
    others = [bearer for bearer in bearers if bearer != customer]
    if others:
        raise AmbiguousMatch(
            f"Customer {', '.join(others)} bears this Account's id, {key}: link that one, or clear "
            "its id in NetSuite first.",
            service="netsuite",
        )


def _ensure_linked(verdict: str, account: str, customer: str) -> None:
    if verdict == "under_way":
        raise RecordLocked(
            f"Account {account} is under way: wait until it is at rest (closedwon why {account})."
        )
    if verdict == "in_use":
        raise RecordLocked(
            f"Customer {customer} is just being written for another Account: repeat this in a "
            "minute."
        )


def _in_use(customer: str, *holders: str) -> str:
    which = " and ".join(holders)
    return (
        f"Customer {customer} is linked to Account {which}: two Accounts would write to it in "
        f"turns. Merge the Accounts in Salesforce, or link {which} to another Customer first."
    )
