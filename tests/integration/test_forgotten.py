"""What `closedwon flow off --drop` has dropped stays dropped, whatever is compared."""

import time

from tests.eventually import eventually
from tests.integration.commands import Command
from tests.integration.reconciling import OLDER, Bench


def drop(command: Command) -> str:
    return command.run("flow", "off", "--drop", "--yes").stdout


def touch_later(bench: Bench, account: str) -> None:
    """As if it had been dropped before its last change: stamps are whole seconds, and a test does
    not wait for the next.
    """
    bench.scene.redis.hset(f"cw:row:{account}", "given_up", bench.stamp(account) - 1)


def test_what_was_dropped_is_opened_by_its_next_change_alone(
    bench: Bench, command: Command
) -> None:
    linked, new = (bench.scene.save_account(name) for name in ("Linked", "New"))
    bench.scene.save_opportunity(new, "Closed Won")
    bench.sync(linked, ago=OLDER)
    bench.sweep()
    before = [bench.state(account) for account in (linked, new)]

    said = drop(command)
    opened = [bench.sweep().opened, bench.compare().opened]
    dropped = [bench.state(account) for account in (linked, new)]
    for account in (linked, new):
        bench.scene.people.update("Account", account, {"Phone": "555-0100"})
        touch_later(bench, account)
    bench.sweep()

    assert before == ["queued", "queued"]
    assert "2 accounts forgotten; they are not synced until their next change, or until" in said
    assert opened == [0, 0]
    assert dropped == ["synced", "none"]
    assert [bench.state(account) for account in (linked, new)] == ["queued", "queued"]


def test_what_was_dropped_is_opened_by_a_deal_that_is_won_later(
    bench: Bench, command: Command
) -> None:
    account = bench.scene.save_account()
    saved = bench.stamp(account)
    bench.skip(account)
    bench.open(account)
    drop(command)
    eventually(lambda: time.time() >= saved + 1, "the next second, as stamps are whole ones")
    deal = bench.scene.save_opportunity(account, "Closed Won")
    stamp = bench.stamp(deal, "Opportunity")
    bench.scene.redis.hset(f"cw:row:{account}", "given_up", stamp - 1)

    bench.sweep()

    assert bench.why(account) == "reconciled: an Opportunity qualifies it"


def test_a_letter_that_was_on_trial_when_it_was_dropped_stays_dead_until_something_changes(
    bench: Bench, command: Command
) -> None:
    account = bench.scene.save_account()
    bench.bury(account, ago=OLDER)
    deal = bench.scene.save_opportunity(account, "Closed Won")
    stamp = bench.stamp(deal, "Opportunity")
    bench.open(account)

    drop(command)
    bench.sweep()
    dropped = bench.state(account)
    bench.scene.redis.hset(f"cw:row:{account}", "given_up", stamp - 1)
    bench.sweep()

    assert (dropped, bench.state(account)) == ("dead", "queued")
