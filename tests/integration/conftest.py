"""The simulated clouds that tests share; each test gets them empty, and what works with them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from redis import Redis

from app.netsuite.lookups import Lookups
from app.services import Services
from tests.integration.commands import Command
from tests.integration.ledger_desk import Desk
from tests.integration.listening import Scene, simulated_clouds
from tests.integration.looking import Town
from tests.integration.mourning import Ward
from tests.integration.office import Office
from tests.integration.pages import FlowerServer, serving
from tests.integration.planting import Plant, planting
from tests.integration.reconciling import Bench
from tests.integration.token_endpoint import Endpoint
from tests.tls import trust
from workers.redis_server import RedisServer


@pytest.fixture(scope="session")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """→ the variables a client needs."""
    with simulated_clouds(tmp_path_factory.mktemp("clouds")) as environ:
        yield environ


@pytest.fixture(scope="module")
def flower_server(
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[FlowerServer]:
    """Flower with our pages over the shared Redis, with logins of an operator and an admin."""
    with serving(clouds, redis_server.url, tmp_path_factory.mktemp("flower")) as started:
        yield started


@pytest.fixture
def scene(
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    redis: Redis,  # emptied
) -> Iterator[Scene]:
    made = Scene(clouds, redis_server.url)
    yield made
    made.close()


@pytest.fixture
def desk(redis: Redis) -> Desk:
    """At an empty ledger."""
    return Desk(redis)


@pytest.fixture
def office(scene: Scene) -> Iterator[Office]:
    """Under the default flow."""
    made = Office(scene)
    yield made
    made.close()


@pytest.fixture
def ward(scene: Scene) -> Iterator[Ward]:
    """Where accounts die and are healed by hand."""
    made = Ward(scene)
    yield made
    made.close()


@pytest.fixture
def command(
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    redis: Redis,  # emptied
    tmp_path: Path,
) -> Command:
    return Command(clouds, redis_server.url, tmp_path)


@pytest.fixture
def salesforce(clouds: Mapping[str, str]) -> Iterator[httpx.Client]:
    """The simulated org's admin plane; switches and faults are as before afterwards."""
    url = f"{clouds['SALESFORCE_LOGIN_URL']}/_simulator/"
    with httpx.Client(base_url=url, verify=trust()) as client:
        yield client
        client.post("reset").raise_for_status()


@pytest.fixture
def netsuite(clouds: Mapping[str, str]) -> Iterator[httpx.Client]:
    """The simulator's admin plane; no switch or fault is left from before, or afterwards."""
    url = f"{clouds['NETSUITE_BASE_URL']}/_simulator/"
    with httpx.Client(base_url=url, verify=trust()) as client:
        client.post("reset").raise_for_status()
        yield client
        client.post("reset").raise_for_status()


@pytest.fixture
def bench(scene: Scene) -> Iterator[Bench]:
    """A reconciler of that org."""
    made = Bench(scene)
    yield made
    made.close()


@pytest.fixture
def services(scene: Scene) -> Iterator[Services]:
    made = scene.services()
    yield made
    made.close()


@pytest.fixture
def lookups(services: Services) -> Lookups:
    return services.lookups


@pytest.fixture
def plant(netsuite: httpx.Client) -> Plant:
    """Makes a Customer by hand → its internal id."""
    return planting(netsuite)


@pytest.fixture
def town(scene: Scene, command: Command) -> Iterator[Town]:
    """Both clouds, empty, and a ledger: what is synced there, a test syncs by itself."""
    made = Town(scene, command)
    yield made
    made.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """Whom a test still holds up there goes on at its end."""
    made = Endpoint()
    yield made
    made.open.set()
