"""The first stage: accounts that may have changed come under way."""

from app.errors import RecordNotFound
from app.models import account_id
from app.services import Services
from app.terms import Held, Order
from workers.celery import celery
from workers.stage import StageTask, get_services, log, pass_on
from workers.tasks.qualification import qualification


@celery.task(name="ingest", base=StageTask, bind=True)
def ingest(self: StageTask, accounts: str | list[str], reason: str, ticket: str = "") -> str:
    """Takes account ids and a reason. With a ticket, the row is open already and goes on; without,
    as when another program sends the task, the rows are opened first.
    """
    if ticket and isinstance(accounts, str):
        return self.hold(accounts, ticket, admit)
    return open_rows([accounts] if isinstance(accounts, str) else accounts, reason)


def admit(held: Held, services: Services) -> str:
    return pass_on(held, services, qualification.name)


def open_rows(accounts: list[str], reason: str) -> str:
    """Opens the rows of well-formed ids; what is no id is said in the log, and changes nothing."""
    orders = []
    for account in accounts:
        try:
            orders.append(Order(account_id(account), reason))
        except RecordNotFound as malformed:
            log.error("ingest: %s", malformed)
    get_services().ledger.open(orders)
    return f"opened {len(orders)} of {len(accounts)}"
