"""Task events: Flower gets each one, though they travel in bundles."""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from celery import Celery

from tests.eventually import eventually
from tests.integration.commands import Command
from tests.integration.test_startup import log_of, worker

TASKS = 50
"""Two bundles, and some left for a third."""


@contextmanager
def heard(broker: Celery) -> Iterator[Counter[str]]:
    """Counts what workers tell, by kind, from here on."""
    told = Counter[str]()

    def note(event: dict[str, Any]) -> None:
        told[event["type"]] += 1

    with broker.connection_for_read() as connection:
        receiver = broker.events.Receiver(connection, handlers={"*": note})
        listening = Thread(target=receiver.capture, kwargs={"wakeup": False}, daemon=True)
        listening.start()
        try:
            yield told
        finally:
            receiver.should_stop = True
            listening.join(10)


def test_a_worker_that_is_asked_to_end_tells_of_its_last_tasks(command: Command) -> None:
    broker = Celery(broker=command.environ["REDIS_URL"])

    with heard(broker) as told, worker(command) as ending:
        eventually(lambda: "ready." in log_of(command), "the worker to be ready")
        for _ in range(TASKS):
            broker.send_task("ingest", args=["no id", "a test"], queue="ingest")
        eventually(lambda: log_of(command).count("succeeded") >= TASKS, "the tasks to be done")
        ending.send_signal(signal.SIGTERM)
        ending.wait(30)
        eventually(lambda: bool(told["worker-offline"]), "the worker to say that it ends")

    assert told["task-started"] == told["task-succeeded"] == TASKS
