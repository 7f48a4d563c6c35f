"""Page by page: nothing is left out between two pages, and no call is wasted."""

from collections.abc import Callable, Iterator

import pytest

from app.reconciliation.linked import Linked
from app.reconciliation.reading import RECORDS_PER_PAGE
from tests.integration.listening import Scene
from tests.integration.reconciling import OLDER, Bench

Benches = Callable[..., Bench]


@pytest.fixture
def benches(scene: Scene) -> Iterator[Benches]:
    made: list[Bench] = []

    def make(page: int = RECORDS_PER_PAGE) -> Bench:
        made.append(Bench(scene, page))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


def save_at_once(scene: Scene, count: int, won: bool = False) -> list[str]:
    """Accounts of one transaction, so of one stamp."""
    accounts = scene.people.create_many("Account", [{"Name": f"A{n}"} for n in range(count)])
    if won:
        deal = {"Name": "A deal", "StageName": "Closed Won", "CloseDate": "2026-12-31"}
        scene.people.create_many("Opportunity", [{"AccountId": a} | deal for a in accounts])
    return accounts


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_a_gap_costs_a_call_for_a_page_and_none_more(
    scene: Scene, benches: Benches, count: int, pages: int
) -> None:
    bench = benches(page=2)
    accounts = save_at_once(scene, count) if count else []
    bench.ask("gap:/data/AccountChangeEvent", ("modified:Account",))
    bench.calls()

    done = bench.reconciler.step()

    assert bench.calls() == ["queryAll"] * pages
    assert (done.pages, done.opened) == (pages, count)
    assert all(bench.state(account) == "queued" for account in accounts)


@pytest.mark.parametrize("steps", [("modified:Opportunity",), ("qualifying",)])
def test_pages_of_opportunities_and_of_all_that_qualify_leave_nobody_out(
    scene: Scene, benches: Benches, steps: tuple[str, ...]
) -> None:
    bench = benches(page=2)
    accounts = save_at_once(scene, 5, won=True)
    save_at_once(scene, 3)
    bench.calls()

    done = bench.compare(*steps)

    assert bench.calls() == ["query"] * 3
    assert done.opened == 5
    assert all(bench.state(account) == "queued" for account in accounts)


def test_linked_accounts_are_retrieved_by_the_page(scene: Scene, benches: Benches) -> None:
    bench = benches(page=200)
    accounts = save_at_once(scene, 6)
    for account in accounts:
        bench.sync(account, ago=OLDER if account == accounts[3] else 0)
    scene.people.delete("Account", accounts[0])
    bench.skip(scene.save_account())
    bench.calls()

    done = bench.compare("linked")

    assert bench.calls() == ["collections.retrieve", "queryAll"]
    assert done.opened == 2
    assert {bench.state(accounts[0]), bench.state(accounts[3])} == {"queued"}


def test_a_scan_of_another_run_of_redis_begins_anew(scene: Scene, benches: Benches) -> None:
    bench = benches()
    account = scene.save_account()
    bench.sync(account, ago=OLDER)

    done = bench.compare("linked", position="another 7 001zzzzzzzzzzzzzzz")

    assert done.opened == 1


def test_a_kill_between_the_rows_and_their_place_opens_nobody_twice(
    scene: Scene, benches: Benches
) -> None:
    bench = benches(page=2)
    accounts = save_at_once(scene, 4)
    asked = bench.ask()
    reading = bench.foreground.preview(asked)
    bench.services.ledger.open(reading.orders)  # and then the end of its process

    done = benches(page=2).reconciler.step()

    assert done.opened == 2
    assert not any("again" in scene.row(account) for account in accounts)


def test_another_process_goes_on_where_one_has_stopped(scene: Scene, benches: Benches) -> None:
    first, second = benches(page=2), benches(page=2)
    save_at_once(scene, 5)
    first.ask(steps=("modified:Account",))
    first.calls()

    begun = first.reconciler.step(seconds=0)
    ended = second.reconciler.step()

    assert (begun.pages, begun.opened, begun.more) == (1, 2, True)
    assert (ended.pages, ended.opened, ended.more) == (2, 3, False)
    assert first.calls() == ["queryAll"] * 3


def test_linked_accounts_are_left_out_by_no_scan_whose_page_was_left_half_way(
    scene: Scene, benches: Benches
) -> None:
    accounts = {f"001{n:012d}AAA" for n in range(6000)}
    redis, linked = scene.redis, Linked(benches().services.salesforce, scene.redis, 2000)
    for account in accounts:
        redis.hset(f"cw:row:{account}", mapping={"customer": "7", "state": "synced"})
        redis.rpush(f"cw:story:{account}", "x")
    found: list[str] = []

    place: str | None = ""
    while place is not None:
        page = linked.all(place)
        half = page.found[: len(page.found) // 2]
        found += [each.account for each in half or page.found]
        place = page.left_at(len(half)) if half else page.next_place
        assert len(place or "") < 50_000
        redis.delete(*(f"cw:story:{account}" for account in found[-1500:]))
        redis.mset({f"cw:other:{len(found)}.{n}": "x" for n in range(200)})

    assert set(found) == accounts
    assert len(found) == len(accounts)
