"""Each move of the ledger and every verdict it can give, one by one, on real Redis."""

import pytest
from redis import Redis

from app.journal import Journal
from app.terms import Cursor, Letter, Order, Timing
from tests.integration.ledger_desk import HOUR, Desk

A, B, C = ("001000000000001AAA", "001000000000002AAA", "001000000000003AAA")
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.", "Invalid value.", "task-1")


def test_many_accounts_and_the_cursor_are_stored_in_one_step(desk: Desk, redis: Redis) -> None:
    cursor = Cursor("/data/AccountChangeEvent", {"replay_id": "00ff", "committed": 5})

    desk.ledger.open([Order(A, "changed"), Order(B, "changed"), Order(A, "changed")], cursor)

    assert [(n.stage, n.account, n.reason) for n in desk.nudges] == [
        ("ingest", A, "changed"),
        ("ingest", B, "changed"),
    ]
    assert desk.row(A)["again"] == "change"
    stored = redis.hgetall("cw:cursor:/data/AccountChangeEvent")
    assert (stored["replay_id"], stored["committed"]) == ("00ff", "5")
    assert int(stored["at"]) > 0


def test_a_message_is_claimed_once(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])
    nudge = desk.nudges.pop()

    first = desk.ledger.claim("ingest", A, nudge.ticket, 60)
    second = desk.ledger.claim("ingest", A, nudge.ticket, 60)

    assert (first[0], second) == ("go", ("stale", None))


@pytest.mark.parametrize("ticket", ["", ".", "nonsense", "nonsense.1", "x.y", "x.-3", "x.²"])
def test_a_ticket_that_makes_no_sense_is_stale(desk: Desk, ticket: str) -> None:
    desk.ledger.open([Order(A, "changed")])

    verdict = desk.ledger.claim("ingest", A, ticket, 60)

    assert verdict == ("stale", None)


def test_a_holder_learns_what_it_needs(desk: Desk) -> None:
    desk.sync(A, "17", "digest")
    desk.ledger.open([Order(A, "edited", force=True)])
    desk.wait_for_parent(B, A)

    held = desk.take(A, "qualification")

    assert (held.customer, held.written) == ("17", "digest")
    assert (held.force, held.needed, held.reason, held.attempts) == (True, False, "edited", 0)


def test_a_holder_learns_that_others_wait_for_it(desk: Desk) -> None:
    desk.wait_for_parent(B, A)

    held = desk.take(A, "qualification")

    assert held.needed


def test_a_holder_that_was_disowned_is_fenced_from_every_move(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.lapse(A)

    verdicts = [
        desk.ledger.advance(held, "upsert"),
        desk.ledger.wait(held, B, late=False)[0],
        desk.ledger.check(held, "digest", parent=None, parent_customer=None, words=""),
        desk.ledger.retry(held, 1, counter="attempts", letter=REFUSED),
        desk.ledger.wrote(held, "17", "a.b.?"),
        desk.ledger.synced(held, "17", wrote="digest", words=""),
        desk.ledger.skipped(held, "no Closed Won"),
        desk.ledger.dead(held, REFUSED),
    ]

    assert verdicts == ["fenced"] * 8
    assert "customer" not in desk.row(A)


def test_a_change_while_a_row_runs_runs_it_once_more(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.ledger.open([Order(A, "edited"), Order(A, "edited twice")])
    desk.ledger.synced(held, "17", wrote="digest", words="created")

    row = desk.row(A)

    assert (row["state"], row["stage"], row["reason"]) == ("queued", "ingest", "edited twice")
    assert "again" not in row
    assert row["written"] == "digest", "the next run writes only what differs"


@pytest.mark.parametrize("rewrites", [(True,), (True, False), (False, True)])
def test_a_rewrite_that_comes_while_a_row_runs_writes_it_once_more(
    desk: Desk, rewrites: tuple[bool, ...]
) -> None:
    held = desk.open_and_take(A, "upsert")
    for rewrite in rewrites:
        desk.ledger.open([Order(A, "edited", rewrite=rewrite)])
    desk.ledger.synced(held, "17", wrote="digest", words="created")

    again = desk.take(A, "upsert")
    verdict = desk.ledger.check(again, "digest", parent=None, parent_customer=None, words="")

    assert (again.written, verdict) == ("unsure", "go")


def test_a_payload_that_netsuite_holds_already_is_not_written(desk: Desk) -> None:
    desk.sync(A, "17", "digest")
    held = desk.open_and_take(A, "upsert")

    verdict = desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="same")

    assert (verdict, desk.row(A)["state"], desk.row(A)["written"]) == (
        "unchanged",
        "synced",
        "digest",
    )


def test_from_the_check_on_what_netsuite_holds_is_unsure(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")

    verdict = desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="")

    assert (verdict, desk.row(A)["written"]) == ("go", "unsure")


def test_a_check_with_a_parent_that_is_another_customer_now_waits(desk: Desk) -> None:
    desk.sync(B, "18")
    held = desk.open_and_take(A, "upsert")

    known = desk.ledger.wait(held, B, late=False)
    verdict = desk.ledger.check(held, "digest", parent=B, parent_customer="4", words="")

    assert (known, verdict) == (("ready", "18"), "wait")


def test_a_retry_has_a_new_token_and_its_delay(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")

    verdict = desk.ledger.retry(held, 7.5, counter="attempts", letter=REFUSED)

    nudge = desk.nudges.pop()
    assert (verdict, nudge.stage, nudge.delay) == ("retrying", "upsert", 7.5)
    assert not nudge.ticket.startswith(held.token)
    assert desk.row(A)["attempts"] == "1"


def test_an_uncounted_retry_uses_up_no_attempt(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")

    for _ in range(12):
        desk.ledger.retry(held, 0, counter="throttled", letter=REFUSED)
        held = desk.take(A, "upsert")

    assert held.attempts == 0


def test_attempts_used_up_are_a_letter(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")

    for _ in range(desk.ledger.timing.retry_limit):
        desk.ledger.retry(held, 0, counter="attempts", letter=REFUSED)
        held = desk.take(A, "upsert")
    verdict = desk.ledger.retry(held, 0, counter="attempts", letter=REFUSED)

    assert (verdict, desk.row(A)["cause"]) == ("dead", "RecordRejected")


def test_a_worker_lost_too_often_is_a_letter(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])

    timing = desk.ledger.timing
    for _ in range(timing.crash_limit + timing.suspect_limit):
        desk.take(A, "qualification")
        desk.lapse(A)

    assert (desk.row(A)["state"], desk.row(A)["cause"]) == ("dead", "WorkerLost")


def test_an_account_that_others_need_is_not_skipped_silently(desk: Desk) -> None:
    desk.wait_for_parent(B, A)

    verdict = desk.ledger.skipped(desk.take(A, "qualification"), "it was deleted")

    assert (verdict, desk.row(A)["cause"]) == ("dead", "NeededButGone")
    assert desk.row(B)["state"] == "waiting"


def test_an_account_that_came_to_be_needed_meanwhile_is_looked_at_again(desk: Desk) -> None:
    held = desk.open_and_take(A, "qualification")
    desk.wait_for_parent(B, A)

    verdict = desk.ledger.skipped(held, "no Closed Won")

    assert (verdict, desk.row(A)["state"]) == ("skipped", "queued")
    assert "dead" not in [line.what for line in Journal(desk.redis).story(A)]
    assert desk.row(B)["state"] == "waiting"


def test_a_circle_is_read_again_and_then_a_letter(redis: Redis) -> None:
    desk = Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, cycle_limit=1))
    desk.wait_for_parent(A, B)
    desk.wait_for_parent(B, C)
    held = desk.take(C, "hierarchy")

    first = desk.ledger.wait(held, A, late=False, delay=0)[0]
    for child, parent in ((A, B), (B, C)):
        desk.ledger.wait(desk.take(child, "hierarchy"), parent, late=False)
    second = desk.ledger.wait(desk.take(C, "hierarchy"), A, late=False)[0]
    third = desk.ledger.wait(desk.take(C, "hierarchy"), A, late=False)[0]

    assert (first, second, third) == ("retrying", "afresh", "dead")
    assert desk.row(C)["cause"] == "InvalidHierarchy"
    letter = desk.redis.hgetall(f"cw:letter:{C}")
    assert f"{C} > {A} > {B} > {C}" in letter["words"]


def test_two_hundred_children_are_released_at_once(desk: Desk) -> None:
    children = [f"0010000000C{n:04}AAA" for n in range(200)]
    for child in children:
        desk.wait_for_parent(child, A)

    desk.ledger.synced(desk.take(A, "upsert"), "17", wrote="digest", words="created")

    released = {n.account for n in desk.nudges if n.stage == "hierarchy"}
    assert released == set(children)
    assert desk.redis.exists(f"cw:waiting:{A}") == 0
    assert desk.redis.hgetall("cw:states") == {
        "queued": "200",
        "running": "0",
        "waiting": "0",
        "synced": "1",
    }


def test_a_child_without_its_late_parent_is_opened_once_the_parent_is_a_customer(
    desk: Desk,
) -> None:
    held = desk.open_and_take(A, "upsert")
    verdict = desk.ledger.wait(held, B, late=True)
    desk.ledger.synced(held, "17", wrote="digest", words="without its parent")

    desk.sync(B, "18")

    assert verdict == ("late", "")
    assert (desk.row(A)["state"], desk.row(A)["stage"]) == ("queued", "ingest")
    assert "its parent" in desk.row(A)["reason"]
    assert desk.redis.exists(f"cw:late:{B}") == 0


def test_a_late_parent_does_not_open_its_child_at_every_later_change(desk: Desk) -> None:
    desk.ledger.wait(desk.open_and_take(A, "upsert"), B, late=True)
    desk.sync(B, "18")
    desk.nudges.clear()

    desk.sync(B, "18")

    assert A not in {n.account for n in desk.nudges}
