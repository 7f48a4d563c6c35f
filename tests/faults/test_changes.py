"""Many changes, while the listener is killed and Redis restarted again and again: nothing is lost,
nothing is doubled.

CLOSEDWON_FAULTS=full: 10,000 changes, which takes minutes; else a shorter form of the same.
CLOSEDWON_FAULTS_SEED: other people's changes; 1 unless told.
"""

import os
import sys
import time
from collections.abc import Iterator

import pytest

from app.channels import Channels
from app.salesforce_settings import DEFAULT_CHANNELS
from tests.e2e.running import THE_SYNC, revive, running
from tests.e2e.system import AT_REST, System
from tests.eventually import eventually
from tests.faults.books import ACCOUNTS, WINNERS, Org, compared
from tests.faults.course import Course, Size
from tests.faults.people import People

SHORT = Size(changes=1_000, accounts=200, kills=4, restarts=2, rest=60)
FULL = Size(changes=10_000, accounts=1_000, kills=20, restarts=3, rest=300)
SIZE = (
    pytest.param(FULL, id="full", marks=pytest.mark.timeout(1800))
    if os.environ.get("CLOSEDWON_FAULTS") == "full"
    else pytest.param(SHORT, id="short")
)
SEED = int(os.environ.get("CLOSEDWON_FAULTS_SEED", "1"))


@pytest.fixture
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A late parent becomes a Customer, so that who is one does not depend on who came first.
    NetSuite takes its time, so that there is always work under way that a restart could lose.
    """
    with running(
        tmp_path_factory.mktemp("faults"),
        flow='[hierarchy]\nlate_parents = "sync"\n',
        processes=THE_SYNC,
        RECONCILE_MINUTES="1440",
        LISTENER_LEASE_SECONDS="2",
        SALESFORCE_TIMEOUT_SECONDS="2",
        NETSUITE_TIMEOUT_SECONDS="2",
        NETSUITE_CONCURRENCY="8",
    ) as started:
        started.salesforce.switch(
            daily_limit=1_000_000, geocoding=True, merged_events=True, replay_id_length=13
        )
        started.netsuite.switch(latency_seconds=0.2)
        yield started


def last_events(system: System) -> list[str]:
    """An event on each channel, after all others → their replay ids, in hex."""
    account = system.salesforce.rows("SELECT Id FROM Account LIMIT 1")[0]["Id"]
    offer = system.salesforce.rows("SELECT Id FROM Opportunity LIMIT 1")[0]["Id"]
    return [
        system.salesforce.inject_event(entity, "UPDATE", [record], changed_fields=["Description"])
        for entity, record in (("Account", account), ("Opportunity", offer))
    ]


def rests(system: System, last: list[str]) -> bool:
    """Everything up to the last events was heard, and nothing is under way any more. The
    simulator's replay ids grow, so one that was passed is seen.
    """
    revive(system)
    cursors = [view.replay_id or "" for view in Channels(system.redis).views(DEFAULT_CHANNELS)]
    heard = all(cursor >= event for cursor, event in zip(cursors, last, strict=True))
    under_way = system.journal.states().keys() - set(AT_REST)
    return heard and not under_way and not system.redis.hlen("cw:passes")


def unrest(system: System, seconds: float) -> str:
    """Waits until all rests → empty, or what does not."""
    last = last_events(system)
    try:
        eventually(lambda: rests(system, last), "rest", seconds)
    except AssertionError:
        return f"After {seconds:.0f} s: {system.journal.states()}\n"
    return ""


def summary(system: System, people: People, course: Course, seconds: float) -> str:
    return (
        f"{people.made:,} changes, listener kills: {course.kills}, Redis restarts: "
        f"{course.restarts}, {system.salesforce.events_delivered():,} events heard, "
        f"{system.netsuite.count(call='customer.p*'):,} writes to NetSuite, {seconds:.0f} s"
    )


@pytest.mark.parametrize("size", [SIZE])
def test_every_account_ends_with_its_newest_state_whatever_is_killed(
    system: System, size: Size, capsys: pytest.CaptureFixture[str]
) -> None:
    people = People(system.salesforce, SEED, size.changes, size.accounts)
    began = time.monotonic()
    course = Course(system, people, size)

    course.run()
    restless = unrest(system, size.rest)
    rows, winners = system.salesforce.rows(ACCOUNTS), system.salesforce.rows(WINNERS)
    org = Org(rows, frozenset(row["AccountId"] for row in winners), people.parents)
    wrong = restless + str(compared(org, system.netsuite.customers()))
    told = summary(system, people, course, time.monotonic() - began)
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")

    assert (people.made, len(rows)) == (size.changes, size.accounts)
    assert (course.kills, course.restarts) == (size.kills, size.restarts)
    assert size.accounts // 4 < len(org.must_be()) < size.accounts * 4 // 5
    assert not wrong, f"{told}\n{wrong}\nDead letters: {system.letters.causes()}"
