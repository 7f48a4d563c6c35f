"""How passes go on: in which order, what stops them, and what they leave."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from redis import Redis
from redis.lock import Lock

from app.passes import OVERLAP_SECONDS
from app.reconciliation.budget import Budget
from app.reconciliation.foreground import Foreground
from app.reconciliation.reading import Reader
from app.reconciliation.schedule import FULL_STEPS
from app.reconciliation.storing import store
from app.reconciliation.turns import Turns
from app.terms import Superseded
from tests.eventually import eventually
from tests.integration.listening import Scene
from tests.integration.reconciling import Bench

GAP = "gap:/data/AccountChangeEvent"
ACCOUNTS = ("modified:Account",)
LONG_AGO = 1_700_000_000


@pytest.fixture
def bench(scene: Scene) -> Iterator[Bench]:
    made = Bench(scene, page=2)
    yield made
    made.close()


def names(bench: Bench) -> set[str]:
    return {found.name for found in bench.services.passes.all()}


def test_a_gap_that_is_asked_for_anew_while_its_page_is_read_is_not_closed(bench: Bench) -> None:
    bench.scene.save_account()
    asked = bench.ask(GAP, ACCOUNTS, since=LONG_AGO)
    reading = bench.foreground.preview(asked)
    bench.ask(GAP, ACCOUNTS, since=LONG_AGO)

    with pytest.raises(Superseded):
        bench.services.ledger.open(reading.orders, progress=reading.progress)
    still_open = names(bench)
    done = bench.reconciler.step()

    assert still_open == {GAP}
    assert (done.pages, names(bench)) == (2, set()), "read to its end, and once more"


def test_a_gap_that_is_asked_for_faster_than_it_is_read_gets_on(bench: Bench) -> None:
    accounts = [bench.scene.save_account() for _ in range(7)]
    bench.ask(GAP, ACCOUNTS, since=LONG_AGO)
    bench.ask("sweep", ACCOUNTS)

    def asked_for_before_each_page() -> bool:
        bench.ask(GAP, ACCOUNTS, since=LONG_AGO)
        bench.reconciler.step(0.0)
        return "sweep" not in names(bench)

    eventually(asked_for_before_each_page, "the others to have their turn")

    assert all(bench.scene.row(account) for account in accounts)


def test_a_pass_that_is_not_ready_is_left_alone(bench: Bench) -> None:
    bench.scene.save_account()
    bench.ask(GAP, ACCOUNTS, ready=False)

    done = bench.reconciler.step()

    assert (done.pages, names(bench)) == (0, {GAP})


@pytest.mark.parametrize("name", ["backfill", "reconcile"])
def test_a_commands_pass_is_left_to_the_command(bench: Bench, name: str) -> None:
    bench.scene.save_account()
    bench.ask(name, ACCOUNTS)

    done = bench.reconciler.step()

    assert (done.pages, names(bench)) == (0, {name})


def test_the_watermark_comes_with_the_rows_and_never_goes_back(bench: Bench, redis: Redis) -> None:
    account = bench.scene.save_account()
    bench.ask(steps=ACCOUNTS)
    before = bench.services.passes.watermarks()

    bench.reconciler.step()
    first = bench.services.passes.watermarks()
    redis.hset("cw:watermarks", "Account", bench.stamp(account) + 100)
    bench.sweep(steps=ACCOUNTS)

    assert before == {}
    assert first == {"Account": bench.stamp(account)}
    assert bench.services.passes.watermarks() == {"Account": bench.stamp(account) + 100}


def test_a_page_in_the_middle_leaves_no_watermark(bench: Bench) -> None:
    bench.scene.people.create_many("Account", [{"Name": f"A{n}"} for n in range(5)])
    bench.ask()

    bench.reconciler.step(seconds=0)

    assert bench.services.passes.watermarks() == {}


def test_a_pass_that_leaves_a_hole_behind_the_watermark_does_not_move_it(
    bench: Bench, redis: Redis
) -> None:
    stamp = bench.stamp(bench.scene.save_account())
    known = stamp - 1000
    redis.hset("cw:watermarks", "Account", known)

    bench.sweep(steps=ACCOUNTS, since=known - OVERLAP_SECONDS + 1)
    with_a_hole = bench.services.passes.watermarks()
    bench.sweep(steps=ACCOUNTS, since=known - OVERLAP_SECONDS)

    assert with_a_hole == {"Account": known}
    assert bench.services.passes.watermarks() == {"Account": stamp}


def test_a_stamp_to_come_is_no_watermark(bench: Bench, redis: Redis) -> None:
    stamp = bench.stamp(bench.scene.save_account())
    asked = bench.ask(steps=ACCOUNTS, newest=stamp + 10_000_000)

    bench.reconciler.step()

    assert asked.newest > bench.services.passes.watermarks()["Account"] >= stamp


def test_each_entity_is_read_since_its_own_watermark(bench: Bench, redis: Redis) -> None:
    redis.hset("cw:watermarks", mapping={"Account": 1_700_000_000, "Opportunity": 1_600_000_000})

    bench.sweep()

    http = bench.scene.simulator.http
    asked = [row["query"] for row in http.get("requests?call=query*").json()["requests"]]
    assert "FROM Account WHERE SystemModstamp >= 2023-11-14T22:03:20" in asked[0]
    assert "SystemModstamp >= 2020-09-13T12:16:40" in asked[1]


def test_one_reads_at_a_time(bench: Bench) -> None:
    bench.scene.save_account()
    bench.ask(steps=ACCOUNTS)
    bench.scene.simulator.fault("queryAll", delay_seconds=2)
    rounds: list[Any] = []
    first = threading.Thread(target=lambda: rounds.append(bench.reconciler.step()))
    first.start()
    redis = bench.scene.redis
    eventually(lambda: redis.exists("cw:reconciling"), "the first to read")

    second = bench.reconciler.step()
    first.join()

    assert second.pages == 0
    assert rounds[0].opened == 1
    assert not redis.exists("cw:reconciling")


def test_the_turn_of_a_process_that_was_killed_ends(bench: Bench, redis: Redis) -> None:
    account = bench.scene.save_account()
    bench.ask(steps=ACCOUNTS)
    redis.set("cw:reconciling", "nobody any more", px=500)

    meanwhile = bench.reconciler.step()
    eventually(lambda: bench.reconciler.step().pages, "its turn to end")

    assert meanwhile.pages == 0
    assert bench.state(account) == "queued"


def test_the_end_of_a_pass_is_a_line_in_the_log(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.scene.save_account()
    bench.ask(GAP, ACCOUNTS)

    with caplog.at_level(logging.INFO):
        bench.reconciler.step()

    assert f"{GAP} is over (a test wants it): 1 records read, 1 accounts opened" in caplog.text


def test_a_full_comparison_leaves_when_it_ended(bench: Bench) -> None:
    bench.sync(bench.scene.save_account())

    bench.compare(*FULL_STEPS)

    assert bench.services.passes.watermarks()["full"] > 1_700_000_000


def test_a_watermark_does_not_pass_the_asking(bench: Bench) -> None:
    stamp = bench.stamp(bench.scene.save_account())

    bench.sweep(steps=ACCOUNTS, asked_at=stamp - 3600)

    assert bench.services.passes.watermarks() == {"Account": stamp - 3600}


def test_a_gap_does_not_wait_behind_a_patient_comparison(bench: Bench) -> None:
    bench.scene.save_account()
    bench.ask("full", FULL_STEPS, patient=True, asked_at=1)
    bench.ask(GAP, ACCOUNTS, trouble="It was refused.")

    bench.reconciler.step(seconds=0)

    assert names(bench) == {"full"}


@pytest.mark.parametrize("since", [-(10**13), 10**13])
def test_a_time_that_cannot_be_is_no_reason_to_fail(bench: Bench, since: int) -> None:
    bench.ask(GAP, ACCOUNTS, since=since)

    bench.reconciler.step()

    assert names(bench) == set()


def test_the_end_of_a_pass_whose_answer_was_lost_is_the_end(bench: Bench) -> None:
    bench.scene.save_account()
    reading = bench.foreground.preview(bench.ask(steps=ACCOUNTS))
    bench.services.ledger.open(reading.orders, progress=reading.progress)  # its answer is lost

    store(bench.services.ledger, reading)

    assert names(bench) == set()


def test_the_end_of_a_pass_that_was_asked_for_anew_is_none(bench: Bench) -> None:
    bench.scene.save_account()
    reading = bench.foreground.preview(bench.ask(steps=ACCOUNTS))
    bench.ask(steps=ACCOUNTS)

    with pytest.raises(Superseded):
        store(bench.services.ledger, reading)

    assert names(bench) == {"sweep"}


class _Suspended(Turns):
    """Of a process that sleeps until its turn is another's."""

    @contextmanager
    def page(self, lock: Lock) -> Iterator[None]:
        lock.redis.set("cw:reconciling", "another")
        with super().page(lock):
            yield


def test_a_turn_that_ran_out_is_anothers(bench: Bench) -> None:
    services = bench.services
    reader = Reader(services.salesforce, services.redis, services.criteria.current)
    budget = Budget(services.redis, services.usage, services.salesforce.ask_usage, 0.5)
    turns = _Suspended(services.redis, 30)
    asked = bench.ask("reconcile", ACCOUNTS)

    turn = Foreground(services.ledger, reader, budget, turns).take(asked)

    assert turn.room
    assert turn.room.words == "Another comparison has the turn."
    assert names(bench) == {"reconcile"}
