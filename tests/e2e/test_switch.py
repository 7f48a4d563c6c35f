"""The switch: off remembers, on runs, drop forgets. And wrong settings."""

from collections.abc import Iterator

import pytest

from tests.e2e.system import System
from tests.eventually import eventually


@pytest.fixture
def switched_off(system: System) -> Iterator[System]:
    system.command("flow", "off")
    yield system
    system.command("flow", "on")


def test_with_the_flow_off_changes_are_remembered_and_run_later(switched_off: System) -> None:
    system = switched_off
    name = system.name()

    account = system.account(name, won=True)
    eventually(
        lambda: "dropped: paused" in "".join(system.flower_results("ingest", account)),
        "the worker to drop the message",
    )
    waiting, state = system.redis.llen("ingest"), system.state(account)
    asked = system.salesforce.requests(call="query*", contains=account)
    sent = system.netsuite.requests(contains=account)
    status = system.json("flow", "status")
    system.command("flow", "on")
    system.reaches(account, "synced")

    assert (status["flow"], state, waiting) == ("off", "queued", 0)
    assert (asked, sent) == ([], [])
    assert len(system.customers(name)) == 1


def test_off_with_drop_forgets_with_a_warning(switched_off: System) -> None:
    system = switched_off
    name = system.name()
    account = system.account(name, won=True)
    eventually(lambda: system.state(account) == "queued", "the row to be open")

    refused = system.command("flow", "off", "--drop", code=1, given="n\n")
    said = system.command("flow", "off", "--drop", "--yes")
    system.command("flow", "on")

    assert "FORGOTTEN" in refused
    assert "WARNING" in said
    assert system.state(account) == "none"
    assert "forgotten" in system.why(account)
    assert system.customers(name) == []


def test_check_finds_all_well(system: System) -> None:
    findings = system.json("check")

    assert [finding for finding in findings if finding["advice"]] == []
    assert {finding["what"] for finding in findings} >= {
        "Redis",
        "Salesforce token",
        "Event channel /data/AccountChangeEvent",
        "NetSuite token",
        "NetSuite OneWorld",
        "NetSuite dry look-up",
    }


def test_check_says_what_is_wrong_and_what_to_do(system: System) -> None:
    fault = system.netsuite.fault(
        call="token", status=400, code="invalid_client", message="invalid_client", times=None
    )

    try:
        said = system.command("check", code=1)
    finally:
        system.netsuite.forgive(fault)

    assert "NETSUITE_CLIENT_ID" in said


def test_the_settings_problems_are_told_all_at_once_without_a_traceback(system: System) -> None:
    broken = {"NETSUITE_ACCOUNT_ID": "", "SALESFORCE_CLIENT_ID": "", "NETSUITE_CONCURRENCY": "many"}

    said = system.command("flow", "status", code=2, settings=broken)

    assert all(f"{name}:" in said for name in broken)
    assert "Traceback" not in said
