"""What SIGINT and SIGTERM do while processes of ours run."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_Handler = Callable[[int, FrameType | None], object] | int


@contextmanager
def signals_unwind() -> Iterator[None]:
    """SIGTERM, too, raises KeyboardInterrupt, which ends this process through every `with` on its
    way out; and SIGINT does so even where it was ignored, as in a shell's background.
    """
    with _handling(dict.fromkeys(_SIGNALS, signal.default_int_handler)):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Neither SIGINT nor SIGTERM interrupts what must be finished, such as clearing up."""
    with _handling(dict.fromkeys(_SIGNALS, signal.SIG_IGN)):
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
