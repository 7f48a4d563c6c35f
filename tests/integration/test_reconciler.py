"""What the reconciler opens, and what it knows to be known."""

from datetime import UTC, datetime

from app.terms import Order
from tests.integration.ledger_desk import ANN
from tests.integration.reconciling import OLDER, Bench


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def test_an_account_that_changed_unheard_is_opened_and_one_that_is_known_is_not(
    bench: Bench,
) -> None:
    missed, known = (bench.scene.save_account(name) for name in ("Missed", "Known"))
    bench.sync(missed, ago=OLDER)
    bench.sync(known)

    done = bench.sweep()

    assert done.opened == 1
    assert bench.state(known) == "synced"
    assert bench.state(missed) == "queued"
    assert bench.why(missed) == f"reconciled: changed {moment(bench.stamp(missed))}"


def test_an_account_that_was_never_heard_of_is_opened_once(bench: Bench) -> None:
    account = bench.scene.save_account()

    first, second = bench.sweep(), bench.sweep()

    assert (first.opened, second.opened) == (1, 0)
    assert bench.state(account) == "queued"


def test_what_is_queued_reads_the_newest_anyway_and_what_runs_may_have_read_before(
    bench: Bench,
) -> None:
    queued, running = (bench.scene.save_account(name) for name in ("Queued", "Running"))
    bench.open(queued)
    bench.open(running)
    bench.hold(running)

    done = bench.sweep()

    assert done.opened == 1
    assert "again" not in bench.scene.row(queued)
    assert bench.scene.row(running)["again"] == "change"


def test_an_account_that_waits_leaves_its_line_when_it_has_changed(bench: Bench) -> None:
    parent = bench.scene.save_account("Parent")
    child = bench.scene.save_account("Child")
    bench.open(child)
    bench.services.ledger.wait(bench.hold(child, ago=OLDER), parent, late=False)
    bench.services.ledger.open([Order(parent, "a test wants it")])

    bench.sweep()

    assert bench.state(child) == "queued"
    assert bench.scene.row(child)["stage"] == "qualification"


def test_a_linked_account_that_was_deleted_is_opened_and_an_unknown_one_is_not(
    bench: Bench,
) -> None:
    linked, skipped, unknown = (bench.scene.save_account(name) for name in ("A", "B", "C"))
    bench.sync(linked, ago=OLDER)
    bench.skip(skipped, ago=OLDER)
    for account in (linked, skipped, unknown):
        bench.scene.people.delete("Account", account)

    done = bench.sweep()

    assert done.opened == 1
    assert bench.why(linked) == "reconciled: deleted in Salesforce"
    assert bench.state(skipped) == "skipped"
    assert bench.state(unknown) == "none"


def test_a_merge_opens_the_loser_and_the_winner(bench: Bench) -> None:
    winner, loser = (bench.scene.save_account(name) for name in ("Winner", "Loser"))
    bench.sync(loser, ago=OLDER)
    bench.scene.simulator.post("merge", {"winner": winner, "losers": [loser]})

    bench.sweep()

    assert bench.why(loser) == "reconciled: deleted in Salesforce"
    assert bench.state(winner) == "queued"


def test_a_merge_that_the_winners_run_has_read_opens_it_no_more(bench: Bench) -> None:
    winner, loser = (bench.scene.save_account(name) for name in ("Winner", "Loser"))
    bench.scene.simulator.post("merge", {"winner": winner, "losers": [loser]})
    bench.sync(winner)

    done = bench.sweep()

    assert done.opened == 0
    assert bench.state(loser) == "none"


def test_an_undeleted_account_is_opened(bench: Bench) -> None:
    account = bench.scene.save_account()
    bench.sync(account)
    bench.scene.people.delete("Account", account)
    bench.open(account)
    bench.services.ledger.skipped(bench.hold(account, ago=OLDER), "deleted in Salesforce")
    bench.scene.simulator.post(f"records/{account}/undelete")

    bench.sweep()

    assert bench.state(account) == "queued"


def test_a_closed_won_opens_an_account_that_is_not_linked(bench: Bench) -> None:
    lost, won, linked = (bench.scene.save_account(name) for name in ("Lost", "Won", "Linked"))
    bench.skip(lost)
    bench.skip(won)
    bench.sync(linked)
    bench.scene.save_opportunity(lost, "Prospecting")
    bench.scene.save_opportunity(won, "Closed Won")
    bench.scene.save_opportunity(linked, "Closed Won")

    done = bench.sweep()

    assert done.opened == 1
    assert bench.why(won) == "reconciled: an Opportunity qualifies it"


def test_two_opportunities_open_their_account_once(bench: Bench) -> None:
    account = bench.scene.save_account()
    bench.skip(account)
    for _ in range(2):
        bench.scene.save_opportunity(account, "Closed Won")

    done = bench.sweep()

    assert done.opened == 1
    assert "again" not in bench.scene.row(account)


def test_a_letter_is_opened_by_what_came_after_it_alone(bench: Bench) -> None:
    read, changed, old = (bench.scene.save_account(name) for name in ("A", "B", "C"))
    for account in (read, changed, old):
        bench.scene.save_opportunity(account, "Closed Won")
    bench.bury(read)
    bench.bury(changed, ago=OLDER)
    bench.bury(old)
    bench.scene.redis.hdel(f"cw:row:{old}", "seen")
    bench.scene.redis.hset(f"cw:letter:{old}", "at", (bench.stamp(old) + 601) * 1000)
    for account in (read, changed):
        bench.scene.redis.hincrby(f"cw:letter:{account}", "at", 1000)

    bench.sweep()
    bench.compare()

    assert bench.state(read) == "dead"
    assert bench.state(changed) == "queued"
    assert bench.state(old) == "dead"


def test_a_discarded_letter_is_opened_by_its_next_change_alone(bench: Bench) -> None:
    account = bench.scene.save_account()
    bench.scene.save_opportunity(account, "Closed Won")
    bench.bury(account, ago=OLDER)
    bench.services.ledger.discard(account, ANN)

    bench.sweep()
    bench.compare()
    before = bench.state(account)
    bench.scene.redis.hset(f"cw:row:{account}", "given_up", bench.stamp(account) - 1)
    bench.scene.redis.hset(f"cw:row:{account}", "seen", bench.stamp(account) - 1)
    bench.sweep()

    assert before == "none"
    assert bench.state(account) == "queued"
    assert "given_up" not in bench.scene.row(account)


def test_a_gap_says_where_it_was(bench: Bench) -> None:
    account = bench.scene.save_account()
    channel = "gap:/data/OpportunityChangeEvent"

    bench.ask(channel, ("modified:Account",), since=bench.stamp(account))
    bench.reconciler.step()

    assert (
        bench.why(account)
        == (f"gap of /data/OpportunityChangeEvent: changed {moment(bench.stamp(account))}"[:64])
    )
