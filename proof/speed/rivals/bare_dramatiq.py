"""Bare dramatiq: four actors, each of which sends the next, and nothing else.

As bare_celery.py, with the same hops, on dramatiq's Redis broker and its threads. Its own settings
stay, save one: no retries, as Celery has none, for after fifteen seconds, and then ever later, they
would come when the run is over.

    dramatiq proof.speed.rivals.bare_dramatiq:set_up --processes 1 --threads 15

wants RIVAL_REDIS_URL, RIVAL_TALLIES and RIVAL_THREADS beside the variables of both clouds.
"""

import os
from functools import cache

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from proof.speed.rivals.hops import REDIS, hops_of_this_process

_hops = cache(hops_of_this_process)


def set_up() -> None:
    """The broker and its actors, for dramatiq's command: nothing happens on import."""
    broker = RedisBroker(url=os.environ[REDIS])
    broker.add_middleware(Counting())
    dramatiq.set_broker(broker)
    for hop in (ingest, qualification, hierarchy, upsert):
        dramatiq.actor(max_retries=0)(hop)


class Counting(dramatiq.Middleware):
    """Logs in before the first message comes, and counts failures."""

    def before_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        _hops()

    def after_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        _hops().tally.add("ready")

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        if exception is not None:
            _hops().tally.add("failed")


def ingest(account: str) -> None:
    _send("qualification", account)


def qualification(account: str) -> None:
    if _hops().qualifies(account):
        _send("hierarchy", account)
    else:
        _hops().tally.add("done")


def hierarchy(account: str) -> None:
    _send("upsert", account, _hops().parent(account))


def upsert(account: str, parent: str | None) -> None:
    _hops().upsert(account, parent)
    _hops().tally.add("done")


def _send(actor: str, *words: str | None) -> None:
    dramatiq.get_broker().get_actor(actor).send(*words)
