"""Accounts that are merged, deleted and restored, from the org to NetSuite."""

from tests.e2e.system import System
from tests.eventually import eventually


def test_the_winner_of_a_merge_becomes_a_customer_by_the_losers_deal(system: System) -> None:
    names = system.name("Winner"), system.name("Loser")
    winner, loser = system.account(names[0]), system.account(names[1])
    system.opportunity(loser, "Prospecting")
    system.all_reach([winner, loser], "skipped")
    system.win(loser)
    system.reaches(loser, "synced")
    left = system.customer(names[1])

    system.salesforce.merge(winner, loser)
    system.reaches(loser, "skipped")
    system.reaches(winner, "synced")

    assert system.customer(names[0])["externalId"] == f"SF-{winner}"
    assert system.customer(names[1]) == left
    words = (
        f"merged into {winner}; Customer {left['id']} is left as it is: merge the two in NetSuite"
    )
    assert system.settles(loser)[-1].words == words
    assert f"Account {loser}: {words}" in system.log("worker")
    gone = system.json("flow", "status")["left_customers"]
    assert {"account": loser, "customer": left["id"]}.items() <= gone["newest"][0].items()


def test_an_account_that_is_deleted_and_restored_is_synced_again(system: System) -> None:
    name = system.name()
    account = system.account(name, won=True)
    system.reaches(account, "synced")
    created = system.customer(name)["id"]

    system.salesforce.delete("Account", account)
    system.reaches(account, "skipped")
    with system.another_run(account):
        system.salesforce.undelete(account)
    system.reaches(account, "synced")
    system.salesforce.update("Account", account, {"Phone": "(512) 757-6000"})

    eventually(lambda: system.customer(name).get("phone") == "(512) 757-6000", "the edit to arrive")
    assert system.customer(name)["id"] == created
    listed = system.json("flow", "status")["left_customers"]["newest"]
    assert account not in [one["account"] for one in listed]
