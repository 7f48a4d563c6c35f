"""Celery's consumer, sending task events in bundles: Flower needs them all, but none at once. And
soon back at work when Redis is.
"""

import time
from functools import partial
from typing import Any

from celery.bootsteps import RUN
from celery.worker import state
from celery.worker.consumer import Consumer

_SECONDS = 0.2
"""As late as an event may be. A bundle of 24 goes at once."""
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1, 3
"""Between two looks for a Redis that is away; Celery's own waits grow to 30."""
_LOOK_SECONDS = 0.1


def wait_while_working(seconds: float) -> None:
    """Until the worker is told to stop, at most. Its signal handler runs in the thread that waits
    here, where an event's lock might never be got: hence the looks.
    """
    ends_at = time.monotonic() + seconds
    while state.should_stop is None and state.should_terminate is None:
        left = ends_at - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, _LOOK_SECONDS))


class BundlingConsumer(Consumer):
    """Named by the setting `worker_consumer`.

    Celery sends what events there are after each turn of its loop, which under load is a message
    for each event or two (docs/decisions/0030-a-lean-worker.md).
    """

    _is_due = False
    """Whether a bundle is on its way; a race of two threads sends one more, which does no harm."""

    def on_send_event_buffered(self) -> None:
        if self.hub is None or self.blueprint.state != RUN:
            super().on_send_event_buffered()  # a loop that ends carries out no timer any more
        elif not self._is_due:
            self._is_due = True
            self.hub.call_soon(self.hub.call_later, _SECONDS, self._send_bundle)

    def ensure_connected(self, conn: Any) -> Any:
        conn.ensure_connection = partial(
            conn.ensure_connection,
            interval_start=_FIRST_WAIT_SECONDS,
            interval_step=_FIRST_WAIT_SECONDS,
            interval_max=_LONGEST_WAIT_SECONDS,
        )
        return super().ensure_connected(conn)

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """Redis took the connection and refused what came next, as one without memory does. Celery
        would try again at once, and fill the log.
        """
        super().on_connection_error_before_connected(exc)
        wait_while_working(_LONGEST_WAIT_SECONDS)

    def shutdown(self) -> Any:
        self._flush_events()
        return super().shutdown()

    def _send_bundle(self) -> None:
        self._is_due = False
        self._flush_events()
