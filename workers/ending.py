"""What a worker does when it is told to end: it begins nothing that takes long."""

from celery.signals import worker_shutdown, worker_shutting_down

from workers.stage import get_holding, get_services


@worker_shutting_down.connect
def begin_no_more_calls(**_: object) -> None:
    """Calls under way are finished. Who waits for a NetSuite slot, which may take as long as a call
    may, gives its row back instead: another worker goes on.
    """
    get_services().governor.end()


@worker_shutdown.connect
def hand_back_what_is_left(**_: object) -> None:
    """The threads have ended: rows whose end Redis did not hear of are handed back now or never."""
    get_holding().close()
