"""`python -m proof.faults.forwarding HOST TO_HOST PORT…`: takes connections to the ports of one
address, and carries them on to the same ports of another, until SIGTERM.

So what listens on the loopback address of one network namespace is found on that of another.
"""

import asyncio
import contextlib
import signal
import sys
from functools import partial

_CHUNK_BYTES = 65536


async def _forward(host: str, to_host: str, ports: list[int]) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with contextlib.AsyncExitStack() as servers:
        for port in ports:
            carry = partial(_carry, to_host, port)
            await servers.enter_async_context(await asyncio.start_server(carry, host, port))
        await ended.wait()


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
    asyncio.run(_forward(sys.argv[1], sys.argv[2], [int(port) for port in sys.argv[3:]]))
