"""The simulated org that the listener's tests share; each test gets an empty one."""

from collections.abc import Iterator, Mapping

import pytest
from redis import Redis

from tests.integration.listening import Scene, simulated_clouds
from workers.redis_server import RedisServer


@pytest.fixture(scope="session")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """→ the variables a client needs."""
    with simulated_clouds(tmp_path_factory.mktemp("clouds")) as environ:
        yield environ


@pytest.fixture
def scene(
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    redis: Redis,  # emptied
) -> Iterator[Scene]:
    made = Scene(clouds, redis_server.url)
    yield made
    made.close()
