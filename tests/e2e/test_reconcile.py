"""Changes that nobody heard: they arrive nonetheless."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.e2e.running import running
from tests.e2e.system import System
from tests.eventually import eventually


@pytest.fixture(scope="module")
def unheard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Nobody listens: whatever arrives, the reconciler has found."""
    with running(
        tmp_path_factory.mktemp("unheard"),
        processes=("worker", "beat"),
        RECONCILE_MINUTES="0.05",
        FULL_COMPARISON_HOURS="0.001",
    ) as started:
        yield started


@pytest.fixture(scope="module")
def unswept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Nothing is read by the clock: whatever arrives was heard, or read because of a gap."""
    with running(tmp_path_factory.mktemp("unswept"), processes=("worker", "listener")) as started:
        yield started


def simulator(system: System) -> SalesforceSimulator:
    return SalesforceSimulator(system.stack.salesforce_url)


def readings(system: System, entity: str) -> int:
    """How many calls have read what was written since a time, of all accounts."""
    asked = system.salesforce.requests(call="query*")
    soql = [str(request["query"]) for request in asked]
    return sum(f"FROM {entity} WHERE" in q and "ORDER BY SystemModstamp" in q for q in soql)


def used(system: System) -> int:
    """How many of the day's API calls."""
    with simulator(system) as org:
        header = org.http.get("../services/data/v66.0/limits").headers["Sforce-Limit-Info"]
    return int(header.split("=")[1].split("/")[0])


def under_way(system: System) -> bool:
    states = system.journal.states()
    return any(states.get(state) for state in ("queued", "running", "retrying", "waiting"))


@contextmanager
def without_sweeps(system: System) -> Iterator[None]:
    """Only a full comparison finds what comes: a sweep reads ten minutes back, too."""
    system.redis.hset("cw:begun", "sweep", int(time.time()) + 3600)
    eventually(lambda: not system.redis.hexists("cw:passes", "sweep"), "the last sweep to be over")
    yield
    system.redis.hdel("cw:begun", "sweep")


def test_a_change_that_nobody_heard_arrives_with_the_next_sweep(unheard: System) -> None:
    name, later = unheard.name(), unheard.name("Later")
    account = unheard.account(name, won=True)
    unheard.reaches(account, "synced")

    unheard.salesforce.update("Account", account, {"Name": later})

    assert unheard.customer(later)["externalId"] == f"SF-{account}"
    assert "reconciled: changed" in unheard.why(account)
    told = unheard.log("worker")
    assert "sweep is over (it is time)" in told
    assert "Task reconcile[" not in told


def test_a_stage_that_is_made_a_won_one_makes_customers(unheard: System) -> None:
    name = unheard.name()
    account = unheard.account(name)
    unheard.opportunity(account, "Negotiation/Review")
    unheard.reaches(account, "skipped")

    url = f"{unheard.stack.salesforce_url}/_simulator/stages/Negotiation%2FReview"
    with without_sweeps(unheard):
        httpx.patch(url, json={"IsClosed": True, "IsWon": True}).raise_for_status()
        unheard.reaches(account, "synced")

    assert "reconciled: qualifies, not linked" in unheard.why(account)
    assert len(unheard.customers(name)) == 1


def test_a_hard_delete_is_found_and_its_customer_left(unheard: System) -> None:
    name = unheard.name()
    account = unheard.account(name, won=True)
    unheard.reaches(account, "synced")

    with simulator(unheard) as org:
        org.post(f"records/{account}/hard-delete")
    unheard.reaches(account, "skipped")

    assert "reconciled: gone from Salesforce" in unheard.why(account)
    assert len(unheard.customers(name)) == 1


def test_every_change_of_a_gap_arrives_at_a_call_for_each_page(unswept: System) -> None:
    system = unswept
    names = [system.name("Gap") for _ in range(40)]
    accounts = system.accounts(names, won=True)
    system.all_reach(accounts, "synced", 60)
    system.stack.stop("listener")
    changes = {
        account: {"Name": f"{n} changed"} for account, n in zip(accounts[:20], names, strict=False)
    }
    system.salesforce.update_many("Account", changes)
    system.salesforce.delete("Account", accounts[20])
    created = system.accounts([system.name("New") for _ in range(20)], won=True)

    with simulator(system) as org:
        org.settings(retention_seconds=0.0)
        org.http.delete("requests")
        system.stack.start("listener")
        eventually(lambda: "A GAP IS OPEN" in system.log("listener"), "the gap to be told")
        org.settings(retention_seconds=259_200.0)
    system.all_reach(created, "synced", 60)
    eventually(lambda: not system.redis.exists("cw:passes"), "the gaps to be closed")

    for account, fields in changes.items():
        assert system.customer(fields["Name"])["externalId"] == f"SF-{account}"
    system.reaches(accounts[20], "skipped")
    assert (readings(system, "Account"), readings(system, "Opportunity")) == (1, 1)


def test_a_backfill_stays_below_the_share_of_calls_and_goes_on_later(unswept: System) -> None:
    system = unswept
    system.stack.stop("listener")
    accounts = system.accounts([system.name("Old") for _ in range(40)], won=True)
    eventually(lambda: not under_way(system), "the workers to have nothing to do")
    with simulator(system) as org:
        limit = 2 * (used(system) + 20)
        org.settings(daily_limit=limit)

        stopped = system.command("backfill", code=1)
        eventually(lambda: not under_way(system), "the workers to be done")
        used_then = used(system)
        org.settings(daily_limit=15_000)
        goes_on = system.command("backfill")
    system.all_reach(accounts, "synced", 60)

    assert "SALESFORCE_API_SHARE leaves 50% of them" in stopped
    assert used_then <= limit / 2
    assert "Goes on where it stopped" in goes_on
    assert (stopped + goes_on).count("backfill: qualifies, not linked") == 40
