"""What carries connections from one network to another."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.ports import free_port
from workers.demo.process import Process, end_all

NEAR, FAR = "127.0.0.2", "127.0.0.1"


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with closing(socket.create_server((FAR, free_port()))) as listening:
        yield listening


@pytest.fixture
def port(server: socket.socket, tmp_path: Path) -> Iterator[int]:
    """Of the server, and of the address that leads there."""
    port = int(server.getsockname()[1])
    command = f"{sys.executable} -m proof.faults.forwarding lo {NEAR} {FAR} {port}"
    forwarder = Process("forwarder", command, os.environ, tmp_path / "log")
    forwarder.start()
    yield port
    end_all([forwarder], 10)


def is_open(port: int) -> bool:
    with suppress(ConnectionRefusedError), socket.create_connection((NEAR, port)):
        return True
    return False


def test_a_connection_is_carried_on_both_ways_until_its_end(
    server: socket.socket, port: int
) -> None:
    eventually(lambda: is_open(port), "it to listen")
    server.accept()[0].close()

    with socket.create_connection((NEAR, port)) as near, closing(server.accept()[0]) as far:
        near.sendall(b"there")
        there = far.recv(5)
        far.sendall(b"back")
        back = near.recv(4)
        far.close()
        end = near.recv(1)

    assert (there, back, end) == (b"there", b"back", b"")
