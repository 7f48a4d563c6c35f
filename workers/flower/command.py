"""Starts Flower, and ends it whatever state Redis is in."""

import logging
import os
import sys
import threading
import time

from app.settings import get_settings
from workers.celery import celery
from workers.flower.application import FlowerWithPages
from workers.flower.configuration import warnings
from workers.flower.logins import Logins
from workers.flower.settings import FlowerSettings
from workers.stage import get_services

log = logging.getLogger(__name__)

_LAST_SECONDS = 5.0
"""What admins have asked for may take so long to come to its end."""


def serve(settings: FlowerSettings, logins: Logins) -> None:
    """Until SIGINT or SIGTERM.

    Raises:
        ConfigurationError: settings or flow file are wrong, or the port is taken.
    """
    _configure_logging()
    application = FlowerWithPages(settings, logins, celery, get_services())
    port = application.start_http_server()
    scheme = "https" if settings.flower_certfile else "http"
    log.info("Flower: %s://%s:%d%s/", scheme, settings.flower_address, port, settings.site)
    for words in warnings(settings, logins):
        log.warning(words)
    application.run()
    log.info("Flower has ended.")
    _leave(time.monotonic() + _LAST_SECONDS)


def _configure_logging() -> None:
    logging.basicConfig(
        level=get_settings().log_level,
        format="[%(asctime)s: %(levelname)s/%(name)s] %(message)s",
    )
    # A line for each request, with queries that name customers, or with one-time codes.
    for name, level in (("httpx", logging.WARNING), ("tornado.general", logging.ERROR)):
        logging.getLogger(name).setLevel(level)


def _leave(until: float) -> None:
    """Python waits for every thread of a pool, and one that asks a Redis that is gone never ends:
    Celery tries again for ever.
    """
    others = [t for t in threading.enumerate() if t is not threading.current_thread()]
    for thread in others:
        if not thread.daemon:
            thread.join(max(0.0, until - time.monotonic()))
    if any(thread.is_alive() and not thread.daemon for thread in others):
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
