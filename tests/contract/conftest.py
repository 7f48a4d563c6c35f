"""What the contract tests run against: simulators of their own, or real orgs if the environment
asks for it (CLOSEDWON_CONTRACT_REAL=1 and the SALESFORCE_* or NETSUITE_* variables)."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.contract.salesforce_org import SalesforceOrg
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.contract.subscription import Received

Caused = Callable[[int], list[Received]]
_ALL, _EARLIEST = "/data/ChangeEvents", 1


@pytest.fixture(scope="session")
def simulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """`python -m simulators` on free ports → the variables a client needs."""
    directory = tmp_path_factory.mktemp("simulators")
    ports = [f"--{name}-port=0" for name in ("salesforce", "pubsub", "netsuite")]
    command = [sys.executable, "-m", "simulators", f"--credentials={directory}", *ports]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            for _ in ports:
                assert started.stdout.readline(), "the simulators did not start"
            yield variables_in(directory / "simulators.env")
        finally:
            started.terminate()
            assert started.wait(20) == 0


def variables_in(file: Path) -> dict[str, str]:
    """The variables of an environment file."""
    lines = file.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line)


def real_salesforce() -> bool:
    """Whether the tests shall run against a real org."""
    wanted = os.environ.get("CLOSEDWON_CONTRACT_REAL") == "1"
    return wanted and bool(os.environ.get("SALESFORCE_CLIENT_ID"))


@pytest.fixture
def org(request: pytest.FixtureRequest) -> Iterator[SalesforceOrg]:
    """A Salesforce org, logged in; an empty one if simulated."""
    if real_salesforce():
        with SalesforceOrg(os.environ) as real:
            yield real
        return
    environ: Mapping[str, str] = request.getfixturevalue("simulators")
    with SalesforceSimulator(environ["SALESFORCE_LOGIN_URL"]) as simulator:
        simulator.post("reset")
    with SalesforceOrg(environ) as simulated:
        yield simulated


@pytest.fixture
def simulator(org: SalesforceOrg) -> Iterator[SalesforceSimulator]:
    """The admin plane of the simulated org; a test that asks for it is left out on a real one."""
    if real_salesforce():
        pytest.skip("a real org has no /_simulator/")
    with SalesforceSimulator(org.login_url) as simulator:
        yield simulator


@pytest.fixture
def events(org: SalesforceOrg, simulator: SalesforceSimulator) -> Caused:
    """The first so many events of the test."""

    def first(count: int) -> list[Received]:
        with org.subscribe(_ALL, replay_preset=_EARLIEST) as stream:
            return stream.events(count)

    return first
