"""What tests of every kind stand on: a real Redis, started once and emptied for each test."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from app.errors import ConfigurationError
from workers.redis_server import RedisServer, server_binary


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """A shell's background jobs ignore SIGINT, and so would the processes that tests interrupt."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis of the session's own. Without any: skipped on a laptop, a failure in CI."""
    try:
        server_binary()
    except ConfigurationError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    directory: Path = tmp_path_factory.mktemp("redis")
    with RedisServer(directory) as server:
        yield server


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator["Redis"]:
    """An empty Redis whose answers are text."""
    with Redis.from_url(redis_server.url, decode_responses=True) as client:
        client.flushall()
        yield client
