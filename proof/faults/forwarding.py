"""`python -m proof.faults.forwarding DEVICE HOST TO_HOST PORT…`: takes connections that come by one
network device to the ports of its address, and carries them on to the same ports of another, until
SIGTERM.

So what listens on the loopback address of one network namespace is found on that of another, and by
nobody else: a machine that has a route to the address comes by another device.
"""

import asyncio
import contextlib
import signal
import socket
import sys
from functools import partial

_CHUNK_BYTES = 65536


async def _forward(device: str, host: str, to_host: str, ports: list[int]) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with contextlib.AsyncExitStack() as servers:
        for port in ports:
            carry = partial(_carry, to_host, port)
            await servers.enter_async_context(
                await asyncio.start_server(carry, sock=_listening(device, host, port))
            )
        await ended.wait()


def _listening(device: str, host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    listener.bind((host, port))
    return listener


async def _carry(
    to_host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One connection, until either side ends it."""
    with contextlib.suppress(OSError), contextlib.closing(writer):
        to_reader, to_writer = await asyncio.open_connection(to_host, port)
        with contextlib.closing(to_writer):
            ways = {
                asyncio.ensure_future(_copy(reader, to_writer)),
                asyncio.ensure_future(_copy(to_reader, writer)),
            }
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()


if __name__ == "__main__":
    _device, _host, _to_host, *_ports = sys.argv[1:]
    asyncio.run(_forward(_device, _host, _to_host, [int(port) for port in _ports]))
