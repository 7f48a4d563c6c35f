"""The Celery application. Its instance is called `celery`, because our package is `app`."""

import gc
import logging
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery, Task
from celery.signals import (
    after_setup_logger,
    beat_init,
    celeryd_init,
    worker_init,
    worker_ready,
)
from kombu import Exchange, Queue
from kombu.transport import TRANSPORT_ALIASES

from app.errors import ConfigurationError
from app.models import STAGES
from app.notifications.watch import WATCH_SECONDS
from app.reconciliation.schedule import tick_seconds
from app.settings import Settings, get_settings
from workers.brevity import Brevity

log = logging.getLogger(__name__)

_ROUTINE = ("sweep", "reconcile", "watch")
"""Beat's tasks, each with a queue of its own."""
_TELLING_OF_REDIS = (
    *("celery.app.trace", "celery.worker.request", "celery.beat"),
    *("kombu.asynchronous.hub", "kombu.asynchronous.timer"),
)
"""Celery's loggers that leave a traceback for each task, tick or timer while Redis is away."""
_brevity = Brevity()
celery = Celery(
    "closedwon",
    amqp="workers.clock:Messages",
    include=[
        *(f"workers.tasks.{s}" for s in STAGES),
        *("workers.sweeper", "workers.reconciler", "workers.watcher"),
        *("workers.startup", "workers.ending"),
    ],
)


@contextmanager
def told_without_traceback() -> Iterator[None]:
    """Celery's own commands know nothing of our errors: wrong configuration is told here, and ends
    the process with status 2.
    """
    try:
        yield
    except ConfigurationError as wrong:
        for problem in wrong.problems:
            sys.stderr.write(f"closedwon: {problem}\n")
        raise SystemExit(2) from None


def _settings() -> Settings:
    with told_without_traceback():
        return get_settings()


@celery.add_defaults
def defaults() -> dict[str, Any]:
    """Read on first use. Why each: docs/decisions/0003-celery-settings.md."""
    settings = _settings()
    return _broker(settings) | _tasks() | _worker(settings) | _beat(settings)


def _broker(settings: Settings) -> dict[str, Any]:
    url = settings.redis_url.get_secret_value()
    return {
        "broker_url": url,
        "broker_use_ssl": {"ssl_cert_reqs": ssl.CERT_REQUIRED}
        if url.startswith("rediss:")
        else None,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": 3600,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_timeout": 15,
            "socket_connect_timeout": 3,
            "socket_keepalive": True,
            "health_check_interval": 15,
        },
    }


def _tasks() -> dict[str, Any]:
    return {
        "task_queues": [Queue(name, Exchange(name), name) for name in (*STAGES, *_ROUTINE)],
        "task_default_queue": "ingest",
        "task_create_missing_queues": False,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "result_accept_content": ["json"],
    }


def _worker(settings: Settings) -> dict[str, Any]:
    return {
        "worker_prefetch_multiplier": 1,
        "worker_consumer": "workers.consumer:BundlingConsumer",
        "worker_pool": "workers.following:TaskPool",
        "worker_concurrency": settings.worker_concurrency,
        "worker_send_task_events": True,
        "worker_soft_shutdown_timeout": 20,
        "worker_enable_soft_shutdown_on_idle": True,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_hijack_root_logger": True,
    }


def _beat(settings: Settings) -> dict[str, Any]:
    return {
        "beat_schedule": {
            "sweep": _every(settings.sweep_seconds, "sweep"),
            "reconcile": _every(tick_seconds(settings.reconcile_minutes), "reconcile"),
            **({"watch": _every(WATCH_SECONDS, "watch")} if settings.notifies else {}),
        },
    }


def _every(seconds: float, task: str) -> dict[str, Any]:
    """A tick that nobody took until the next one is not needed any more."""
    return {
        "task": task,
        "schedule": seconds,
        "options": {"queue": task, "expires": seconds},
    }


@celeryd_init.connect
def keep_clients(**_: object) -> None:
    """Of a worker alone: Flower asks for its transport by name (workers/broker.py)."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = "workers.broker:Transport"


@celeryd_init.connect
def heed_one_clock(**_: object) -> None:
    """Of a worker, whatever task it carries out (workers/clock.py)."""
    Task.Request = "workers.clock:Request"


@worker_init.connect
def let_threads_take_turns_quickly(**_: object) -> None:
    """The thread whose NetSuite slot has come needs the interpreter now, and by default waits 5 ms
    for each busy thread before it (docs/decisions/0017-governor.md).
    """
    sys.setswitchinterval(0.0005)


@worker_ready.connect
def look_for_garbage_seldom(**_: object) -> None:
    """What was loaded at the start stays: looking through it for garbage, again and again, finds
    none (docs/decisions/0030-a-lean-worker.md).
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@worker_ready.connect
@beat_init.connect
def tell_what_ends(**_: object) -> None:
    """Of what works today and will not for ever."""
    for words in _settings().netsuite_warnings:
        log.warning("%s", words)


@after_setup_logger.connect
def quieten(**_: object) -> None:
    """httpx tells of every request, address and all, oauthlib of what it signs, and Celery of every
    task that it receives, of which it tells again when it is done, and of every tick of beat: too
    much for a log that people read.
    """
    for name in ("httpx", "oauthlib", "celery.worker.strategy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("celery.app.trace", "celery.worker.request"):
        logging.getLogger(name).addFilter(_is_no_routine)
    for name in _TELLING_OF_REDIS:
        logging.getLogger(name).addFilter(_brevity)


def _is_no_routine(record: logging.LogRecord) -> bool:
    if record.levelno >= logging.WARNING:
        return True
    told = record.getMessage()
    return not any(f"{task}[" in told for task in _ROUTINE)
