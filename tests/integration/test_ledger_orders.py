"""What admins order, what letters keep, and what a restart of Redis leaves."""

from pathlib import Path

import pytest
from redis import Redis

from app.terms import Letter, Order, Timing
from tests.integration.ledger_desk import ANN, HOUR, Desk
from workers.redis_server import RedisServer

A, B, C = ("001000000000001AAA", "001000000000002AAA", "001000000000003AAA")
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.", "Invalid value.", "task-1")


def connect(server: RedisServer) -> Redis:
    return Redis.from_url(server.url, decode_responses=True)


def die(desk: Desk, account: str, letter: Letter = REFUSED) -> None:
    desk.ledger.dead(desk.open_and_take(account, "upsert"), letter)


def test_a_letter_says_what_went_wrong(desk: Desk) -> None:
    die(desk, A)

    letter = desk.redis.hgetall(f"cw:letter:{A}")

    at = int(letter.pop("at"))
    assert int(letter.pop("first")) == at > 1_600_000_000_000
    assert letter == {
        "deaths": "1",
        "cause": "RecordRejected",
        "stage": "upsert",
        "words": "NetSuite refuses the name.",
        "service_words": "Invalid value.",
        "request": "",
        "task": "task-1",
        "attempts": "0",
        "reason": "changed",
    }


def test_an_account_has_one_letter_however_often_it_dies(desk: Desk) -> None:
    die(desk, A)
    first = desk.redis.hget(f"cw:letter:{A}", "first")
    die(desk, A, Letter("AmbiguousMatch", "Two Customers have that name."))

    letter = desk.redis.hgetall(f"cw:letter:{A}")

    assert (letter["first"], letter["deaths"], letter["cause"]) == (first, "2", "AmbiguousMatch")
    assert desk.redis.zrange("cw:letters", 0, -1) == [A]
    assert desk.redis.zrange("cw:letters:AmbiguousMatch", 0, -1) == [A]
    assert desk.redis.exists("cw:letters:RecordRejected") == 0
    assert desk.redis.hgetall("cw:states")["dead"] == "1"


def test_a_success_ends_the_letter_and_its_history(desk: Desk) -> None:
    die(desk, A)

    desk.sync(A, "17")

    assert desk.redis.exists(f"cw:letter:{A}", "cw:letters", "cw:letters:RecordRejected") == 0


def test_a_letter_is_only_discarded_where_there_is_one(desk: Desk) -> None:
    desk.sync(A, "17")

    done = desk.ledger.discard(A, ANN)

    assert (done, desk.row(A)["state"]) == (False, "synced")


def test_a_discard_kills_those_who_wait_and_leaves_their_children_waiting(desk: Desk) -> None:
    desk.wait_for_parent(C, B)
    desk.wait_for_parent(B, A)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)

    done = desk.ledger.discard(A, ANN)

    assert done
    assert set(desk.row(A)) == {"token", "given_up"}
    assert (desk.row(B)["state"], desk.row(B)["cause"]) == ("dead", "ParentDiscarded")
    assert desk.row(C)["state"] == "waiting"
    assert desk.redis.zrange("cw:letters", 0, -1) == [B]
    assert desk.redis.exists(f"cw:letter:{A}", f"cw:waiting:{A}") == 0


def test_a_link_releases_those_who_wait_and_opens_the_row(desk: Desk) -> None:
    desk.wait_for_parent(B, A)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)

    done = desk.ledger.link(A, "17", ANN)

    assert done == "linked"
    assert (desk.row(A)["customer"], desk.row(A)["state"]) == ("17", "queued")
    assert (desk.row(B)["state"], desk.row(B)["stage"]) == ("queued", "hierarchy")


def test_a_link_to_another_customer_forgets_what_the_first_one_holds(desk: Desk) -> None:
    desk.sync(A, "17")

    done = desk.ledger.link(A, "18", ANN)

    assert done == "linked"
    assert (desk.row(A)["customer"], desk.row(A)["written"]) == ("18", "unsure")


def test_a_row_under_way_is_not_linked(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])

    done = desk.ledger.link(A, "17", ANN)

    assert (done, "customer" in desk.row(A)) == ("under_way", False)


def test_a_customer_is_taken_from_an_account_that_is_gone(desk: Desk) -> None:
    desk.sync(B, "17")
    desk.ledger.skipped(desk.open_and_take(B, "qualification"), "deleted in Salesforce")

    done = desk.ledger.link(A, "17", ANN, taken_from=B)

    assert (done, desk.row(A)["customer"]) == ("linked", "17")
    assert "customer" not in desk.row(B)
    assert desk.redis.exists("cw:left") == 0


def test_a_customer_is_not_taken_from_an_account_that_is_in_step_with_it(desk: Desk) -> None:
    desk.sync(B, "17")

    done = desk.ledger.link(A, "17", ANN, taken_from=B)

    assert (done, desk.row(A), desk.row(B)["customer"]) == ("in_use", {}, "17")


def test_a_flow_that_is_off_may_forget_what_it_remembers(desk: Desk) -> None:
    desk.sync(C, "17")
    desk.ledger.open([Order(C, "edited")])
    desk.wait_for_parent(B, A)
    held = desk.open_and_take("001000000000004AAA", "upsert")
    desk.pauses.begin("flow", "switched off")

    dropped = desk.ledger.forget("flow off --drop", ANN)

    assert dropped == 3
    assert (desk.row(A), desk.row(B)) == (
        {"token": desk.row(A)["token"], "given_up": desk.row(A)["given_up"]},
        {"token": desk.row(B)["token"], "given_up": desk.row(B)["given_up"]},
    )
    assert (desk.row(C)["state"], desk.row(C)["written"]) == ("synced", "unsure")
    assert desk.redis.keys("cw:waiting:*") == []
    assert desk.ledger.synced(held, "18", wrote="digest", words="written") == "synced"


def test_a_flow_that_is_on_forgets_nothing(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])

    dropped = desk.ledger.forget("flow off --drop", ANN)

    assert (dropped, desk.row(A)["state"]) == (0, "queued")


def test_the_message_of_a_forgotten_row_is_stale(desk: Desk) -> None:
    desk.ledger.open([Order(A, "changed")])
    nudge = desk.nudges[0]
    desk.pauses.begin("flow", "switched off")
    desk.ledger.forget("flow off --drop", ANN)
    desk.pauses.end("flow")

    verdict = desk.ledger.claim("ingest", A, nudge.ticket, HOUR)

    assert verdict == ("stale", None)


def test_a_new_redis_disowns_nobody(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")

    desk.ledger.sweep()

    assert desk.ledger.synced(held, "17", wrote="digest", words="written") == "synced"


def test_after_a_restart_of_redis_whoever_held_a_row_is_disowned(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, connect(server) as redis:
        desk = Desk(redis, Timing(grace=HOUR, waiting_grace=HOUR, sweep_batch=2))
        desk.ledger.sweep()
        desk.sync("001000000000009AAA", "9")
        desk.wait_for_parent(B, C)
        held = desk.open_and_take(A, "upsert")
        many = [f"0010000000C{n:04}AAA" for n in range(9)]
        desk.ledger.open([Order(account, "changed") for account in many])
        before = {account: desk.row(account)["token"] for account in (A, C, *many)}
        redis.config_set("appendfsync", "always")
        redis.set("last", "word")

        server.kill()
        server.start()
        desk.nudges.clear()
        desk.ledger.sweep()

        after = {account: desk.row(account) for account in before}
        assert redis.get("last") == "word"
        assert all(row["token"] != before[account] for account, row in after.items())
        assert after[A]["written"] == "unsure"
        assert not any("written" in after[account] for account in many)
        assert {n.account for n in desk.nudges} == set(before)
        assert len(desk.nudges) == len(before)
        assert (desk.row(B)["state"], desk.row(B)["written"]) == ("waiting", "unsure")
        assert desk.row("001000000000009AAA")["written"] == "digest"
        assert desk.redis.zrange("cw:second_look", 0, -1) == [A]
        assert desk.ledger.synced(held, "17", wrote="digest", words="written") == "fenced"
        assert desk.ledger.sweep() == 0


@pytest.mark.parametrize(("heeded_within", "is_heeded"), [(0.0, True), (HOUR, False)])
def test_nobody_claims_before_a_restart_of_redis_is_heeded(
    tmp_path: Path, heeded_within: float, is_heeded: bool
) -> None:
    """Redis may have forgotten a claim, whose holder is at work yet."""
    with RedisServer(tmp_path) as server, connect(server) as redis:
        desk = Desk(redis, Timing(grace=HOUR, heeded_within=heeded_within))
        desk.ledger.sweep()
        redis.config_set("appendfsync", "always")
        desk.ledger.open([Order(A, "changed")])
        (nudge,) = desk.nudges

        server.kill()
        server.start()
        verdict, held = desk.ledger.claim("ingest", A, nudge.ticket, 60)

        assert (verdict, held) == ("stale", None)
        assert (desk.row(A)["token"] != nudge.ticket.partition(".")[0]) == is_heeded
        desk.ledger.sweep()
        verdict, held = desk.ledger.claim("ingest", A, desk.nudges[-1].ticket, 60)
        assert verdict == "go"
        assert held


def test_a_restart_of_redis_makes_no_customer_of_an_account_that_was_never_won(
    tmp_path: Path,
) -> None:
    with RedisServer(tmp_path) as server, connect(server) as redis:
        desk = Desk(redis, Timing(grace=HOUR))
        desk.ledger.sweep()
        redis.config_set("appendfsync", "always")
        desk.open_and_take(A, "qualification")

        server.kill()
        server.start()
        desk.ledger.sweep()

        held = desk.take(A, "qualification")
        assert (held.customer, held.written, held.force, held.needed) == (None, None, False, False)


def test_after_a_restart_of_redis_what_looks_unchanged_is_written_again(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, connect(server) as redis:
        desk = Desk(redis, Timing(grace=HOUR))
        desk.ledger.sweep()
        redis.config_set("appendfsync", "always")
        desk.sync(A, "17")

        server.kill()
        server.start()
        desk.ledger.sweep()
        held = desk.open_and_take(A, "upsert")

        permitted = desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="")
        assert permitted == "go"
        desk.ledger.synced(held, "17", wrote="digest", words="written")
        redis.delete("cw:doubt")
        held = desk.open_and_take(A, "upsert")
        again = desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="")
        assert again == "unchanged"
