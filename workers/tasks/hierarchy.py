"""The third stage: a parent becomes a Customer before its children do."""

from app.models import Account
from app.services import Services
from app.stages.hierarchy import Parent
from app.terms import Held
from workers.celery import celery
from workers.stage import StageTask, pass_on, with_parent
from workers.tasks.upsert import upsert


@celery.task(name="hierarchy", base=StageTask, bind=True)
def hierarchy(self: StageTask, account: str, reason: str, ticket: str) -> str:
    """Passes an account without a parent, or whose parent is a Customer; others wait."""
    return self.hold(account, ticket, lambda held, services: with_parent(held, services, go_on))


def go_on(held: Held, services: Services, account: Account, parent: Parent) -> str:
    return pass_on(held, services, upsert.name, parent.words)
