"""Beat's task: tells who is to know what is wrong. Flower's process looks, too."""

from app.notifications.watch import Watch
from workers.celery import celery
from workers.stage import get_services


@celery.task(name="watch", send_events=False)  # twice a minute: they would bury the accounts
def watch() -> str:
    """One look."""
    services = get_services()
    return f"messages sent: {Watch(services.redis, services.settings).look()}"
