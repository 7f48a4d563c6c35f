"""What ends at the wrong moment: nothing is lost, nothing is doubled, nobody is let in."""

import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from tests.e2e.running import THE_SYNC, revive, running
from tests.e2e.system import System
from tests.eventually import eventually

LONGER_THAN_A_LEASE = 60.0


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Calls may take a second, so that the lease of a worker that died is over in forty. NetSuite
    takes its time, so that there is work under way.
    """
    with running(
        tmp_path_factory.mktemp("impatient"),
        processes=THE_SYNC,
        SALESFORCE_TIMEOUT_SECONDS="1",
        NETSUITE_TIMEOUT_SECONDS="1",
        NETSUITE_CONCURRENCY="8",
    ) as started:
        started.netsuite.switch(latency_seconds=0.3)
        yield started


def under_way(system: System, accounts: Sequence[str]) -> bool:
    """Some have arrived, others are at work, and others have not begun."""
    states = Counter(map(system.state, accounts))
    return states["synced"] >= 5 and states["running"] >= 3 and states["queued"] >= 5


def supervised(system: System, accounts: Sequence[str]) -> None:
    """All become synced while a supervisor starts again what ends."""

    def all_synced() -> bool:
        revive(system)
        return all(system.state(account) == "synced" for account in accounts)

    eventually(all_synced, f"{len(accounts)} accounts to be synced", LONGER_THAN_A_LEASE)


def customers_of(system: System, accounts: Sequence[str]) -> Counter[str]:
    """External id to how many Customers have that, or the name that only this Account has."""
    wanted = {f"SF-{account}" for account in accounts}
    held = (str(c.get("externalId")) for c in system.netsuite.customers())
    return Counter(external_id for external_id in held if external_id in wanted)


def each_has_one(system: System, accounts: Sequence[str], word: str) -> None:
    """One Customer for each, none without an Account, and no letter on the way."""
    assert customers_of(system, accounts) == {f"SF-{account}": 1 for account in accounts}
    named = [c for c in system.netsuite.customers() if c["companyName"].startswith(word)]
    assert len(named) == len(accounts)
    stories = (system.journal.story(account) for account in accounts)
    assert "dead" not in {line.what for story in stories for line in story}


@pytest.mark.long
def test_a_killed_worker_loses_and_doubles_nothing(impatient: System) -> None:
    system, word = impatient, impatient.name("Killed")
    accounts = system.accounts([f"{word} {n}" for n in range(60)], won=True)
    eventually(lambda: under_way(system, accounts), "work to be under way")

    system.stack.kill("worker")
    left = [account for account in accounts if not system.at_rest(account)]
    system.stack.start("worker")
    system.all_reach(accounts, "synced", LONGER_THAN_A_LEASE)

    assert left
    each_has_one(system, accounts, word)


def test_a_killed_redis_loses_and_doubles_nothing_and_lets_nobody_in(impatient: System) -> None:
    system, word = impatient, impatient.name("Restarted")
    strangers = system.accounts([f"Not {word} {n}" for n in range(10)])
    accounts = system.accounts([f"{word} {n}" for n in range(50)], won=True)
    eventually(lambda: under_way(system, accounts), "work to be under way")

    system.stack.redis.kill()
    later = system.accounts([f"{word} {n}" for n in range(50, 60)], won=True)
    system.stack.redis.start()
    supervised(system, [*accounts, *later])
    system.all_reach(strangers, "skipped")

    each_has_one(system, [*accounts, *later], word)
    assert customers_of(system, strangers) == {}
    assert system.netsuite.requests(call="customer.p*", contains=f"Not {word}") == []


@pytest.mark.long
def test_a_killed_listener_hears_what_it_missed(impatient: System) -> None:
    system, word = impatient, impatient.name("Missed")

    before = system.accounts([f"{word} {n}" for n in range(20)], won=True)
    system.stack.kill("listener")
    after = system.accounts([f"{word} {n}" for n in range(20, 40)], won=True)
    unheard = [system.state(account) for account in after]
    system.stack.start("listener")
    system.all_reach([*before, *after], "synced", LONGER_THAN_A_LEASE)

    assert unheard == ["none"] * 20
    each_has_one(system, [*before, *after], word)


def test_a_worker_that_is_told_to_end_does_so_and_leaves_nothing_behind(impatient: System) -> None:
    system, word = impatient, impatient.name("Ended")
    accounts = system.accounts([f"{word} {n}" for n in range(60)], won=True)
    eventually(lambda: under_way(system, accounts), "work to be under way")
    worker = system.stack.pid("worker")
    assert worker

    os.kill(worker, signal.SIGTERM)
    eventually(lambda: system.stack.pid("worker") is None, "the worker's end", seconds=30)
    running = [account for account in accounts if system.state(account) == "running"]
    system.stack.start("worker")
    system.all_reach(accounts, "synced", LONGER_THAN_A_LEASE)

    assert running == []
    each_has_one(system, accounts, word)


def test_a_create_that_lands_after_we_gave_it_up_leaves_one_address_line(
    impatient: System,
) -> None:
    system, name = impatient, impatient.name("Late")
    account = system.account(name, BillingStreet="1 Main Street", BillingCity="Lawrence")
    system.netsuite.fault(call="customer.put", contains=f"SF-{account}", delay_seconds=4, times=1)

    system.win(account)
    eventually(
        lambda: [
            put
            for put in system.netsuite.requests(call="customer.put", contains=f"SF-{account}")
            if put["seconds"] > 4
        ],
        "the first create to land",
    )
    eventually(
        lambda: len(system.customer(name)["addressBook"]["items"]) == 1 and system.at_rest(account),
        "one address line",
    )

    assert system.state(account) == "synced"
    each_has_one(system, [account], name)
