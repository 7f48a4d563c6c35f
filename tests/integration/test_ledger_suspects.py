"""Whose fault it is that workers are lost: who may have killed them runs as the only suspect."""

import secrets

import pytest
from redis import Redis

from app.models import StageName
from app.terms import Held, Letter, Order, Timing
from tests.integration.ledger_desk import HOUR, Desk

A, B, C, D = (f"00100000000000{n}AAA" for n in range(1, 5))
CRASHES, SUSPECTED = Timing().crash_limit, Timing().suspect_limit
LOSSES = CRASHES + SUSPECTED + 2


@pytest.fixture
def desk(redis: Redis) -> Desk:
    return Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, notice=0, loss_limit=LOSSES))


def take(desk: Desk, account: str, stage: StageName = "qualification", process: str = "") -> Held:
    """By a process of its own unless told otherwise."""
    desk.ledger.process = process or secrets.token_hex(4)
    return desk.take(account, stage)


def is_put_off(desk: Desk, account: str) -> bool:
    """A message of the account's arrives."""
    nudge = next(n for n in reversed(desk.nudges) if n.account == account)
    desk.lose(nudge)
    verdict, held = desk.ledger.claim(nudge.stage, nudge.account, nudge.ticket, HOUR)
    assert held is None
    return verdict == "put_off"


def suspected(desk: Desk, *accounts: str) -> None:
    """They have lost their worker so often that each is a suspect."""
    desk.ledger.open([Order(account, "changed") for account in accounts])
    for _ in range(CRASHES):
        for account in accounts:
            take(desk, account)
        desk.make_due("cw:due:running")
        desk.ledger.sweep()


def test_who_has_lost_its_worker_too_often_runs_as_the_only_suspect(desk: Desk) -> None:
    suspected(desk, A, B)
    take(desk, A)

    put_off = is_put_off(desk, B)

    assert put_off
    assert (desk.row(A)["alone"], desk.row(B)["state"]) == ("1", "queued")


def test_the_next_suspect_gets_its_message_when_the_first_has_ended(desk: Desk) -> None:
    suspected(desk, A, B, C)
    held = take(desk, A)
    assert is_put_off(desk, C)
    assert is_put_off(desk, B)

    desk.ledger.skipped(held, "not won")
    first = [nudge.account for nudge in desk.nudges]
    desk.ledger.skipped(take(desk, C), "not won")
    second = [nudge.account for nudge in desk.nudges]

    assert (first, second) == ([C], [B])
    assert desk.redis.exists("cw:suspects") == 0


def test_a_suspect_stays_one_over_all_stages_and_at_rest_no_more(desk: Desk) -> None:
    suspected(desk, A, B)
    held = take(desk, A)

    _, ahead = desk.ledger.go_on(held, "hierarchy", HOUR)
    put_off = is_put_off(desk, B)
    assert ahead is not None
    desk.ledger.skipped(ahead, "not won")

    assert put_off
    assert not {"crashes", "suspected", "alone"} & set(desk.row(A))


def test_a_suspect_that_waits_its_turn_keeps_nobody_else_waiting(desk: Desk) -> None:
    suspected(desk, A)
    take(desk, A)
    desk.ledger.open([Order(B, "changed")])

    held = take(desk, B)

    assert "alone" not in desk.row(held.account)


def test_a_suspect_s_own_losses_are_a_letter_in_the_end(desk: Desk) -> None:
    suspected(desk, A)

    for _ in range(SUSPECTED):
        take(desk, A)
        desk.lapse(A)

    words = str(desk.redis.hget(f"cw:letter:{A}", "words"))
    assert (desk.row(A)["state"], desk.row(A)["cause"]) == ("dead", "WorkerLost")
    assert f"{CRASHES + SUSPECTED} times in a row" in words
    assert "at qualification" in words


def test_a_suspect_is_excused_when_other_workers_are_lost_too(desk: Desk) -> None:
    suspected(desk, A)
    take(desk, A)
    desk.ledger.open([Order(B, "changed")])
    take(desk, B)

    desk.lapse(B)
    excused = desk.row(A)["alone"]
    desk.lapse(A)

    assert excused == "excused"
    assert (desk.row(A)["suspected"], desk.row(A)["crashes"]) == ("0", str(CRASHES + 1))


def test_a_suspect_is_not_excused_by_those_who_are_lost_with_it(desk: Desk) -> None:
    suspected(desk, A)
    take(desk, A, process="one")
    desk.ledger.open([Order(B, "changed")])
    take(desk, B, process="one")

    desk.lapse(B)
    desk.lapse(A)

    assert (desk.row(A)["suspected"], desk.row(A)["crashes"]) == ("1", str(CRASHES))


def test_who_became_a_suspect_is_not_excused_by_those_who_were_lost_with_it(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed"), Order(B, "changed")])
    for _ in range(CRASHES - 1):
        take(desk, A)
        desk.lapse(A)
    take(desk, A, process="one")
    take(desk, B, process="one")

    desk.lapse(A)
    take(desk, A)
    desk.lapse(B)

    assert desk.row(A)["alone"] == "1"


def test_who_loses_its_worker_for_ever_is_a_letter_whatever_else_is_lost(desk: Desk) -> None:
    suspected(desk, A)

    for _ in range(LOSSES - CRASHES):
        take(desk, A)
        desk.redis.hset(f"cw:row:{A}", "alone", "excused")
        desk.lapse(A)

    assert desk.row(A)["cause"] == "WorkerLost"


def test_a_suspect_that_was_put_off_is_looked_for_by_the_sweeper(desk: Desk) -> None:
    suspected(desk, A, B)
    held = take(desk, A)
    assert is_put_off(desk, B)
    desk.ledger.retry(held, 60, counter="attempts", letter=Letter("NoAnswer", "silence"))
    desk.drop_messages("qualification")

    desk.make_due("cw:due:qualification", B)
    desk.ledger.sweep()

    assert take(desk, B).account == B


def judge(desk: Desk, *accounts: str) -> None:
    """A round of the sweeper, long after the last: these leases were over by then, the first one
    first.
    """
    desk.redis.set("cw:noticed", len(accounts))
    ends = {account: at for at, account in enumerate(accounts)}
    desk.redis.zadd("cw:due:running", ends, xx=True)
    desk.ledger.sweep()


def test_a_suspect_is_excused_by_who_is_lost_at_once_with_it_whatever_comes_first(
    desk: Desk,
) -> None:
    suspected(desk, A)
    take(desk, A)
    desk.ledger.open([Order(B, "changed")])
    take(desk, B)

    judge(desk, A, B)

    assert (desk.row(A)["suspected"], desk.row(A)["crashes"]) == ("0", str(CRASHES + 1))


def test_a_suspect_is_judged_after_more_than_a_batch_of_others(redis: Redis) -> None:
    desk = Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, notice=0, sweep_batch=2))
    suspected(desk, A)
    take(desk, A, process="one")
    desk.ledger.open([Order(account, "changed") for account in (B, C)])
    take(desk, B, process="one")
    take(desk, C)

    judge(desk, A, B, C)

    assert (desk.row(A)["suspected"], desk.row(A)["crashes"]) == ("0", str(CRASHES + 1))
    assert desk.redis.zcard("cw:due:running") == 0


def test_a_suspect_is_excused_by_who_was_lost_shortly_before(redis: Redis) -> None:
    before = Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, notice=0))
    suspected(before, A)
    desk = Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, notice=HOUR))
    desk.nudges += before.nudges
    desk.ledger.open([Order(B, "changed")])
    take(desk, B)

    judge(desk, B)
    take(desk, A)
    judge(desk, A)

    assert (desk.row(A)["suspected"], desk.row(A)["crashes"]) == ("0", str(CRASHES + 1))


def test_who_has_become_a_suspect_of_a_loss_is_not_excused_by_it(redis: Redis) -> None:
    desk = Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, notice=HOUR, crash_limit=1))
    desk.ledger.open([Order(A, "changed")])
    take(desk, A)

    judge(desk, A)
    take(desk, A)
    judge(desk, A)

    assert (desk.row(A)["suspected"], desk.row(A)["crashes"]) == ("1", "1")


def test_a_loss_counts_half_while_other_workers_are_lost_too(redis: Redis) -> None:
    desk = Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, notice=HOUR))
    desk.ledger.open([Order(account, "changed") for account in (A, B, C)])
    take(desk, A, process="one")
    take(desk, B, process="one")

    judge(desk, A, B)
    of_one = [desk.row(account)["crashes"] for account in (A, B)]
    desk.redis.delete("cw:lost")
    take(desk, A, process="two")
    take(desk, B, process="three")
    judge(desk, A, B)
    of_two = [desk.row(account)["crashes"] for account in (A, B)]
    take(desk, C, process="four")
    judge(desk, C)

    assert (of_one, of_two) == (["1", "1"], ["1.5", "1.5"])
    assert desk.row(C)["crashes"] == "0.5"


def test_two_that_kill_their_workers_at_a_time_become_suspects_later(redis: Redis) -> None:
    desk = Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, notice=HOUR))
    desk.ledger.open([Order(account, "changed") for account in (A, B)])
    losses = 0
    while "alone" not in desk.row(A):
        take(desk, A)
        if "alone" not in desk.row(A):
            take(desk, B)
            judge(desk, A, B)
            losses += 1

    assert losses == 2 * CRASHES
    assert is_put_off(desk, B)
