"""Target: the pipeline's tasks, called with whatever a message may hold, over a real ledger."""

import inspect
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery.exceptions import Retry
from redis import Redis

from proof.faults.fuzz.feeding import Check, Dropped, fed
from proof.faults.fuzz.message_inputs import calls, message
from proof.faults.fuzz.surroundings import (
    empty_org,
    redis_of_our_own,
    settings_of,
    variables,
)
from proof.faults.fuzz.target import FuzzTarget, Nonsense
from workers.celery import celery
from workers.message_form import NoMessage, ensure_task
from workers.stage import get_services


@contextmanager
def _tasks() -> Iterator[Check]:
    with (
        redis_of_our_own() as (url, redis),
        empty_org() as wire,
        settings_of(variables(url, wire.url)),
    ):
        celery.loader.import_default_modules()

        def check(call: tuple[str, list[Any], dict[str, Any]]) -> object:
            redis.flushdb()
            try:
                ensure_task(_as_sent(*call))
            except NoMessage:
                return Dropped("set aside")
            outcome = _called(*call)
            _ensure_ledger(redis)
            return outcome

        yield check
        get_services().close()


def _as_sent(name: str, arguments: list[Any], named: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps([arguments, named, {}]).encode()
    return message(name, b64encode(body).decode())


def _called(name: str, arguments: list[Any], named: dict[str, Any]) -> object:
    task = celery.tasks[name]
    try:
        inspect.signature(task.run).bind(*arguments, **named)
    except TypeError:  # Celery tells so, by the task's name, and drops it
        return Dropped("no such call")
    try:
        became = task(*arguments, **named)
    except Retry:
        return Dropped("Retry")
    return Dropped("dropped") if str(became).startswith("dropped") else became


def _ensure_ledger(redis: Redis) -> None:
    """
    Raises:
        Nonsense: a row is no row, or is no Account's.
    """
    for key in redis.scan_iter("cw:row:*"):
        account = key.removeprefix("cw:row:")
        if not (account.isascii() and account.isalnum() and account.startswith("001")):
            raise Nonsense("a row of what is no Account is opened")
        if redis.type(key) != "hash":
            raise Nonsense("a row is no hash")


TASKS = FuzzTarget(
    "task arguments",
    "arguments of the four stages, sweep, reconcile and watch, called over a real ledger",
    fed("task arguments", calls(), _tasks),
    share=0.3,
)
