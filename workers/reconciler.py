"""Beat's task: compares Salesforce with the ledger. Whoever asks for a pass may send it, too."""

from contextlib import suppress

from kombu.exceptions import OperationalError

from workers.celery import celery
from workers.stage import get_services

_MINUTE = 60


@celery.task(name="reconcile", send_events=False)  # every minute: they would bury the accounts
def reconcile() -> str:
    """Begins what is due, and reads on for a while; again at once if that was not enough."""
    services = get_services()
    services.schedule.begin_due()
    done = services.reconciler.step()
    if done.more:
        celery.send_task("reconcile", queue="reconcile")
    return f"{done.pages} pages read, {done.opened} accounts opened"


def begin_at_once() -> None:
    """Has a worker read what was asked for just now. Where that fails, beat does in a minute."""
    with suppress(OperationalError):
        celery.send_task("reconcile", queue="reconcile", expires=_MINUTE)
