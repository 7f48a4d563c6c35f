"""The next stage in the same thread, without a message: four tasks for Flower, one for the broker.

Celery's handling of a message costs a worker more than our own code does for a stage
(docs/decisions/0037-stages-in-one-go.md). So a stage that passes leaves the row here if this
process works at the next one, too, and the pool carries that stage's task out as Celery would:
traced, logged, told to Flower, under an id of its own.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from celery import Celery
from celery.concurrency.base import apply_target
from celery.concurrency.thread import ApplyResult
from celery.concurrency.thread import TaskPool as Threads
from celery.utils.saferepr import saferepr
from celery.worker import state
from celery.worker.request import Request
from kombu.message import Message
from kombu.utils.uuid import uuid

from app.models import StageName
from app.terms import Held

log = logging.getLogger(__name__)
Traced = Callable[..., Any]
"""Celery's function that carries a task out and tells how it ended."""


class _Row(threading.local):
    """What this thread holds between two stages."""

    held: Held | None = None
    give_back: Callable[[Held], None]
    """Takes it if no task does."""
    goes_on: bool = False
    """Whether it is one of the pool's, which carries out what is left here."""


_row = _Row()


def works_at(stage: StageName, app: Celery) -> bool:
    """Whether this thread's process is a worker of that stage, and is to go on."""
    return _row.goes_on and state.should_stop is None and stage in app.amqp.queues.consume_from


def leave(held: Held, give_back: Callable[[Held], None]) -> None:
    """A stage has passed, and the row is held for the next one already. `give_back` takes it if the
    next task does not.
    """
    _row.held, _row.give_back = held, give_back


def take(stage: StageName, account: str) -> Held | None:
    """By the task of the stage that the row was left for; others find nothing."""
    held, _row.held = _row.held, None
    return held if held and (held.stage, held.account) == (stage, account) else None


class TaskPool(Threads):
    """Celery's threads, which go on with what a task has left. Named by `worker_pool`."""

    def on_apply(
        self,
        target: Traced,
        args: Any = None,
        kwargs: Any = None,
        callback: Callable[..., Any] | None = None,
        accept_callback: Callable[..., Any] | None = None,
        **_: Any,
    ) -> ApplyResult:
        def run() -> None:
            _row.held, _row.goes_on = None, True
            try:
                apply_target(target, args, kwargs, callback, accept_callback)
                request = getattr(accept_callback, "__self__", None)
                before = None
                while isinstance(request, Request) and _row.held not in (None, before):
                    before = _row.held
                    request = _followed(request, _row.held, target)
            finally:
                if left := _row.held:
                    _row.held = None
                    _row.give_back(left)

        running = self.executor.submit(run)
        running.add_done_callback(_tell)
        return ApplyResult(running)


def _tell(ended: "Future[None]") -> None:
    """Nobody asks for the result: what was raised between tasks, Celery's or ours, is a bug."""
    error = None if ended.cancelled() else ended.exception()
    if error is not None:
        log.error("a bug: a thread failed outside of its task", exc_info=error)


def _followed(before: Request, held: Held, target: Traced) -> Request:
    """Carries the next task out → its request."""
    request = _request(before, held)
    request.send_event(
        "task-received",
        name=request.name,
        args=request.argsrepr,
        kwargs=request.kwargsrepr,
        root_id=request.root_id,
        parent_id=request.parent_id,
        retries=0,
        eta=None,
        expires=None,
    )
    words = (request.name, request.id, request.request_dict, request.body, None, None)
    apply_target(target, words, {}, request.on_success, request.on_accepted)
    return request


def _request(before: Request, held: Held) -> Request:
    """As if a message of the stage had come with the row's ticket."""
    args = [held.account, held.reason, held.token]
    headers = {
        "id": uuid(),
        "task": held.stage,
        "root_id": before.root_id or before.id,
        "parent_id": before.id,
        "argsrepr": saferepr(args),
        "kwargsrepr": "{}",
        "ignore_result": True,
        "retries": 0,
    }
    return Request(
        Message(headers=headers, delivery_info={"routing_key": held.stage}),
        app=before.app,
        hostname=before.hostname,
        eventer=before.eventer,
        task=before.app.tasks[held.stage],
        headers=headers,
        body=(args, {}, None),
        decoded=True,
    )
