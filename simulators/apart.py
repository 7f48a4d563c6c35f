"""A cloud in a process of its own: what one of them computes must not delay the other's answers."""

import asyncio
import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from simulators.serve import Listening, serve

_PATIENCE_SECONDS = 5.0


def start(create: Callable[[], Listening]) -> BaseProcess:
    """Serves there what is created there. It ends with `end`, with a signal of its own, or when
    this process is gone, whatever way.

    Call it before any thread is started: the process is forked, and its sockets are this one's.
    """
    process = multiprocessing.get_context("fork").Process(target=_run, args=(create,), daemon=True)
    process.start()
    return process


def end(process: BaseProcess) -> None:
    """Asks the process to end, and waits; kills it if it takes too long."""
    process.terminate()
    process.join(_PATIENCE_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


def _run(create: Callable[[], Listening]) -> None:
    origin = multiprocessing.parent_process()
    gone = origin.sentinel if origin else None
    listening = create()
    try:
        asyncio.run(serve([listening], lambda: None, until=gone))
    finally:
        listening.gateway.cloud.shutdown()
