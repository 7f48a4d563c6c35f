"""The process: what it leaves for its clients, and how it ends."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.contract.conftest import variables_in
from tests.tls import trust

PORTS = ["--salesforce-port=0", "--pubsub-port=0", "--netsuite-port=0"]


def _start(directory: Path, *ports: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "simulators", f"--credentials={directory}", *ports]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)


def _lines(started: "subprocess.Popen[str]") -> list[str]:
    assert started.stdout is not None
    return [started.stdout.readline().strip() for _ in range(3)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    with _start(tmp_path, *PORTS) as started:
        lines = _lines(started)

        started.send_signal(number)
        output, problems = started.communicate(timeout=20)

    assert [line.rsplit(" ", 1)[0] for line in lines] == [
        "Salesforce REST",
        "Salesforce Pub/Sub",
        "NetSuite REST",
    ]
    assert (started.returncode, output, problems) == (0, "", "")


def test_keys_are_made_once_and_are_nobody_elses(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        with _start(tmp_path, *PORTS) as started:
            _lines(started)
            seen.append({file.name: file.read_bytes() for file in tmp_path.iterdir()})
            started.terminate()
            started.communicate(timeout=20)

    first, second = seen
    keys = {
        "salesforce.key",
        "salesforce.secret",
        "netsuite.key",
        "netsuite-consumer.secret",
        "netsuite-token.secret",
    }
    assert {name: first[name] for name in keys} == {name: second[name] for name in keys}
    assert set(first) == keys | {"simulators.env", "netsuite-tba.env"}
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_the_variables_lead_to_both_clouds(tmp_path: Path) -> None:
    with _start(tmp_path, *PORTS) as started:
        _lines(started)
        variables = variables_in(tmp_path / "simulators.env")
        urls = [variables["SALESFORCE_LOGIN_URL"], variables["NETSUITE_BASE_URL"]]
        answers = [httpx.get(f"{url}/_simulator/health", verify=trust()).json() for url in urls]
        started.terminate()
        started.communicate(timeout=20)

    assert answers == [{"status": "ok"}] * 2
    assert "SALESFORCE_CLIENT_SECRET" not in variables
    ports = [*(httpx.URL(url).port for url in urls)]
    ports.append(int(variables["SALESFORCE_PUBSUB_ENDPOINT"].rsplit(":", 1)[1]))
    assert all(port is not None and port < 32_768 for port in ports)


@pytest.mark.parametrize("name", ["salesforce", "pubsub", "netsuite"])
def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = [p for p in PORTS if name not in p]
        with _start(tmp_path, *ports, f"--{name}-port={port}") as started:
            _, problems = started.communicate(timeout=20)

    assert started.returncode == 1
    assert problems.splitlines()[-1] == f"Error: 127.0.0.1:{port} is taken"
