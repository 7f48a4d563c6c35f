"""All letters of a cause are requeued, one first: over the real stages, with both clouds."""

from typing import Any

from tests.dead_accounts import dead_accounts
from tests.e2e.system import System
from tests.eventually import eventually

CAUSE, LETTERS = "RecordRejected", 30


def give_up_what_others_left(system: System) -> None:
    for account in dead_accounts(system.letters, CAUSE):
        system.command("dead-letters", "discard", account, "--reason", "another test's")


def refused_accounts(system: System, words: str) -> tuple[list[str], str]:
    """Accounts that are won, and that NetSuite refuses until it forgives the fault."""
    fault = system.netsuite.fault(
        call="customer.*",
        contains=words,
        status=400,
        code="USER_ERROR",
        message="Please configure the tax schedule.",
        times=None,
    )
    names = [f"{words} {number}" for number in range(LETTERS)]
    accounts = system.accounts(names, won=True)
    system.all_reach(accounts, "dead", 60)
    return accounts, fault


def over(system: System) -> Any:
    """The newest recovery, once it is over."""

    def ended() -> Any:
        newest = system.json("dead-letters", "recoveries")[0]
        return newest if newest["ended"] else None

    return eventually(ended, "the recovery to be over", 60)


def deaths(system: System, accounts: list[str]) -> dict[str, int]:
    """How often each has died: twice, if it was heard of once more while it ran."""
    stories = {account: system.journal.story(account) for account in accounts}
    return {a: [line.what for line in story].count("dead") for a, story in stories.items()}


def test_the_rest_follows_a_canary_only_once_the_cause_is_mended(system: System) -> None:
    give_up_what_others_left(system)
    accounts, fault = refused_accounts(system, system.name("Rejected"))
    before = deaths(system, accounts)

    system.command("dead-letters", "requeue", "--cause", CAUSE, "--canary")
    failed = over(system)
    still_dead = set(dead_accounts(system.letters, CAUSE))
    system.netsuite.forgive(fault)
    system.command("dead-letters", "requeue", "--cause", CAUSE, "--canary", "--force")
    done = over(system)
    system.all_reach(accounts, "synced", 60)

    assert (failed["state"], failed["total"], failed["requeued"]) == ("failed", LETTERS, 1)
    assert f"The canary {failed['canary']} died again: {CAUSE}" in failed["words"]
    assert still_dead == set(accounts)
    assert (done["state"], done["requeued"], done["refused"]) == ("done", LETTERS, 0)
    assert deaths(system, accounts) == before | {failed["canary"]: before[failed["canary"]] + 1}
    assert system.letters.again() == 0
