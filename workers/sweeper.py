"""Beat's task: sets going again what has stalled."""

from app.admin.recoveries import Recoveries
from workers.celery import celery
from workers.stage import get_services


@celery.task(name="sweep", send_events=False)  # every few seconds: they would bury the accounts
def sweep() -> str:
    """One tick of the ledger's sweeper and of the recoveries. What a probe sets free goes on in the
    same tick; one that hangs delays its own tick alone, since others run beside it.
    """
    services = get_services()
    ended = services.probes.run()
    found = services.ledger.sweep()
    running = Recoveries(services).advance()
    return (
        f"set going: {found}"
        + (f"; pauses ended: {', '.join(ended)}" if ended else "")
        + (f"; recoveries running: {running}" if running else "")
    )
