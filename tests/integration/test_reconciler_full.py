"""What only a comparison of all finds: what has made no event, and moved no stamp."""

from tests.integration.reconciling import OLDER, Bench


def test_a_hard_deleted_account_is_found_by_the_full_comparison(bench: Bench) -> None:
    account, other = (bench.scene.save_account(name) for name in ("Gone", "Here"))
    bench.sync(account)
    bench.sync(other)
    bench.scene.simulator.post(f"records/{account}/hard-delete")

    first = bench.sweep()
    second = bench.compare()

    assert (first.opened, second.opened) == (0, 1)
    assert bench.why(account) == "reconciled: gone from Salesforce"


def test_a_gone_account_that_was_skipped_is_opened_when_it_is_there_again(bench: Bench) -> None:
    gone, back = (bench.scene.save_account(name) for name in ("Gone", "Back"))
    for account in (gone, back):
        bench.sync(account)
        bench.skip(account)
    bench.scene.simulator.post(f"records/{gone}/hard-delete")

    done = bench.compare()

    assert done.opened == 1
    assert bench.why(back) == "reconciled: there again in Salesforce"


def test_a_stage_that_is_reclassified_is_found_by_the_full_comparison(bench: Bench) -> None:
    account = bench.scene.save_account()
    bench.scene.save_opportunity(account, "Prospecting")
    bench.skip(account)
    won = {"IsClosed": True, "IsWon": True}
    bench.scene.simulator.http.patch("stages/Prospecting", json=won).raise_for_status()

    first = bench.sweep(since=bench.stamp(account) + 5)
    second = bench.compare()
    third = bench.compare()

    assert (first.opened, second.opened, third.opened) == (0, 1, 0)
    assert bench.why(account) == "reconciled: qualifies, not linked"


def test_a_wildcard_opens_all_that_are_linked(bench: Bench) -> None:
    linked, dead, skipped = (bench.scene.save_account(name) for name in ("A", "B", "C"))
    bench.sync(linked)
    bench.sync(dead)
    bench.bury(dead)
    bench.skip(skipped)
    bench.calls()

    bench.ask("resync:Account", ("linked:all",))
    done = bench.reconciler.step()

    assert done.opened == 2
    assert bench.calls() == []
    assert bench.why(linked) == "resync of Account: any Account may have changed"


def test_a_linked_loser_leads_to_a_winner_that_is_not_linked(bench: Bench) -> None:
    winner, loser = (bench.scene.save_account(name) for name in ("Winner", "Loser"))
    bench.sync(loser)
    bench.skip(winner, ago=OLDER)
    bench.scene.simulator.post("merge", {"winner": winner, "losers": [loser]})

    done = bench.compare("linked")

    assert done.opened == 2
    assert bench.why(loser) == "reconciled: deleted in Salesforce"
    assert bench.why(winner) == f"reconciled: merged with {loser}"
    assert bench.scene.row(loser)["customer"] == "77"
