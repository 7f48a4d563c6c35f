"""What the sync is measured against does its work, or its figures would say nothing."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from proof.speed.rivals.hops import TALLIES, THREADS, Hops
from proof.speed.rivals.running import (
    Rival,
    RivalRun,
    Size,
    celery_at_work,
    dramatiq_at_work,
    script_at_work,
)
from tests.e2e.clouds import Salesforce
from workers.processes import for_processes
from workers.redis_server import RedisServer

Run = Callable[[list[str]], RivalRun]
NAMES = [f"Northwind Works {number}" for number in range(5)]
WON = {"StageName": "Closed Won", "CloseDate": "2026-01-31", "Name": "Works"}


@pytest.fixture
def environment(clouds: Mapping[str, str], redis_server: RedisServer) -> Mapping[str, str]:
    """As a stack gives it."""
    return for_processes({**os.environ, **clouds, "REDIS_URL": redis_server.url})


@pytest.fixture
def people(
    clouds: Mapping[str, str],
    salesforce: httpx.Client,  # emptied afterwards
) -> Iterator[Salesforce]:
    at_work = Salesforce(clouds)
    yield at_work
    at_work.close()


@pytest.fixture
def script(environment: Mapping[str, str], tmp_path: Path) -> Run:
    def run(accounts: list[str]) -> RivalRun:
        with script_at_work(environment, Size(threads=5), tmp_path) as rival:
            return rival.sync(accounts)

    return run


@pytest.fixture
def hops(environment: Mapping[str, str], tmp_path: Path) -> Iterator[Hops]:
    made = Hops({**environment, THREADS: "2", TALLIES: str(tmp_path)})
    yield made
    made.close()


def won(people: Salesforce, *names: str) -> list[str]:
    """Accounts with an Opportunity at Closed Won."""
    city = {"BillingCity": "Rotterdam", "BillingCountry": "Netherlands"}
    planted = [{"Name": name, "Phone": "+31 10 5550100", **city} for name in names]
    accounts = people.create_many("Account", planted)
    people.create_many("Opportunity", [{**WON, "AccountId": account} for account in accounts])
    return accounts


def change(people: Salesforce, accounts: list[str]) -> None:
    people.update_many("Account", {account: {"Phone": "+31 10 5550199"} for account in accounts})


def customers(netsuite: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = netsuite.get("customers").json()["customers"]
    return found


def phones(netsuite: httpx.Client) -> dict[str, str]:
    """By name; a name that is there twice is told with a star."""
    found: dict[str, str] = {}
    for customer in customers(netsuite):
        name = customer["companyName"]
        found[f"{name}*" if name in found else name] = customer["phone"]
    return found


def test_the_script_creates_what_is_won_and_nothing_else(
    people: Salesforce, netsuite: httpx.Client, script: Run
) -> None:
    accounts = won(people, *NAMES)
    lost = people.create("Account", {"Name": "Not Won"})

    run = script([*accounts, lost])

    assert phones(netsuite) == dict.fromkeys(NAMES, "+31 10 5550100")
    assert (run.accounts, run.failed, run.refused) == (6, 0, 0)
    assert run.calls == {"salesforce": 6, "netsuite": 10}


def test_the_script_finds_and_updates_what_is_there(
    people: Salesforce, netsuite: httpx.Client, script: Run
) -> None:
    accounts = won(people, *NAMES)
    script(accounts)
    change(people, accounts)

    script(accounts)

    assert phones(netsuite) == dict.fromkeys(NAMES, "+31 10 5550199")
    assert [len(customer["addressBook"]["items"]) for customer in customers(netsuite)] == [1] * 5


def test_what_netsuite_refuses_for_want_of_places_is_tried_again(
    people: Salesforce, netsuite: httpx.Client, script: Run
) -> None:
    accounts = won(people, *NAMES)
    netsuite.patch("settings", json={"concurrency": 1, "latency_seconds": 0.02})

    run = script(accounts)

    assert phones(netsuite).keys() == set(NAMES)
    assert run.failed == 0
    assert run.refused > 0


def test_an_account_that_fails_is_told_and_the_others_go_on(
    people: Salesforce, netsuite: httpx.Client, script: Run
) -> None:
    accounts = won(people, *NAMES)
    netsuite.post("faults", json={"call": "customer.post", "status": 500, "times": 1})

    run = script(accounts)

    assert len(phones(netsuite)) == 4
    assert (run.accounts, run.failed) == (5, 1)


def test_what_a_rival_did_before_is_not_counted(
    people: Salesforce, environment: Mapping[str, str], tmp_path: Path
) -> None:
    accounts = won(people, *NAMES)

    with script_at_work(environment, Size(threads=2), tmp_path) as rival:
        runs = [rival.sync(accounts[:2]), rival.sync(accounts[2:])]

    assert [run.accounts for run in runs] == [2, 3]
    assert [run.calls["netsuite"] for run in runs] == [4, 6]


def test_a_session_that_expired_is_renewed(
    people: Salesforce, salesforce: httpx.Client, netsuite: httpx.Client, hops: Hops
) -> None:
    [account] = won(people, "Northwind Works")
    for cloud in (salesforce, netsuite):
        cloud.post("sessions/expire").raise_for_status()

    hops.upsert(account, None)

    assert phones(netsuite).keys() == {"Northwind Works"}


def test_a_customer_comes_under_its_parents(
    people: Salesforce, netsuite: httpx.Client, hops: Hops
) -> None:
    parent, child = won(people, "Northwind", "Northwind Works")
    people.update("Account", child, {"ParentId": parent})
    hops.upsert(parent, hops.parent(parent))

    hops.upsert(child, hops.parent(child))

    above, below = customers(netsuite)
    assert "parent" not in above
    assert below["parent"]["id"] == above["id"]


def test_accounts_of_one_name_get_a_customer_each(
    people: Salesforce, netsuite: httpx.Client, hops: Hops
) -> None:
    planted = {"companyName": "Northwind", "phone": "+31 10 5550155", "subsidiary": 1}
    netsuite.post("customers", json=planted).raise_for_status()
    accounts = won(people, "Northwind", "Northwind")

    for account in (*accounts, *accounts):
        hops.upsert(account, None)

    assert phones(netsuite) == dict.fromkeys(("Northwind", "Northwind*"), "+31 10 5550100")


@pytest.mark.parametrize("at_work", [celery_at_work, dramatiq_at_work])
def test_a_task_queue_creates_finds_and_updates(
    people: Salesforce,
    netsuite: httpx.Client,
    environment: Mapping[str, str],
    hops: Hops,
    tmp_path: Path,
    at_work: Callable[[Mapping[str, str], Size, Path], AbstractContextManager[Rival]],
) -> None:
    accounts = won(people, *NAMES)
    for account in accounts[:3]:
        hops.upsert(account, None)
    change(people, accounts)
    netsuite.post("faults", json={"call": "customer.post", "status": 500, "times": 1})

    with at_work(environment, Size(threads=3), tmp_path) as rival:
        run = rival.sync(accounts)

    assert list(phones(netsuite).values()) == ["+31 10 5550199"] * 4
    assert phones(netsuite).keys() > set(NAMES[:3])
    assert (run.accounts, run.failed, run.refused) == (5, 1, 0)
    assert run.calls == {"salesforce": 15, "netsuite": 10}
