"""Beat's task: sets going again what has stalled."""

from workers.celery import celery
from workers.stage import get_services


@celery.task(name="sweep", send_events=False)  # every few seconds: they would bury the accounts
def sweep() -> str:
    """One tick of the ledger's sweeper."""
    return f"set going: {get_services().ledger.sweep()}"
