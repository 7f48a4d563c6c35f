"""A long backlog, quickly: rows that the ledger opens, with the messages that Celery would send."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from celery import Celery
from redis import Redis

from app.ledger import Ledger
from app.models import StageName
from app.terms import ORDERS_PER_SCRIPT, Nudge, Order
from workers.stage import publish

_REASON = "backlog"
_STAGE: StageName = "ingest"


def fill(redis: Redis, rows: int, sender: Celery) -> None:
    """Opens so many accounts that Salesforce does not have, behind whatever is queued already.

    Celery takes half a millisecond to send a message, so it sends one, and the others are copies
    with ids of their own. To be called while no worker runs.
    """
    template = sent_by_celery(redis, sender)

    def push(nudges: Sequence[Nudge]) -> None:
        redis.lpush(_STAGE, *(json.dumps(copied(template, nudge)) for nudge in nudges))

    ledger = Ledger(redis, push)
    for start in range(0, rows, ORDERS_PER_SCRIPT):
        numbers = range(start, min(start + ORDERS_PER_SCRIPT, rows))
        ledger.open(Order(_account(number), _REASON) for number in numbers)


def sent_by_celery(redis: Redis, sender: Celery) -> dict[str, Any]:
    """A message of the first stage, which is taken back."""
    publish([Nudge(_STAGE, _account(0), _REASON, "0.0", 0)], sender)
    message: dict[str, Any] = json.loads(str(redis.lpop(_STAGE)))
    return message


def copied(message: Mapping[str, Any], nudge: Nudge) -> dict[str, Any]:
    """The message as it is for another account."""
    task, arguments = str(uuid4()), [nudge.account, nudge.reason, nudge.ticket]
    afterwards = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    body = json.dumps([arguments, {}, afterwards]).encode()
    named = {"id": task, "root_id": task, "argsrepr": repr(arguments)}
    own = {"correlation_id": task, "delivery_tag": str(uuid4())}
    return {
        **message,
        "body": b64encode(body).decode(),
        "headers": message["headers"] | named,
        "properties": message["properties"] | own,
    }


def _account(number: int) -> str:
    return f"001ZZ{number:010}AAA"
