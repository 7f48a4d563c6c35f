"""The second stage: is the Account to be a Customer?"""

from app.services import Services
from app.stages.departure import let_go
from app.stages.qualification import Skipped, qualify
from app.terms import Held
from workers.celery import celery
from workers.stage import StageTask, pass_on, reading_of
from workers.tasks.hierarchy import hierarchy


@celery.task(name="qualification", base=StageTask, bind=True)
def qualification(self: StageTask, account: str, reason: str, ticket: str) -> str:
    """Passes who is linked, forced, needed or has a matching Opportunity; skips the others."""
    return self.hold(account, ticket, judge)


def judge(held: Held, services: Services) -> str:
    reading = reading_of(held, services)
    if reading.account is None or reading.account.is_deleted:
        return let_go(held, reading.account, services.ledger)
    decision = qualify(held, reading.criteria, lambda: reading.qualifies)
    if isinstance(decision, Skipped):
        return services.ledger.skipped(held, decision.words)
    return pass_on(held, services, hierarchy.name, decision.words)
