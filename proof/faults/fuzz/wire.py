"""A server on loopback that answers each request with the very bytes it is told to."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from hypothesis import strategies as st

from proof.faults.fuzz.odd import Draw

Answer = Callable[[str, str], bytes]
"""Method and path to everything that goes back over the wire; then the connection is closed."""

_STATUSES = (
    *(200, 200, 200, 201, 202, 204, 206, 301, 302, 304, 307, 400, 401, 403, 404, 405, 408, 409),
    *(412, 413, 414, 415, 429, 431, 500, 501, 502, 503, 504, 520, 599, 600, 999, 100, 101, 0, 99),
)
_TYPES = (
    *(b"application/json", b"application/json;charset=UTF-8", b"text/html; charset=utf-8"),
    *(b"application/json; charset=utf-16", b"text/plain; charset=nonsense", b"", b"\xff\xfe"),
)
_WAITS = (
    *(b"1", b"0", b"-1", b"9" * 400, b"NaN", b"Wed, 21 Oct 2026 07:28:00 GMT", b"\xb2", b""),
    *(b"Wed, 99 Foo 99999 99:99:99 +9999", b"1e3", b"\xff", b"Mon, 01 Jan 0001 00:00:00 +0000"),
)
_ODD_HEADERS = (
    *(b"Content-Encoding: gzip", b"Content-Encoding: deflate", b"Content-Encoding: br, zstd, x"),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: nonsense", b"Content-Length: -1"),
    *(b"Content-Length: 99999999999999", b"Set-Cookie: " + b"x" * 5000, b"no colon", b": empty"),
    *(b"Sforce-Limit-Info: api-usage=99999999999999/1", b"Sforce-Limit-Info: api-usage=1/2"),
    *(b"Sforce-Limit-Info: \xff\xfe", b"X-NUL: a\0b", b"WWW-Authenticate: \xff", b"Location:"),
)
_PLACES = (
    b"/customer/12",
    b"/customer/",
    b"/",
    b"/customer/" + b"9" * 300,
    b"/customer/\xb2",
    b"-1",
)
_RAW = (
    *(b"", b"HTTP/1.1", b"\x00\x01\x02", b"HTTP/9.9 200 OK\r\n\r\n", b"<html></html>"),
    *(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", b"SSH-2.0-OpenSSH_9.6\r\n"),
    *(b"HTTP/1.1 2OO OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 5000 + b"\r\n"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
)


class Wire:
    """A context manager. One request at a time: whoever asks, asks alone."""

    def __init__(self) -> None:
        self.answer: Answer = lambda method, path: answered(200, b"{}")
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="wire", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "Wire":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            with connection, suppress(OSError):  # who asked has gone
                connection.settimeout(10)
                if asked := _request(connection):
                    connection.sendall(self.answer(*asked))


def _request(connection: socket.socket) -> tuple[str, str] | None:
    """Its method and path, once all of it has come. None: nothing came."""
    read = b""
    while b"\r\n\r\n" not in read:
        more = connection.recv(65536)
        if not more:
            return None
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    left = int(fields.get(b"content-length", b"0")) - len(body)
    while left > 0 and (more := connection.recv(65536)):
        left -= len(more)
    method, path = head.split(b" ", 2)[:2]
    return method.decode(), path.decode()


def answered(status: int, body: bytes, *headers: bytes) -> bytes:
    """A well-formed answer."""
    named = b"".join(header + b"\r\n" for header in headers)
    length = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 %d X\r\n%sConnection: close\r\n%s\r\n%s" % (status, named, length, body)


@st.composite
def wire_answers(draw: Draw, bodies: st.SearchStrategy[bytes], good: int = 200) -> bytes:
    """Answers as they go over the wire: status, headers and body, each of them odd or not."""
    if draw(st.integers(0, 24)) == 0:
        return bytes(draw(st.sampled_from(_RAW)))
    body = draw(bodies)
    status = good if draw(st.integers(0, 2)) else draw(st.sampled_from(_STATUSES))
    if not draw(st.integers(0, 1)):
        return answered(status, body, b"Content-Type: application/json")
    headers = [b"Content-Type: " + draw(st.sampled_from(_TYPES))]
    if draw(st.booleans()):
        headers.append(b"Retry-After: " + draw(st.sampled_from(_WAITS)))
    if draw(st.booleans()):
        headers.append(b"Location: http://127.0.0.1" + draw(st.sampled_from(_PLACES)))
    if not draw(st.integers(0, 3)):
        headers.append(draw(st.sampled_from(_ODD_HEADERS)))
    whole = answered(status, body, *headers)
    cut = draw(st.integers(0, 11)) == 0
    return whole[: draw(st.integers(0, len(whole)))] if cut else whole
