"""Connections that are cut while others are made."""

import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from types import SimpleNamespace

import pytest

from app.lines import Lines

CLOSED, CUTS = 3000, 15
MADE = "connection.connect_tcp.complete"


def shown(one: socket.socket) -> dict[str, object]:
    """A stream as httpcore tells of it."""
    return {"return_value": SimpleNamespace(get_extra_info={"socket": one}.get)}


def closed_socket() -> socket.socket:
    one = socket.socket()
    one.close()
    return one


def is_cut(far: socket.socket) -> bool:
    far.setblocking(False)
    try:
        return far.recv(1) == b""
    except BlockingIOError:
        return False


def test_what_is_open_is_cut() -> None:
    lines = Lines()
    near, far = socket.socketpair()
    with closing(near), closing(far):
        lines.trace(MADE, shown(near))

        lines.cut()

        assert is_cut(far)


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("restless")
def test_lines_are_cut_while_others_are_opened() -> None:
    lines, is_over, closed = Lines(), Event(), [closed_socket() for _ in range(CLOSED)]
    for one in closed:
        lines.trace(MADE, shown(one))

    def open_lines() -> None:
        while not is_over.is_set():
            lines.trace(MADE, shown(closed_socket()))

    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(open_lines)
        try:
            for _ in range(CUTS):
                lines.cut()
        finally:
            is_over.set()

    assert opening.exception() is None
