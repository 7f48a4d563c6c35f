"""The sweeper: leases that ran out, messages lost or merely late, pauses, second looks."""

import pytest

from app.models import StageName
from app.terms import Letter, Order
from tests.integration.ledger_desk import HOUR, Desk

A, B = ("001000000000001AAA", "001000000000002AAA")
MANY = [f"0010000000C{n:04}AAA" for n in range(2000)]
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.")


def test_a_lost_message_is_published_again_with_the_same_token(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])
    (lost,) = desk.drop_messages("ingest")

    desk.make_due("cw:due:ingest")
    desk.ledger.sweep()

    (found,) = desk.nudges
    assert found.ticket.partition(".")[0] == lost.ticket.partition(".")[0]
    assert desk.row(A)["state"] == "queued"


def test_a_retry_whose_message_is_lost_stays_a_retry(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.ledger.retry(held, 60, counter="attempts", letter=REFUSED)
    desk.drop_messages("upsert")

    desk.make_due("cw:due:upsert")
    desk.ledger.sweep()

    assert [(n.stage, n.delay) for n in desk.nudges] == [("upsert", 0)]
    assert (desk.row(A)["state"], desk.row(A)["attempts"]) == ("retrying", "1")


def test_what_is_not_due_is_left_alone(desk: Desk) -> None:
    desk.open_and_take(A, "upsert")
    desk.ledger.open([Order(B, "changed")])
    desk.drop_messages("ingest")

    found = desk.ledger.sweep()

    assert (found, desk.nudges) == (0, [])


def test_a_backlog_that_is_late_is_not_published_twice(desk: Desk) -> None:
    desk.ledger.open([Order(account, "changed") for account in MANY])
    published = len(desk.nudges)

    desk.make_due("cw:due:ingest")
    found = desk.ledger.sweep()

    assert (found, len(desk.nudges)) == (0, published)


def test_a_message_lost_in_the_middle_of_a_backlog_is_found_before_its_end(desk: Desk) -> None:
    desk.ledger.open([Order(account, "changed") for account in MANY[:800]])
    lost = desk.nudges[100]
    desk.lose(lost)
    desk.make_due("cw:due:ingest")

    early = desk.ledger.sweep()
    while not (desk.ledger.sweep()):
        desk.claim(desk.nudges[0])

    assert early == 0
    assert desk.nudges[-1].account == lost.account
    assert len(desk.nudges) > 400


def test_after_a_pause_everything_goes_out_in_one_tick(desk: Desk) -> None:
    desk.ledger.open([Order(account, "changed") for account in MANY])
    desk.pauses.begin("flow", "switched off")
    claimed = [desk.claim(nudge) for nudge in list(desk.nudges)]
    desk.make_due("cw:due:ingest")
    during = desk.ledger.sweep()

    desk.pauses.end("flow")
    found = desk.ledger.sweep()

    assert (set(claimed), during, found) == ({None}, 0, len(MANY))
    assert {n.account for n in desk.nudges} == set(MANY)
    assert len(desk.nudges) == len(MANY)


@pytest.mark.parametrize(
    ("what", "stopped"),
    [
        ("flow", ["ingest", "qualification", "hierarchy", "upsert"]),
        ("credentials", ["ingest", "qualification", "hierarchy", "upsert"]),
        ("salesforce", ["qualification", "hierarchy", "upsert"]),
        ("netsuite", ["upsert"]),
    ],
)
def test_a_pause_stops_the_stages_that_need_what_is_paused(
    desk: Desk, what: str, stopped: list[StageName]
) -> None:
    stages: tuple[StageName, ...] = ("ingest", "qualification", "hierarchy", "upsert")
    accounts = dict(zip(stages, MANY, strict=False))
    for stage, account in accounts.items():
        held = desk.open_and_take(account, stage)
        desk.ledger.retry(held, 0, counter="throttled", letter=REFUSED)
    desk.pauses.begin(what, "an outage")

    verdicts = {
        n.stage: desk.ledger.claim(n.stage, n.account, n.ticket, HOUR)[0] for n in desk.nudges
    }
    for stage in stages:
        desk.drop_messages(stage)
        desk.make_due(f"cw:due:{stage}")
    desk.ledger.sweep()

    assert [stage for stage in stages if verdicts[stage] == "paused"] == stopped
    assert [stage for stage in stages if desk.row(accounts[stage])["state"] == "running"] == [
        stage for stage in stages if stage not in stopped
    ]
    assert desk.nudges == []


def test_a_paused_stage_hides_no_lease_that_ran_out(desk: Desk) -> None:
    desk.ledger.open([Order(account, "changed") for account in MANY[:300]])
    held = desk.open_and_take(A, "upsert")
    desk.pauses.begin("flow", "switched off")
    desk.make_due("cw:due:ingest")

    desk.lapse(A)

    assert (desk.row(A)["state"], desk.row(A)["crashes"]) == ("queued", "1")
    assert desk.row(A)["token"] != held.token


def test_a_paused_stage_hides_no_lost_message_of_another(desk: Desk) -> None:
    for account in MANY[:3]:
        desk.ledger.advance(desk.open_and_take(account, "hierarchy"), "upsert")
    desk.ledger.open([Order(A, "changed")])
    desk.pauses.begin("netsuite", "an outage")
    for stage in ("ingest", "upsert"):
        desk.drop_messages(stage)
        desk.make_due(f"cw:due:{stage}")

    desk.ledger.sweep()

    assert [(n.stage, n.account) for n in desk.nudges] == [("ingest", A)]


def test_what_was_dropped_at_a_pause_goes_out_as_soon_as_it_ends(desk: Desk) -> None:
    desk.ledger.open([Order(account, "changed") for account in MANY[:60]])
    desk.pauses.begin("flow", "switched off")
    for nudge in desk.nudges[:40]:
        desk.claim(nudge)

    desk.pauses.end("flow")
    found = desk.ledger.sweep()

    assert (found, len(desk.nudges)) == (40, 60)
    assert {nudge.account for nudge in desk.nudges} == set(MANY[:60])


def test_a_pause_is_told_as_it_began_until_it_ends(desk: Desk) -> None:
    first = desk.pauses.begin("netsuite", "It is down.", "netsuite")
    again = desk.pauses.begin("netsuite", "It is down again.", "netsuite")
    desk.pauses.begin("flow", "switched off")

    paused = desk.pauses.all()
    ended = [desk.pauses.end("netsuite"), desk.pauses.end("netsuite")]

    assert (first, again, ended) == (True, False, [True, False])
    assert list(paused) == ["flow", "netsuite"]
    assert paused["flow"] == "switched off"
    assert paused["netsuite"].startswith("since 20")
    assert paused["netsuite"].endswith(" UTC: It is down.")
    assert desk.redis.ttl("cw:pause:flow") == -1


def test_a_pause_that_an_earlier_version_began_is_understood(desk: Desk) -> None:
    desk.redis.set("cw:pause:flow", "switched off by an admin")

    paused = desk.pauses.all()

    assert paused == {"flow": "switched off by an admin"}


def test_a_worker_lost_at_upsert_gets_a_second_look(desk: Desk) -> None:
    desk.open_and_take(A, "upsert")
    desk.lapse(A)
    desk.finish(A, "17")

    desk.make_due("cw:second_look")
    desk.ledger.sweep()

    row = desk.row(A)
    assert (row["state"], row["stage"], row["written"]) == ("queued", "ingest", "unsure")


def test_a_second_look_at_a_letter_only_makes_its_customer_unsure(desk: Desk) -> None:
    desk.open_and_take(A, "upsert")
    desk.lapse(A)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)

    desk.make_due("cw:second_look")
    desk.ledger.sweep()

    assert (desk.row(A)["state"], desk.row(A)["written"]) == ("dead", "unsure")


def test_a_child_whose_parent_rests_opens_it_again(desk: Desk) -> None:
    desk.wait_for_parent(B, A)
    desk.redis.hset(f"cw:row:{A}", mapping={"state": "skipped"})

    desk.make_due("cw:due:waiting")
    desk.ledger.sweep()

    assert (desk.row(A)["state"], desk.row(B)["state"]) == ("queued", "waiting")


def test_a_child_whose_parent_is_a_customer_already_is_released(desk: Desk) -> None:
    desk.wait_for_parent(B, A)
    desk.redis.hset(f"cw:row:{A}", mapping={"customer": "17"})

    desk.make_due("cw:due:waiting")
    desk.ledger.sweep()

    assert (desk.row(B)["state"], desk.row(B)["stage"]) == ("queued", "hierarchy")
    assert desk.redis.exists(f"cw:waiting:{A}") == 0
