"""What the four hops of the bare task queues do; which queue carries them is another matter.

Each reads what it needs by itself: messages carry ids, and no hop knows what another one saw.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from proof.speed.rivals.mapping import (
    Customer,
    changed_customer,
    external_id,
    name_of,
    new_customer,
)
from proof.speed.rivals.services import NetSuite, Salesforce
from proof.speed.rivals.tally import Tally

TALLIES, THREADS, REDIS = "RIVAL_TALLIES", "RIVAL_THREADS", "RIVAL_REDIS_URL"
"""Variables: the directory to count in, threads of a worker process, the broker."""


class Hops:
    """One per process; threads share it.

    Raises (every hop): httpx.HTTPError when a cloud refuses or does not answer.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Logs in to both clouds."""
        threads = int(variables[THREADS])
        self.tally = Tally(Path(variables[TALLIES]))
        self._salesforce = Salesforce(variables, threads, self.tally)
        self._netsuite = NetSuite(variables, threads, self.tally)

    def close(self) -> None:
        """Gives the connections back."""
        self._salesforce.close()
        self._netsuite.close()

    def qualifies(self, account: str) -> bool:
        """Qualification: whether the Account has an Opportunity that is won."""
        return self._salesforce.has_won(account)

    def parent(self, account: str) -> str | None:
        """Hierarchy: the Account's parent."""
        return self._salesforce.parent(account)

    def upsert(self, account: str, parent: str | None) -> None:
        """Creates or changes the Account's Customer, under its parent's if there is one by now."""
        read = self._salesforce.account(account)
        if read is None:
            return
        own = external_id(account)
        above = external_id(parent) if parent else None
        found = self._netsuite.known([own, above] if above else [own], name_of(read))
        by_id = {row.get("externalid"): row["id"] for row in found}
        under = {"parent": {"id": by_id[above]}} if above and above in by_id else {}
        if customer := by_id.get(own) or _free(found, name_of(read)):
            body = changed_customer(read) | {"externalId": own}
            self._netsuite.update(customer, body | under)
        else:
            self._netsuite.create(new_customer(read) | under)


def _free(found: Iterable[Customer], name: str) -> str | None:
    """The oldest Customer of the name that no Account has yet."""
    free = (row["id"] for row in found if row["companyname"] == name and "externalid" not in row)
    return next(free, None)


def hops_of_this_process() -> Hops:
    """As the environment has it."""
    return Hops(os.environ)
