"""`closedwon check` where requests to NetSuite are signed (Token-Based Authentication)."""

from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.contract.conftest import variables_in
from tests.integration.commands import Command
from tests.integration.findings import by_name, ends_with_step
from tests.ports import free_port
from workers.cli.check_steps import NetSuite


@pytest.fixture
def legacy(clouds: Mapping[str, str]) -> dict[str, str]:
    """The settings that take the place of OAuth 2.0's."""
    directory = Path(clouds["NETSUITE_PRIVATE_KEY_FILE"]).parent
    return variables_in(directory / "netsuite-tba.env")


def test_all_is_well_and_the_end_is_told(command: Command, legacy: dict[str, str]) -> None:
    findings = command.json("check", status=0, **legacy)

    assert all(finding["ok"] for finding in findings)
    assert "from NetSuite 2027.1 no new TBA" in by_name(findings)["NetSuite token"]["found"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"NETSUITE_TOKEN_SECRET": "wrong"},
        {"NETSUITE_ACCOUNT_ID": "7654321"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_refused_signature_names_the_step(
    command: Command, legacy: dict[str, str], wrong: dict[str, str]
) -> None:
    findings = by_name(command.json("check", status=1, **legacy | wrong))

    assert "INVALID_LOGIN_ATTEMPT" in findings["NetSuite token"]["advice"]
    assert ends_with_step(findings["NetSuite token"], NetSuite.TOKEN_BASED_AUTHENTICATION)
    assert findings["NetSuite dry look-up"]["found"] == "not tried: it needs the login"


def test_the_end_of_it_is_a_refused_signature(
    command: Command, legacy: dict[str, str], netsuite: httpx.Client
) -> None:
    netsuite.patch("settings", json={"tba_enabled": False}).raise_for_status()

    finding = by_name(command.json("check", status=1, **legacy))["NetSuite token"]

    assert ends_with_step(finding, NetSuite.TOKEN_BASED_AUTHENTICATION)


def test_a_role_that_may_not_search_is_let_in_nevertheless(
    command: Command, legacy: dict[str, str], netsuite: httpx.Client
) -> None:
    fault = {"call": "suiteql", "status": 403, "code": "INSUFFICIENT_PERMISSION", "times": None}
    netsuite.post("faults", json=fault).raise_for_status()

    findings = by_name(command.json("check", status=1, **legacy))

    assert findings["NetSuite token"]["ok"]
    assert findings["NetSuite dry look-up"]["found"] == "refused"


def test_the_signature_is_tried_without_redis(command: Command, legacy: dict[str, str]) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"

    findings = by_name(command.json("check", status=1, REDIS_URL=nowhere, **legacy))

    assert findings["NetSuite token"]["ok"]
    assert findings["NetSuite dry look-up"]["found"] == "not tried: it needs Redis"


def test_both_kinds_of_login_together_are_refused(
    command: Command, legacy: dict[str, str], clouds: Mapping[str, str]
) -> None:
    both = legacy | {"NETSUITE_CLIENT_ID": clouds["NETSUITE_CLIENT_ID"]}

    done = command.run("check", **both)

    assert done.returncode == 2
    assert "NETSUITE_CLIENT_ID: give either the settings of OAuth 2.0 or" in done.stderr
