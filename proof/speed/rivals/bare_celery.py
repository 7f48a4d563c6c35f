"""Bare Celery: four tasks, each of which publishes the next, and nothing else.

No ledger, no governor, no batches. What anybody sensible sets is set: acks_late, JSON, no results,
threads (the work is waiting), no gossip and no mingling, one client per cloud and process; events
are off unless the worker is started with -E. One queue and Celery's own prefetching are the least
work for it. The look-up asks for external id and name at once, where two calls would be easier to
write.

    celery -A proof.speed.rivals.bare_celery worker -P threads -c 15 --without-gossip \
        --without-mingle

wants RIVAL_REDIS_URL, RIVAL_TALLIES and RIVAL_THREADS beside the variables of both clouds.
"""

import os
from functools import cache
from typing import Any

from celery import Celery, Task
from celery.signals import worker_init, worker_ready

from proof.speed.rivals.hops import REDIS, Hops, hops_of_this_process

celery = Celery("rival")
_hops = cache(hops_of_this_process)


@celery.add_defaults
def settings() -> dict[str, Any]:
    """Read when Celery first asks, and not on import."""
    return {
        "broker_url": os.environ[REDIS],
        "broker_connection_retry_on_startup": True,
        "task_acks_late": True,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
    }


@worker_init.connect
def log_in(**_: object) -> None:
    _hops()


@worker_ready.connect
def tell(**_: object) -> None:
    _hops().tally.add("ready")


class Hop(Task):
    """Failures are counted, or nobody would know when all is done."""

    abstract = True

    @property
    def hops(self) -> Hops:
        return _hops()

    def on_failure(self, *_: object) -> None:
        self.hops.tally.add("failed")


@celery.task(base=Hop, name="ingest")
def ingest(account: str) -> None:
    qualification.delay(account)


@celery.task(base=Hop, name="qualification", bind=True)
def qualification(self: Hop, account: str) -> None:
    if self.hops.qualifies(account):
        hierarchy.delay(account)
    else:
        self.hops.tally.add("done")


@celery.task(base=Hop, name="hierarchy", bind=True)
def hierarchy(self: Hop, account: str) -> None:
    upsert.delay(account, self.hops.parent(account))


@celery.task(base=Hop, name="upsert", bind=True)
def upsert(self: Hop, account: str, parent: str | None) -> None:
    self.hops.upsert(account, parent)
    self.hops.tally.add("done")
