"""Runs the clouds: each gateway under uvicorn, a gRPC server for a cloud that has RPCs."""

import asyncio
import contextlib
import random
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import grpc
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulators.gateway import Address, Gateway

_LOWEST_PORT = 10_000
_PORTS_END = 32_768  # above it the system hands out ports to its own connections
_STREAMS = 64


class DroppableProtocol(H11Protocol):
    """Tells the gateway of each open connection, so that it can close one without an answer."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self.client is not None:
            self._gateway.connections[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            self._gateway.connections.pop(self.client, None)
        super().connection_lost(exc)

    @property
    def _gateway(self) -> Gateway:
        gateway = self.config.app
        if not isinstance(gateway, Gateway):
            raise TypeError("this protocol serves gateways only")
        return gateway


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: signals belong to the process, which runs several servers."""
        yield


@dataclass(frozen=True)
class Listening:
    """A gateway with the socket it will serve on."""

    gateway: Gateway
    socket: socket.socket


def bind(host: str, port: int) -> socket.socket:
    """A listening TCP socket; port 0 means a free one between 10,000 and 32,767.

    Raises:
        OSError: the port is taken, or none was found.
    """
    for candidate in _candidates(port):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # asyncio sets TCP_NODELAY only where the protocol is named; without it answers take 40 ms
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(2048)
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError(f"no port is free on {host}" if port == 0 else f"{host}:{port} is taken")


def start_rpc(gateway: Gateway, host: str, port: int) -> tuple[grpc.Server, Address]:
    """A running gRPC server (plaintext) with the cloud's services; port 0 as in ``bind``.

    Raises:
        OSError: the port is taken, or none was found.
    """
    server = grpc.server(
        ThreadPoolExecutor(2 * _STREAMS, thread_name_prefix="rpc"),
        handlers=list(gateway.cloud.rpc_handlers),
        options=[("grpc.so_reuseport", 0)],
    )
    for candidate in _candidates(port):
        try:
            bound = server.add_insecure_port(f"{host}:{candidate}")
        except RuntimeError:
            continue
        server.start()
        return server, (host, bound)
    raise OSError(f"no port is free on {host}" if port == 0 else f"{host}:{port} is taken")


async def serve(
    listening: Sequence[Listening], announce: Callable[[], None], until: int | None = None
) -> None:
    """Serve until SIGINT or SIGTERM, then close all connections and return.

    ``announce`` is called once signals are heard; connections are accepted from before then.
    ``until``: a file descriptor; once it can be read, that is the end, too.
    """
    servers = [
        _Server(
            uvicorn.Config(
                entry.gateway,
                http=DroppableProtocol,
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=1,
            )
        )
        for entry in listening
    ]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    if until is not None:
        loop.add_reader(until, stop)
    announce()
    await asyncio.gather(
        *(s.serve(sockets=[e.socket]) for s, e in zip(servers, listening, strict=True))
    )


def _candidates(port: int) -> list[int]:
    return [port] if port else random.sample(range(_LOWEST_PORT, _PORTS_END), 100)
