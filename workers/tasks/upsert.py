"""The last stage: the Account's newest state is written to NetSuite."""

from app.models import Account
from app.services import Services
from app.stages.hierarchy import Parent
from app.terms import Held
from workers.celery import celery
from workers.stage import StageTask, heed_fence, with_parent


@celery.task(name="upsert", base=StageTask, bind=True)
def upsert(self: StageTask, account: str, reason: str, ticket: str) -> str:
    """Reads the newest Account, finds its Customer, writes, settles → what was done."""
    return self.hold(account, ticket, lambda held, services: with_parent(held, services, write))


def write(held: Held, services: Services, account: Account, parent: Parent) -> str:
    verdict = services.upsert.run(held, account, parent)
    if verdict == "wait":  # the parent's Customer changed while we looked: once more from the top
        return services.ledger.advance(held, "hierarchy", "its parent changed meanwhile")
    if verdict == "disowned":
        heed_fence(services, held.account)
    return verdict
