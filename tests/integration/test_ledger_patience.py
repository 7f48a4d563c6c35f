"""What is put off, unanswered or sent twice: what the ledger does beyond its model."""

import threading
from pathlib import Path
from typing import get_args

import pytest
from redis import Redis

from app.ledger import Ledger
from app.retry import Counter
from app.scripts import run_script
from app.terms import Held, Letter, Order, Timing
from tests.integration.ledger_desk import HOUR, Desk
from workers.redis_server import RedisServer

A, B = "001000000000001AAA", "001000000000002AAA"
COUNTERS = get_args(Counter)
LATE = Letter("RateLimited", "too many requests")


@pytest.mark.parametrize("counter", ["throttled", "doubted", "spared"])
def test_what_is_not_counted_is_noted_apart_and_told_once(desk: Desk, counter: Counter) -> None:
    held = desk.open_and_take(A, "upsert")

    for times in range(1, 4):
        assert desk.ledger.retry(held, 0.0, counter=counter, letter=LATE) == "retrying"
        held = desk.take(A, "upsert")
        assert noted(held) == {**noted(Held(A, "upsert", "")), counter: times}

    story = [line for line in desk.redis.lrange(f"cw:story:{A}", 0, -1) if "retrying" in str(line)]
    assert len(story) == 1
    desk.ledger.synced(held, "1", wrote="digest", words="")
    assert not set(COUNTERS) & set(desk.row(A))
    assert getattr(desk.open_and_take(A, "upsert"), counter) == 0


def noted(held: Held) -> dict[str, int]:
    return {name: getattr(held, name) for name in COUNTERS}


def test_a_write_without_an_answer_gets_a_second_look(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="")

    desk.ledger.retry(held, 0.0, counter="attempts", letter=LATE, look=True)
    desk.finish(A, "1", "newer")
    desk.make_due("cw:second_look", A)
    desk.ledger.sweep()

    held = desk.take(A, "upsert")
    assert held.written == "unsure"
    permitted = desk.ledger.check(held, "newer", parent=None, parent_customer=None, words="")
    assert permitted == "go"


def test_a_write_without_an_answer_gets_a_second_look_though_it_was_the_last_attempt(
    desk: Desk,
) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="")
    desk.ledger.dead(held, LATE, look=True)
    desk.ledger.open([Order(A, "requeued")])
    desk.finish(A, "1", "newer")

    desk.make_due("cw:second_look", A)
    desk.ledger.sweep()

    assert desk.take(A, "upsert").written == "unsure"


def test_a_claim_that_is_sent_twice_word_for_word_holds_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ledger.open([Order(A, "changed")])
    nudge = desk.nudges[-1]

    def twice(redis: Redis, move: str, argument: str) -> str:
        """As a client sends a script again whose answer was lost."""
        run_script(redis, move, argument)
        return run_script(redis, move, argument)

    monkeypatch.setattr("app.moves.run_script", twice)
    verdict, held = desk.ledger.claim("ingest", A, nudge.ticket, HOUR)
    monkeypatch.undo()
    other, _ = desk.ledger.claim("ingest", A, nudge.ticket, HOUR)

    assert verdict == "go"
    assert other == "stale"
    assert held is not None
    assert desk.ledger.advance(held, "qualification") == "advanced"


def test_late_rows_do_not_hide_a_lost_one(redis: Redis) -> None:
    desk = Desk(redis, Timing(grace=HOUR, lost_margin=10, sweep_batch=50))
    late = [f"00100000000{n:04}AAA" for n in range(200)]
    desk.ledger.open([Order(B, "changed")])
    lost = desk.nudges[-1]
    desk.lose(lost)
    desk.ledger.open(Order(account, "changed") for account in late)
    redis.set("cw:claimed:ingest", 150)
    redis.zadd("cw:due:ingest", dict.fromkeys(late[149:], 1), xx=True)  # late, not lost
    redis.zadd("cw:due:ingest", {B: 2}, xx=True)
    before = len(desk.nudges)

    assert desk.ledger.sweep() == 1

    assert [nudge.account for nudge in desk.nudges[before:]] == [B]


def test_a_tick_looks_through_so_many_late_rows_and_no_more(redis: Redis) -> None:
    timing = Timing(grace=HOUR, lost_margin=10, sweep_batch=50, late_limit=100)
    desk = Desk(redis, timing)
    late = [f"00100000000{n:04}AAA" for n in range(200)]
    desk.ledger.open([Order(B, "changed")])
    desk.lose(desk.nudges[-1])
    desk.ledger.open(Order(account, "changed") for account in late)
    redis.set("cw:claimed:ingest", 15)
    redis.zadd("cw:due:ingest", dict.fromkeys(late[14:], 1), xx=True)
    redis.zadd("cw:due:ingest", {B: 2}, xx=True)

    assert desk.ledger.sweep() == 0


def test_one_sweeps_at_a_time(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])
    desk.drop_messages("ingest")
    desk.redis.delete("ingest")
    desk.make_due("cw:due:ingest")
    run = desk.redis.info("server")["run_id"]
    with desk.redis.lock(f"cw:sweeping:{run}", timeout=60):
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(desk.ledger.sweep()))
        thread.start()
        thread.join()

    assert found == [0]
    assert desk.ledger.sweep() == 1


def test_a_sweeper_that_was_too_slow_leaves_the_rest_to_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ledger.open([Order(A, "changed")])
    desk.drop_messages("ingest")
    desk.redis.delete("ingest")
    desk.make_due("cw:due:ingest")

    def hang(ledger: Ledger, run: str) -> None:
        desk.redis.delete(f"cw:sweeping:{run}")

    with monkeypatch.context() as hung:
        hung.setattr(Ledger, "heed_restart", hang)
        assert desk.ledger.sweep() == 0

    assert desk.ledger.sweep() == 1


def test_a_sweeper_that_fell_with_redis_keeps_nobody_off(tmp_path: Path) -> None:
    with (
        RedisServer(tmp_path) as server,
        Redis.from_url(server.url, decode_responses=True) as redis,
    ):
        desk = Desk(redis)
        desk.ledger.sweep()
        desk.open_and_take(A, "upsert")
        run = redis.info("server")["run_id"]
        redis.lock(f"cw:sweeping:{run}", timeout=60).acquire()

        server.stop()
        server.start()
        desk.ledger.sweep()

        assert redis.exists(f"cw:sweeping:{run}")
        assert desk.row(A)["state"] == "queued"
