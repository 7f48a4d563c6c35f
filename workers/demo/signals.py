"""What SIGINT and SIGTERM do while processes of ours run."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

_Handler = Callable[[int, FrameType | None], object] | int


@contextmanager
def signals_unwind() -> Iterator[None]:
    """SIGINT and SIGTERM end this process through every `with` on its way out, even where it was
    started in the background, with SIGINT ignored.
    """

    def unwind(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    with _handling({signal.SIGINT: signal.default_int_handler, signal.SIGTERM: unwind}):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Neither SIGINT nor SIGTERM interrupts what must be finished, such as clearing up."""
    with _handling(dict.fromkeys((signal.SIGINT, signal.SIGTERM), signal.SIG_IGN)):
        yield


@contextmanager
def _handling(handlers: Mapping[signal.Signals, _Handler]) -> Iterator[None]:
    """Only the main thread may set handlers; elsewhere nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
