"""Both ways into NetSuite over the wire: one login for all processes, or none at all."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.errors import AuthenticationFailed
from app.services import Services
from tests.contract.conftest import variables_in
from tests.integration.listening import Scene, simulated_clouds
from tests.keys import pem
from workers.redis_server import RedisServer

PROCESSES = 3


@pytest.fixture
def processes(scene: Scene, netsuite: httpx.Client) -> Iterator[list[Services]]:
    """Each with what a process has of its own."""
    made = [scene.services() for _ in range(PROCESSES)]
    netsuite.delete("requests").raise_for_status()
    yield made
    for services in made:
        services.close()


@pytest.fixture
def legacy(scene: Scene, clouds: Mapping[str, str]) -> Iterator[Services]:
    directory = Path(clouds["NETSUITE_PRIVATE_KEY_FILE"]).parent
    variables: dict[str, Any] = variables_in(directory / "netsuite-tba.env")
    services = scene.services(**{name.lower(): value for name, value in variables.items()})
    yield services
    services.close()


def logins(netsuite: httpx.Client) -> int:
    return int(netsuite.get("requests/count", params={"call": "token"}).json()["count"])


def ask_all(processes: list[Services]) -> None:
    """Several threads of each ask NetSuite at the same moment; none is refused."""
    with ThreadPoolExecutor(2 * PROCESSES) as pool:
        calls = [pool.submit(one.netsuite.ask_anything) for one in processes * 2]
        for call in calls:
            call.result()


def test_processes_share_one_login(processes: list[Services], netsuite: httpx.Client) -> None:
    ask_all(processes)

    assert logins(netsuite) == 1


def test_a_token_that_netsuite_has_ended_is_replaced_once(
    processes: list[Services], netsuite: httpx.Client
) -> None:
    ask_all(processes)
    netsuite.post("sessions/expire").raise_for_status()

    ask_all(processes)

    assert logins(netsuite) == 2


def test_refused_credentials_are_told(processes: list[Services], netsuite: httpx.Client) -> None:
    netsuite.patch("settings", json={"refuse_credentials": True}).raise_for_status()

    with pytest.raises(AuthenticationFailed, match="NETSUITE_CLIENT_ID") as refused:
        processes[0].netsuite.ask_anything()

    assert refused.value.service == "netsuite"


def test_an_rsa_key_signs_the_login_too(
    tmp_path: Path, redis_server: RedisServer, redis: object
) -> None:
    (tmp_path / "netsuite.key").write_bytes(pem("rsa3072"))
    with simulated_clouds(tmp_path) as clouds:
        scene = Scene(clouds, redis_server.url)
        services = scene.services()

        services.netsuite.ask_anything()

        services.close()
        scene.close()


def test_with_signatures_a_customer_is_made_found_and_changed(
    legacy: Services, netsuite: httpx.Client
) -> None:
    name = "O'Hara & Söhne 100% + more"
    body: dict[str, object] = {"companyName": name, "subsidiary": {"id": "1"}}

    customer = legacy.customers.create("SF-001", body)
    found = legacy.lookups.candidates("SF-001", name)
    legacy.customers.update(customer, {"comments": "changed"})

    (kept,) = netsuite.get("customers", params={"external_id": "SF-001"}).json()["customers"]
    assert [one.id for one in found.by_id] == [one.id for one in found.by_name] == [customer]
    assert (kept["companyName"], kept["comments"]) == (name, "changed")
    assert logins(netsuite) == 0


def test_a_refused_signature_is_a_refused_login(legacy: Services, netsuite: httpx.Client) -> None:
    netsuite.patch("settings", json={"tba_enabled": False}).raise_for_status()

    with pytest.raises(AuthenticationFailed) as refused:
        legacy.netsuite.ask_anything()
    with pytest.raises(AuthenticationFailed):
        legacy.netsuite.log_in_anew()

    assert "INVALID_LOGIN_ATTEMPT" in refused.value.service_words
