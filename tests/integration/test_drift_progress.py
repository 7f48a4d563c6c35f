"""`closedwon drift` that does not come to its end at once: stopped, failed, begun anew."""

import signal
from dataclasses import replace

import pytest

from app.drift.drift import Drift
from app.errors import PermanentError
from tests.eventually import eventually
from tests.integration.looking import Town
from workers.cli.drift import drift_of


def begun(town: Town, *, fix: bool = False) -> Drift:
    """A comparison with batches of two, as the command puts it together."""
    made = replace(drift_of(town.services, fix=fix), batch=2)
    made.begin(restart=False)
    return made


def test_a_second_call_goes_on_where_the_first_was_stopped(town: Town) -> None:
    synced = [town.synced(f"Company {n}", Phone="+49 30 1234567") for n in range(4)]
    for n in (0, 3):
        town.finance.edit(synced[n][1], {"phone": None})
    assert len(begun(town).step() or ()) == 2
    town.forget_requests()

    done = town.command.run("drift")

    rows = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("001")]
    assert done.stderr.startswith("Goes on where it stopped: 2 Accounts compared before.")
    assert rows == sorted(account for account, _ in (synced[0], synced[3]))
    assert done.stdout.endswith("4 linked Accounts compared, 2 differ.\n")
    asked = [r["body"] for r in town.scene.people.requests(call="collections.retrieve")]
    assert not any(synced[1][0] in body for body in asked), "what was the same is not read again"
    assert not town.scene.redis.exists("cw:drift", "cw:drift:found")


def test_restart_begins_anew(town: Town) -> None:
    for n in range(3):
        town.synced(f"Company {n}")
    begun(town).step()
    found = drift_of(town.services, fix=False)

    ahead = found.begin(restart=True)

    assert (ahead, found.goes_on) == (3, False)
    assert not town.scene.redis.exists("cw:drift")


def test_a_batch_that_failed_is_the_next_again(town: Town) -> None:
    _, customer = town.synced("Acme", Phone="+49 30 1234567")
    town.finance.edit(customer, {"phone": None})
    found = begun(town)
    town.finance.fault(call="suiteql", status=400, code="INSUFFICIENT_PERMISSION", times=3)

    with pytest.raises(PermanentError):
        found.step()
    compared = found.step()

    assert compared is not None
    assert [one.verdict for one in compared] == ["differs"]


def test_an_interrupt_ends_with_what_was_found_and_says_how_to_go_on(town: Town) -> None:
    town.synced("Acme")
    town.finance.switch(latency_seconds=5.0)
    town.forget_requests()
    with town.command.running("drift") as process:
        eventually(
            lambda: bool(town.scene.people.requests(call="collections.retrieve")),
            "the Accounts are read",
        )
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate(timeout=20)

    assert process.returncode == 1
    assert "0 linked Accounts compared, 0 differ, and not at the end." in said
    assert "Stopped. The same command goes on where this one was." in complained
    assert "Traceback" not in complained
