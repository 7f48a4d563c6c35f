"""A client's connections to its service, which can be cut while somebody waits for an answer.

Whoever reads from a socket is woken by an answer, by the end of his time, or by the connection's:
closing a client does not wake him.
"""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakSet

_OPENED = ("connect_tcp.complete", "start_tls.complete")
"""Events of httpcore's extension `trace`: each has the stream that was made, and behind TLS it is
another socket."""


class Lines:
    """One per client; threads share it."""

    def __init__(self) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._lock = threading.Lock()

    def trace(self, event: str, told: Mapping[str, Any]) -> None:
        """To be given to each request as its extension `trace`."""
        if event.endswith(_OPENED):
            opened = told["return_value"].get_extra_info("socket")
            if opened is not None:
                with self._lock:
                    self._sockets.add(opened)

    def cut(self) -> None:
        """Ends every connection. Whoever waits is told that it broke off; those that are at rest
        are not used again.
        """
        with self._lock:  # others may be connecting
            opened = list(self._sockets)
        for one in opened:
            with suppress(OSError):  # it has ended already
                # Not that of ssl, which would leave the reader without its TLS.
                socket.socket.shutdown(one, socket.SHUT_RDWR)
