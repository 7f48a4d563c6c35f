"""Accounts by the hundreds, for whoever looks at all of them."""

from collections.abc import Iterable, Sequence

from app.models import Account
from app.salesforce.accounts import account_of
from app.salesforce.client import SalesforceClient

ACCOUNTS_PER_CALL = 500
"""A retrieval takes 2,000, but whole Accounts are long: a Description alone may have 32,000
characters."""


def read_accounts(
    client: SalesforceClient, fields: Sequence[str], ids: Iterable[str]
) -> dict[str, Account]:
    """Id to Account, one call for each ACCOUNTS_PER_CALL. Those that are deleted, gone, or hidden
    from our user are missing. `fields` as Accounts.fields has them.

    Raises:
        SyncError: what app/salesforce/client.py raises; RecordRejected: a mapped field is a
            compound one.
    """
    wanted = sorted(set(ids))
    found: dict[str, Account] = {}
    for at in range(0, len(wanted), ACCOUNTS_PER_CALL):
        batch = wanted[at : at + ACCOUNTS_PER_CALL]
        asked_at = client.now()
        records = client.retrieve("Account", batch, fields)
        found |= {
            account: account_of(record, asked_at)
            for account, record in zip(batch, records, strict=True)
            if record is not None
        }
    return found
