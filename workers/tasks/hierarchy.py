"""The third stage: a parent becomes a Customer before its children do."""

from app.services import Services
from app.stages.hierarchy import await_parent
from app.stages.qualification import gone
from app.terms import Held
from workers.celery import celery
from workers.stage import StageTask
from workers.tasks.upsert import upsert


@celery.task(name="hierarchy", base=StageTask, bind=True)
def hierarchy(self: StageTask, account: str, reason: str, ticket: str) -> str:
    """Passes an account without a parent, or whose parent is a Customer; others wait."""
    return self.hold(account, ticket, look_up)


def look_up(held: Held, services: Services) -> str:
    account = services.accounts.read(held.account)
    if account is None or account.is_deleted:
        return services.ledger.skipped(held, gone(held, account))
    parent = await_parent(held, account, services.ledger, services.flow.hierarchy)
    if not parent.settled:
        return parent.verdict
    return services.ledger.advance(held, upsert.name, parent.words)
