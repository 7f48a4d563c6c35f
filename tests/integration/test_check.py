"""`closedwon check`: what is wrong is said once, and what to do about it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

from tests.integration.commands import Command
from workers.redis_server import RedisServer, free_port


@pytest.fixture
def command(
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    redis: Redis,  # emptied
    tmp_path: Path,
) -> Command:
    return Command(clouds, redis_server.url, tmp_path)


@pytest.fixture
def netsuite(clouds: Mapping[str, str]) -> Iterator[httpx.Client]:
    """The simulator's admin plane; switches and faults are as before afterwards."""
    with httpx.Client(base_url=f"{clouds['NETSUITE_BASE_URL']}/_simulator/") as client:
        yield client
        client.post("reset").raise_for_status()


def by_name(findings: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    named = {finding["what"]: finding for finding in findings}
    assert len(named) == len(findings), "told twice"
    return named


def test_all_well_is_said_of_each(command: Command) -> None:
    findings = command.json("check")

    assert all(finding["ok"] is True for finding in findings)
    assert by_name(findings)["NetSuite subsidiaries"]["found"] == "found: 1"


def test_a_refused_salesforce_login_is_said_once_and_the_rest_is_not_tried(
    command: Command,
) -> None:
    findings = by_name(command.json("check", status=1, SALESFORCE_CLIENT_ID="nobody"))

    assert "SALESFORCE_CLIENT_ID" in findings["Salesforce token"]["advice"]
    assert "It said: 400 invalid_client" in findings["Salesforce token"]["advice"]
    for what in ("Salesforce Account", "Event channel /data/AccountChangeEvent"):
        assert findings[what]["found"] == "not tried: it needs the login"
        assert (findings[what]["ok"], findings[what]["advice"]) == (False, "")
    assert findings["NetSuite dry look-up"]["ok"]


def test_redis_down_is_told_once(command: Command) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"

    findings = by_name(command.json("check", status=1, REDIS_URL=nowhere))

    wrong = [what for what, finding in findings.items() if finding["advice"]]
    assert wrong == ["Redis"]
    assert findings["NetSuite token"]["ok"]
    assert findings["NetSuite dry look-up"]["found"] == "not tried: it needs Redis"


@pytest.mark.parametrize(
    ("setting", "scheme", "what"),
    [
        ("SALESFORCE_LOGIN_URL", "http://", "Salesforce token"),
        (
            "SALESFORCE_PUBSUB_ENDPOINT",
            "",
            "Event channel /data/AccountChangeEvent",
        ),
        ("NETSUITE_BASE_URL", "http://", "NetSuite token"),
    ],
)
def test_a_dead_address_is_named_with_its_setting(
    command: Command, setting: str, scheme: str, what: str
) -> None:
    nowhere = f"{scheme}127.0.0.1:{free_port()}"
    given = {setting: nowhere, "SALESFORCE_TIMEOUT_SECONDS": "3"}

    findings = by_name(command.json("check", status=1, **given))

    assert f"Tried {nowhere}: is {setting} right?" in findings[what]["advice"]


def test_a_subsidiary_that_is_not_there_is_found(command: Command) -> None:
    path = command.directory / "flow.toml"
    path.write_text('[subsidiaries]\ndefault = "98"\n[subsidiaries.values]\nEurope = "2"\nX = "99"')

    finding = by_name(command.json("check", status=1))["NetSuite subsidiaries"]

    words = "missing: 98 (subsidiaries.default), 99 (subsidiaries.values.X)"
    assert finding["found"] == words
    assert not finding["ok"]


def test_a_missing_feature_is_named_with_the_key_to_set(
    command: Command, netsuite: httpx.Client
) -> None:
    netsuite.patch("settings", json={"one_world": False}).raise_for_status()

    findings = by_name(command.json("check", status=1))

    assert findings["NetSuite OneWorld"]["found"] == "no"
    assert "[subsidiaries] enabled = false" in findings["NetSuite OneWorld"]["advice"]
    assert "NetSuite subsidiaries" not in findings


def test_a_missing_permission_is_no_missing_feature(
    command: Command, netsuite: httpx.Client
) -> None:
    fault = {
        "call": "suiteql",
        "contains": "FROM subsidiary",
        "status": 400,
        "code": "INSUFFICIENT_PERMISSION",
        "message": "You do not have the permission Subsidiaries.",
        "times": None,
    }
    netsuite.post("faults", json=fault).raise_for_status()

    finding = by_name(command.json("check", status=1))["NetSuite OneWorld"]

    assert finding["found"] == "hidden from the role"
    assert "Give the role the permission Subsidiaries" in finding["advice"]


def test_a_person_reads_what_is_wrong_below_the_table(command: Command) -> None:
    done = command.run("check", NETSUITE_CLIENT_ID="nobody")

    assert done.returncode == 1
    assert "not tried" in done.stdout
    assert "NetSuite token: NetSuite refuses the credentials" in done.stdout
    assert all(line == line.rstrip() for line in done.stdout.splitlines())
