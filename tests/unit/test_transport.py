"""What the wire throws, and how long a run may call."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from app.errors import NoAnswer, ServiceUnavailable
from app.transport import open_client, run_of, seconds_left, send


@contextmanager
def peer(behave: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server that takes one connection and does with it what it is told → its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(10)


def call(url: str, timeout_seconds: float = 10.0, writes: bool = True) -> httpx.Response:
    with open_client(timeout_seconds, 1, None) as client:
        request = client.build_request("POST", url, content=b"{}")
        return send(client, "NetSuite", request, writes=writes)


def test_a_peer_that_breaks_off_leaves_the_outcome_unknown() -> None:
    with peer(lambda connection: None) as url, pytest.raises(NoAnswer, match="whether it acted"):
        call(url)


def test_a_peer_that_says_nothing_leaves_the_outcome_unknown() -> None:
    quiet = threading.Event()

    with peer(lambda connection: quiet.wait(10)) as url:
        with pytest.raises(NoAnswer, match="in time"):
            call(url, 0.2)
        quiet.set()


def test_an_answer_that_cannot_be_read_leaves_the_outcome_unknown() -> None:
    garbage = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"

    with peer(lambda connection: connection.sendall(garbage)) as url, pytest.raises(NoAnswer):
        call(url)


def test_a_read_without_an_answer_leaves_nothing_in_doubt() -> None:
    with peer(lambda connection: None) as url, pytest.raises(ServiceUnavailable) as broken:
        call(url, writes=False)

    assert not isinstance(broken.value, NoAnswer)
    assert "unknown" not in str(broken.value)


def test_a_refused_connection_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(ServiceUnavailable, match="cannot be reached") as refused:
        call(f"http://127.0.0.1:{port}/")

    assert not isinstance(refused.value, NoAnswer)


def test_no_call_starts_when_the_run_is_over() -> None:
    with run_of(0.0), pytest.raises(ServiceUnavailable, match="time of this run") as refused:
        call("http://127.0.0.1:1/")

    assert not isinstance(refused.value, NoAnswer)


def test_a_call_waits_no_longer_than_its_run() -> None:
    assert seconds_left(60.0) == 60.0

    with run_of(5.0):
        left = seconds_left(60.0)

    assert 0 < left <= 5.0
    assert seconds_left(60.0) == 60.0
