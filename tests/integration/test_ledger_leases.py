"""Leases: short, renewed while a process lives, judged by a sweeper that was there meanwhile."""

import pytest
from redis import Redis

from app.terms import Letter, Order, Timing
from tests.integration.ledger_desk import HOUR, Desk

A, B = ("001000000000001AAA", "001000000000002AAA")
NO_ANSWER = Letter("NoAnswer", "NetSuite did not answer in time.")


@pytest.fixture
def patient(redis: Redis) -> Desk:
    """At an empty ledger, whose sweeper takes an hour from a lease's end to judging it."""
    return Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, notice=HOUR))


def notice_was_long_ago(desk: Desk) -> None:
    """The sweeper's last round is as long ago as they must be apart, and all was over by then."""
    noticed = int(str(desk.redis.get("cw:noticed")))
    desk.redis.set("cw:noticed", noticed - int(HOUR * 1000))


def test_a_lease_that_is_renewed_does_not_end(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.make_due("cw:due:running", A)

    lost = desk.ledger.renew([held], HOUR)
    desk.ledger.sweep()

    assert (lost, desk.row(A)["state"], desk.row(A)["token"]) == (set(), "running", held.token)


def test_who_renews_learns_what_is_another_s_by_now(desk: Desk) -> None:
    lapsed, rests = desk.open_and_take(A, "upsert"), desk.open_and_take(B, "upsert")
    desk.lapse(A)
    again = desk.take(A, "upsert")
    desk.ledger.dead(rests, NO_ANSWER)

    lost = desk.ledger.renew([lapsed, rests], HOUR)

    assert lost == {A, B}
    assert desk.ledger.renew([again], HOUR) == set()
    assert desk.redis.zrange("cw:due:running", 0, -1) == [A]


def test_a_lease_that_is_over_is_noticed_before_it_is_judged(patient: Desk) -> None:
    held = patient.open_and_take(A, "upsert")
    patient.ledger.sweep()
    patient.redis.zadd("cw:due:running", {A: int(str(patient.redis.get("cw:noticed")))})

    at_once = patient.ledger.sweep()
    notice_was_long_ago(patient)
    patient.redis.zadd("cw:due:running", {A: int(str(patient.redis.get("cw:noticed")))})
    later = patient.ledger.sweep()

    assert (at_once, later) == (0, 1)
    assert patient.row(A)["token"] != held.token


def test_a_sweeper_that_was_away_lets_holders_renew_first(patient: Desk) -> None:
    held = patient.open_and_take(A, "upsert")
    patient.ledger.sweep()
    notice_was_long_ago(patient)
    patient.redis.zadd("cw:due:running", {A: int(str(patient.redis.get("cw:noticed"))) + 1})

    found = patient.ledger.sweep()
    lost = patient.ledger.renew([held], 2 * HOUR)
    notice_was_long_ago(patient)
    found += patient.ledger.sweep()

    assert (found, lost, patient.row(A)["token"]) == (0, set(), held.token)


def test_a_row_that_is_handed_back_goes_on_in_the_next_tick_and_nothing_is_counted(
    desk: Desk,
) -> None:
    held = desk.open_and_take(A, "upsert")

    verdict = desk.ledger.hand_back(held)
    desk.ledger.sweep()

    again = desk.take(A, "upsert")
    assert (verdict, again.attempts, again.throttled) == ("queued", 0, 0)
    assert again.token != held.token
    assert "crashes" not in desk.row(A)
    assert desk.redis.zcard("cw:second_look") == 0


def test_a_row_that_is_handed_back_after_a_write_gets_a_second_look(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="")

    desk.ledger.hand_back(held)

    assert desk.redis.zrange("cw:second_look", 0, -1) == [A]


def test_a_row_is_not_handed_back_by_who_has_passed_it_on(desk: Desk) -> None:
    before = desk.open_and_take(A, "qualification")
    desk.ledger.advance(before, "hierarchy")
    desk.take(A, "hierarchy")

    verdict = desk.ledger.hand_back(before)

    assert (verdict, desk.row(A)["state"], desk.row(A)["stage"]) == (
        "fenced",
        "running",
        "hierarchy",
    )


def test_a_move_that_comes_again_does_not_move_who_holds_the_next_stage(desk: Desk) -> None:
    before = desk.open_and_take(A, "qualification")
    desk.ledger.advance(before, "hierarchy")
    desk.take(A, "hierarchy")

    verdict = desk.ledger.advance(before, "hierarchy")

    assert (verdict, desk.row(A)["state"]) == ("fenced", "running")


def test_going_on_takes_the_next_stage_without_a_message(desk: Desk) -> None:
    held = desk.open_and_take(A, "qualification")
    desk.nudges.clear()

    verdict, ahead = desk.ledger.go_on(held, "hierarchy", HOUR, "it is won")

    assert (verdict, desk.nudges) == ("go", [])
    assert ahead is not None
    assert (ahead.stage, ahead.token) == ("hierarchy", held.token)
    assert desk.ledger.advance(held, "hierarchy") == "fenced"
    assert desk.ledger.advance(ahead, "upsert") == "advanced"


def test_going_on_to_a_paused_stage_leaves_the_row_to_the_sweeper(desk: Desk) -> None:
    held = desk.open_and_take(A, "hierarchy")
    desk.pauses.begin("netsuite", "an outage")

    verdict, ahead = desk.ledger.go_on(held, "upsert", HOUR)
    during = desk.ledger.sweep()
    desk.pauses.end("netsuite")
    after = desk.ledger.sweep()

    assert (verdict, ahead, during, after) == ("paused", None, 0, 1)
    assert desk.take(A, "upsert").stage == "upsert"


def test_who_was_disowned_does_not_go_on(desk: Desk) -> None:
    held = desk.open_and_take(A, "hierarchy")
    desk.lapse(A)

    verdict, ahead = desk.ledger.go_on(held, "upsert", HOUR)

    assert (verdict, ahead, desk.row(A)["state"]) == ("fenced", None, "queued")


def test_a_change_that_comes_at_ingest_is_served_by_who_goes_on(desk: Desk) -> None:
    held = desk.open_and_take(A, "ingest")
    desk.ledger.open([Order(A, "edited")])

    desk.ledger.go_on(held, "qualification", HOUR)

    assert "again" not in desk.row(A)


def test_going_on_whose_answer_is_lost_is_sent_again_and_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.moves.secrets.token_hex", lambda _: "the same call")
    held = desk.open_and_take(A, "qualification")

    first, _ = desk.ledger.go_on(held, "hierarchy", HOUR)
    again, ahead = desk.ledger.go_on(held, "hierarchy", HOUR)

    assert (first, again) == ("go", "go")
    assert ahead is not None
    assert ahead.stage == "hierarchy"
