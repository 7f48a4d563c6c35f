"""Below a share of the day's API calls: how many accounts a patient pass may open."""

from app.reconciliation.budget import CALLS_PER_ACCOUNT, MOST_AHEAD, Budget
from tests.integration.listening import Scene
from tests.integration.reconciling import Bench


def budget(bench: Bench, share: float = 0.5) -> Budget:
    services = bench.services
    return Budget(services.redis, services.usage, services.salesforce.ask_usage, share)


def save_won(scene: Scene, count: int) -> list[str]:
    accounts = scene.people.create_many("Account", [{"Name": f"A{n}"} for n in range(count)])
    deal = {"Name": "A deal", "StageName": "Closed Won", "CloseDate": "2026-12-31"}
    scene.people.create_many("Opportunity", [{"AccountId": a} | deal for a in accounts])
    return accounts


def limit(bench: Bench, calls: int) -> None:
    """So many calls a day, of which those that were made are used."""
    bench.scene.simulator.settings(daily_limit=calls)
    bench.services.salesforce.ask_usage()


def used(bench: Bench) -> int:
    bench.services.salesforce.ask_usage()
    usage = bench.services.usage.read()
    assert usage
    return usage.used


def test_salesforce_is_asked_where_nobody_knows_what_is_used(bench: Bench) -> None:
    room = budget(bench, share=0.1).room()

    usage = bench.services.usage.read()
    assert usage
    assert usage.limit == 15_000
    assert room.accounts == (1_500 - usage.used) // CALLS_PER_ACCOUNT


def test_live_changes_never_queue_behind_more_than_a_patient_pass_may_open_ahead(
    bench: Bench,
) -> None:
    limit(bench, 1_000_000)
    bench.scene.redis.hset("cw:states", "queued", MOST_AHEAD - 3)

    room = budget(bench).room()

    assert room.accounts == 3
    assert "live changes leave room for" in room.words


def test_those_who_wait_take_at_most_half_of_the_room(bench: Bench) -> None:
    limit(bench, 1_000_000)
    bench.scene.redis.hset("cw:states", mapping={"running": 100, "waiting": 70_000})

    room = budget(bench).room()

    assert room.accounts == (MOST_AHEAD - 100) // 2
    assert "wait for a parent take up to half" in room.words


def test_a_page_is_not_read_anew_for_each_account_that_ends(bench: Bench) -> None:
    accounts = save_won(bench.scene, 60)
    limit(bench, 2 * (used(bench) + 219))
    asked = bench.ask("backfill", ("qualifying",), patient=True)
    bench.calls()

    turn = bench.foreground.take(asked)
    while not (turn.reading and turn.reading.is_over):
        if turn.room:
            bench.work(1)
        turn = bench.foreground.take(asked)

    assert all(bench.state(account) in ("queued", "synced") for account in accounts)
    assert bench.calls().count("query") <= 7


def test_what_was_said_long_ago_is_asked_again(bench: Bench) -> None:
    old = {"used": 7_499, "limit": 15_000, "at": 1_700_000_000}
    bench.scene.redis.hset("cw:salesforce:usage", mapping=old)

    room = budget(bench).room()

    assert room.accounts == MOST_AHEAD


def test_another_process_knows_what_one_was_told(bench: Bench) -> None:
    bench.services.salesforce.ask_usage()
    other = Bench(bench.scene)
    bench.calls()

    room = budget(other).room()
    other.close()

    assert room.accounts == MOST_AHEAD
    assert bench.calls() == []


def test_accounts_under_way_take_their_room(bench: Bench) -> None:
    bench.services.salesforce.ask_usage()
    before = budget(bench).room().accounts
    running, queued, resting = save_won(bench.scene, 3)
    for account in (running, queued):
        bench.open(account)
    bench.hold(running)
    bench.services.ledger.open([])
    bench.scene.redis.hset("cw:salesforce:usage", "at", 4_000_000_000)

    after = budget(bench).room().accounts

    assert after == before - 2
    assert bench.state(resting) == "none"


def test_those_who_wait_count_while_anything_moves(bench: Bench) -> None:
    parent, child, other = save_won(bench.scene, 3)
    bench.bury(parent)
    bench.open(child)
    bench.services.ledger.wait(bench.hold(child), parent, late=False)
    bench.services.salesforce.ask_usage()
    stuck = budget(bench).room().accounts
    bench.open(other)

    moving = budget(bench).room().accounts

    assert bench.state(child) == "waiting"
    assert moving == stuck - 2


def test_a_patient_pass_opens_what_there_is_room_for_and_goes_on_behind_it(bench: Bench) -> None:
    accounts = save_won(bench.scene, 7)
    calls = used(bench)
    limit(
        bench, 2 * (calls + 40)
    )  # half of it leaves room for three, after what is read on the way

    bench.compare("qualifying", patient=True)
    first = [account for account in accounts if bench.state(account) == "queued"]
    [current] = bench.services.passes.all()
    limit(bench, 15_000)
    bench.reconciler.step()

    assert 1 <= len(first) <= 4
    assert first == accounts[: len(first)]
    assert current.position == first[-1]
    assert all(bench.state(account) == "queued" for account in accounts)
    assert not any("again" in bench.scene.row(account) for account in accounts)


def test_linked_accounts_are_opened_behind_the_place_too(bench: Bench) -> None:
    accounts = save_won(bench.scene, 7)
    for account in accounts:
        bench.sync(account)
    limit(bench, 2 * (used(bench) + 40))

    bench.compare("linked:all", patient=True)
    first = [account for account in accounts if bench.state(account) == "queued"]
    for account in first:
        held = bench.hold(account)
        bench.services.ledger.synced(held, "77", wrote=None, words="unchanged")
    limit(bench, 15_000)
    done = bench.reconciler.step()

    assert 1 <= len(first) <= 4
    assert done.opened == 7 - len(first)
    assert all(bench.state(account) == "synced" for account in first)


def test_a_used_up_share_is_told_and_other_passes_go_on(bench: Bench) -> None:
    account = bench.scene.save_account()
    limit(bench, used(bench) + 10)
    bench.ask("full", ("qualifying",), patient=True)
    bench.ask("sweep")

    bench.reconciler.step()

    [rests] = bench.services.passes.all()
    assert "SALESFORCE_API_SHARE leaves 50% of them" in rests.trouble
    assert bench.state(account) == "queued"


def test_where_salesforce_does_not_tell_what_is_used_nothing_is_opened(bench: Bench) -> None:
    services = bench.services

    room = Budget(services.redis, services.usage, lambda: None, 1.0).room()

    assert (room.accounts, room.used_up) == (0, True)
    assert "does not say" in room.words
