"""Sends Accounts through the flow because an admin wants it."""

from collections.abc import Sequence

from app.errors import RecordNotFound
from app.services import Services
from app.terms import By, Order


def sync(
    services: Services, accounts: Sequence[str], by: By, *, force: bool = False
) -> dict[str, str]:
    """Opens the Accounts, forced ones with all their parents, the uppermost first → those that were
    opened, in this order, with their names.

    Raises:
        RecordNotFound: Salesforce does not know one of them; none was opened.
        SyncError: Salesforce does not answer, or refuses.
        redis.exceptions.RedisError: Redis does not answer.
    """
    wanted = list(dict.fromkeys(accounts))
    known = services.accounts.names(wanted)
    if unknown := [account for account in wanted if account not in known]:
        raise RecordNotFound(
            f"Salesforce knows no Account {', '.join(unknown)}, or does not show it to the "
            "integration user. Nothing was opened."
        )
    if force:
        parents = [parent for account in wanted for parent in services.accounts.ancestors(account)]
        wanted = list(dict.fromkeys([*reversed(parents), *wanted]))
        known |= services.accounts.names(parents)
    reason = "forced by an admin" if force else "asked for by an admin"
    services.ledger.open((Order(account, reason, force=force) for account in wanted), by=by)
    return {account: known.get(account, "") for account in wanted}
