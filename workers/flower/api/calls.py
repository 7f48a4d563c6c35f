"""Runs what endpoints call on threads of their own, so that Flower's loop never waits."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from redis.exceptions import ResponseError

from app.breaker import impatient
from app.transport import run_of
from workers.flower.api.endpoint import Endpoint
from workers.flower.api.outcome import EXPECTED, Failed, TookTooLong

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")

_THREADS = 4
"""Per endpoint."""
_QUEUE = 60
"""Callers of an endpoint at a time: beyond, they are turned away."""


class Calls:
    """Each endpoint has a few threads to itself: while a cloud hangs, those that ask it fill up,
    and all others answer as before. Threads begin when they are needed.
    """

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._pools = {e: ThreadPoolExecutor(_THREADS, f"{e.method} {e.path}") for e in endpoints}
        self._under_way = dict.fromkeys(self._pools, 0)

    async def run(self, endpoint: Endpoint, call: Callable[[], _Answer]) -> _Answer:
        """What the call returns, or raises of what is EXPECTED. Called on the loop alone.

        Raises:
            TookTooLong: it did not come to its end in time, or too many others wait.
            Failed: the call raised what nobody expected; the log has its traceback.
        """
        if self._under_way[endpoint] >= _QUEUE:
            raise TookTooLong("Too many ask for this at the same time: try again in a moment.")
        self._under_way[endpoint] += 1
        submitted = self._pools[endpoint].submit(_within, endpoint.seconds, call)
        future = asyncio.wrap_future(submitted)
        future.add_done_callback(partial(self._over, endpoint))
        done, _ = await asyncio.wait({future}, timeout=endpoint.seconds)
        if not done:
            raise TookTooLong(_too_late(endpoint, submitted))
        if _is_bug(future.exception()):
            raise Failed(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "InternalError",
                "A bug: Flower's log has the traceback. What you asked for may not have been done.",
            )
        return future.result()

    def close(self) -> None:
        """What runs goes on; what has not begun never does."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def _over(self, endpoint: Endpoint, future: "asyncio.Future[Any]") -> None:
        self._under_way[endpoint] -= 1
        error = None if future.cancelled() else future.exception()
        if _is_bug(error):  # told here, since the caller may be gone
            log.error("A bug in %s %s", endpoint.method, endpoint.path, exc_info=error)


def _is_bug(error: BaseException | None) -> bool:
    """Redis answers so to a command that is malformed."""
    if error is None or type(error) is ResponseError:
        return error is not None
    return not isinstance(error, (Failed, *EXPECTED))


def _within(seconds: float, call: Callable[[], _Answer]) -> _Answer:
    with run_of(seconds), impatient():
        return call()


def _too_late(endpoint: Endpoint, submitted: "Future[Any]") -> str:
    took = f"It takes longer than {endpoint.seconds:g} s"
    if submitted.cancel():
        return f"{took} for others already; yours was not begun. Try again in a moment."
    if endpoint.method == "GET":
        return f"{took}: Redis, Salesforce or NetSuite is slow. Try again in a moment."
    return f"{took}, and may still be carried out: look before you do it again."
