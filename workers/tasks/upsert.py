"""The last stage: the Account's newest state is written to NetSuite."""

from app.services import Services
from app.stages.hierarchy import await_parent
from app.stages.qualification import gone
from app.terms import Held
from workers.celery import celery
from workers.stage import StageTask, heed_fence


@celery.task(name="upsert", base=StageTask, bind=True)
def upsert(self: StageTask, account: str, reason: str, ticket: str) -> str:
    """Reads the newest Account, finds its Customer, writes, settles → what was done."""
    return self.hold(account, ticket, write)


def write(held: Held, services: Services) -> str:
    account = services.accounts.read(held.account)
    if account is None or account.is_deleted:
        return services.ledger.skipped(held, gone(held, account))
    parent = await_parent(held, account, services.ledger, services.flow.hierarchy)
    if not parent.settled:
        return parent.verdict
    verdict = services.upsert.run(held, account, parent)
    if verdict == "wait":  # the parent's Customer changed while we looked: once more from the top
        return services.ledger.advance(held, "hierarchy", "its parent changed meanwhile")
    if verdict == "fenced":
        heed_fence(services, held.account)
    return verdict
