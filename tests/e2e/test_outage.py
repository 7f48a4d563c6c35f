"""Outages: the flow stands still and goes on by itself; nobody's attempts are used up.

RETRY_LIMIT is 0: the first failure that counts makes a letter.
"""

import os
import signal
from collections.abc import Iterator, Sequence

import pytest

from app.pauses import Pauses
from tests.e2e.running import THE_SYNC, running
from tests.e2e.system import System
from tests.eventually import eventually

NO_ANSWER_SECONDS = 3


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Calls may take a second; NetSuite takes its time, so that there is work under way."""
    with running(
        tmp_path_factory.mktemp("frail"),
        processes=THE_SYNC,
        RETRY_LIMIT="0",
        OUTAGE_PROBE_SECONDS="1",
        SALESFORCE_TIMEOUT_SECONDS="2",
        NETSUITE_TIMEOUT_SECONDS="1",
        NETSUITE_CONCURRENCY="8",
    ) as started:
        started.netsuite.switch(latency_seconds=0.1)
        yield started


def paused(system: System, what: str) -> bool:
    return what in Pauses(system.redis).all()


def work_under_way(system: System, word: str, count: int = 40) -> list[str]:
    """Accounts of which some have become Customers, and others have not."""
    names = [f"{system.name(word)} {n}" for n in range(count)]
    accounts = system.accounts(names, won=True)
    eventually(lambda: any(system.state(a) == "synced" for a in accounts), "the first Customer")
    return accounts


def all_synced_without_a_letter(system: System, accounts: Sequence[str]) -> None:
    system.all_reach(accounts, "synced", 60)
    stories = [system.journal.story(account) for account in accounts]
    assert "dead" not in {line.what for story in stories for line in story}
    wanted = {f"SF-{account}" for account in accounts}
    held = [str(c.get("externalId")) for c in system.netsuite.customers()]
    assert sorted(external_id for external_id in held if external_id in wanted) == sorted(wanted)


@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"status": 500, "code": "UNEXPECTED_ERROR"}, {"drop": "before"}],
    ids=["unavailable", "unexpected errors", "dropped connections"],
)
def test_an_outage_pauses_netsuite_and_is_survived_by_all(
    frail: System, fault: dict[str, object]
) -> None:
    system = frail
    accounts = work_under_way(system, "Outage")
    outage = system.netsuite.fault(call="*", times=None, **fault)

    eventually(lambda: paused(system, "netsuite"), "the pause")
    eventually(
        lambda: "running" not in {system.state(account) for account in accounts},
        "what was under way to end",
    )
    system.netsuite.forget_requests()
    eventually(lambda: system.netsuite.count() >= 3, "probes")
    asked = system.netsuite.requests()
    said = Pauses(system.redis).all()["netsuite"]
    system.netsuite.forgive(outage)

    assert {probe["call"] for probe in asked} == {"suiteql"}
    assert "One probe tries every 1 s" in said
    all_synced_without_a_letter(system, accounts)
    assert not paused(system, "netsuite")


def test_calls_that_hang_are_an_outage_too(frail: System) -> None:
    system = frail
    accounts = work_under_way(system, "Hanging")

    outage = system.netsuite.fault(call="*", times=None, delay_seconds=NO_ANSWER_SECONDS)
    eventually(lambda: paused(system, "netsuite"), "the pause")
    system.netsuite.forgive(outage)

    all_synced_without_a_letter(system, accounts)


def test_a_netsuite_that_comes_and_goes_uses_up_nobodys_attempts(frail: System) -> None:
    system = frail
    outage = system.netsuite.fault(call="*", times=None, status=503)
    accounts = system.accounts([system.name("Flapping") for _ in range(20)], won=True)

    for _ in range(4):
        eventually(lambda: paused(system, "netsuite"), "the pause")
        system.netsuite.forgive(outage)
        eventually(lambda: not paused(system, "netsuite"), "the pause to end")
        outage = system.netsuite.fault(call="*", times=None, status=503)
    system.netsuite.forgive(outage)

    all_synced_without_a_letter(system, accounts)


@pytest.mark.long
def test_both_services_may_hang_at_once(frail: System) -> None:
    system = frail
    accounts = work_under_way(system, "Both")
    simulators = system.stack.pid("simulators")
    assert simulators

    os.kill(simulators, signal.SIGSTOP)
    try:
        eventually(lambda: Pauses(system.redis).all(), "a pause")
    finally:
        os.kill(simulators, signal.SIGCONT)

    all_synced_without_a_letter(system, accounts)
    eventually(lambda: not Pauses(system.redis).all(), "the pauses to end")


def test_salesforce_may_be_down_as_well(frail: System) -> None:
    system = frail
    accounts = work_under_way(system, "Salesforce")

    outage = system.salesforce.fault(call="query*", times=None, status=503)
    more = system.accounts([system.name("Meanwhile") for _ in range(10)], won=True)
    eventually(lambda: paused(system, "salesforce"), "the pause")
    system.salesforce.forgive(outage)

    all_synced_without_a_letter(system, [*accounts, *more])


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        pytest.param({"drop": "before"}, "NoAnswer", marks=pytest.mark.long),
        (
            {"status": 500, "code": "UNEXPECTED_ERROR", "message": "A script. Error ID: k3x9"},
            "ServiceFailed",
        ),
    ],
)
def test_a_record_on_which_netsuite_always_fails_becomes_a_letter(
    frail: System, fault: dict[str, object], cause: str
) -> None:
    system = frail
    account = system.account(system.name("Poison"))
    system.netsuite.fault(call="customer.*", contains=f"SF-{account}", times=None, **fault)

    system.win(account)
    others = system.accounts([system.name("Healthy") for _ in range(20)], won=True)
    system.reaches(account, "dead")

    letter = system.letters.get(account)
    assert letter
    assert letter.cause == cause
    assert ("k3x9" in letter.words) is (cause == "ServiceFailed")
    all_synced_without_a_letter(system, others)


def test_refused_credentials_stop_the_whole_flow_until_they_are_right_again(
    frail: System,
) -> None:
    system = frail
    said_before = system.log("worker").count("THE FLOW STANDS STILL")
    refusal = system.netsuite.fault(call="*", status=401, code="INVALID_LOGIN", times=None)

    accounts = system.accounts([system.name("Refused") for _ in range(10)], won=True)
    eventually(lambda: paused(system, "credentials"), "the pause")
    eventually(
        lambda: {system.state(account) for account in accounts} <= {"queued", "retrying"},
        "all to wait",
    )
    said = Pauses(system.redis).all()["credentials"]
    system.netsuite.forgive(refusal)

    all_synced_without_a_letter(system, accounts)
    assert "NETSUITE_CLIENT_ID" in said
    assert system.log("worker").count("THE FLOW STANDS STILL") == said_before + 1
