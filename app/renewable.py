"""A value that many threads use and one of them fetches: a token, above all."""

import operator
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Renewable(Generic[_Value]):
    """Fetched on first use, and again when it is old or was refused.

    One fetch at a time, and its end is everybody's: who waited while it failed gets its error and
    tries none of his own, or a hung endpoint would hold one thread after the other for a whole
    timeout each. A call that begins later begins a new fetch. An old value that still `lasts` is
    used by all but the one who fetches: nobody waits.
    """

    def __init__(
        self,
        fetch: Callable[[], _Value],
        is_old: Callable[[_Value], bool] = lambda value: False,
        lasts: Callable[[_Value], bool] = lambda value: False,
        is_same: Callable[[_Value, _Value], bool] = operator.is_,
    ) -> None:
        """`is_same`: whether two values are refused together."""
        self._fetch, self._is_old, self._lasts, self._is_same = fetch, is_old, lasts, is_same
        self._held: _Value | None = None
        self._flight: Future[_Value] | None = None
        self._lock = threading.Lock()

    def known(self) -> _Value | None:
        """The value that was fetched last, however old; None: there is none."""
        with self._lock:
            return self._held

    def get(self, refused: _Value | None = None) -> _Value:
        """The value; a new one if there is none, if it is old, or if it is the one `refused`.

        Raises:
            Whatever the fetch raises, be it this thread's own or the one it waited for.
        """
        while True:
            with self._lock:
                if self._held is not None and self._is_refused(self._held, refused):
                    self._held = None
                held, flight, own = self._held, self._flight, Future[_Value]()
                if held is not None and self._serves(held):
                    return held
                if flight is None:
                    self._flight = own
            if flight is None:
                return self._fly(own)
            value = flight.result()
            if not self._is_refused(value, refused):  # a fetch that began before the refusal
                return value

    def _is_refused(self, value: _Value, refused: _Value | None) -> bool:
        return refused is not None and self._is_same(value, refused)

    def _serves(self, held: _Value) -> bool:
        return not self._is_old(held) or (self._flight is not None and self._lasts(held))

    def _fly(self, flight: Future[_Value]) -> _Value:
        try:
            value = self._fetch()
        except BaseException as failed:
            self._land(None)
            flight.set_exception(failed)
            raise
        self._land(value)
        flight.set_result(value)
        return value

    def _land(self, value: _Value | None) -> None:
        with self._lock:
            self._held, self._flight = value, None
