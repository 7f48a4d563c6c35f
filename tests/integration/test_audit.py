"""The audit trail: one entry for each action that was one, and pages of them."""

from typing import Any

import pytest
from redis import Redis

from app.admin.switch import Switch
from app.audit import Audit
from app.terms import By, Letter, Order, Timing
from tests.integration.ledger_desk import ANN, HOUR, Desk

A, B = ("001000000000001AAA", "001000000000002AAA")
BOB = By("bob", "the name is mended")
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.")


def told(redis: Redis, account: str | None = None) -> list[tuple[str, str, str, str]]:
    """What was done to whom, and before and after, the newest first."""
    entries = Audit(redis).entries(account=account).entries
    return [(entry.what, entry.account, entry.before, entry.after) for entry in entries]


def test_each_move_of_an_admin_is_audited_with_what_was_before(desk: Desk) -> None:
    desk.ledger.open([Order(A, "asked for")], by=ANN)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    desk.ledger.note(A, ANN, assigned="bob")
    desk.ledger.note(A, ANN, comment="asked")
    desk.ledger.note(A, ANN, comment="")
    desk.ledger.requeue([A], BOB)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    desk.ledger.link(A, "17", ANN)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    desk.ledger.discard(A, ANN)
    desk.ledger.link(B, "17", ANN, taken_from=A)

    assert told(desk.redis) == [
        ("link", B, "", "17"),
        ("unlink", A, "17", ""),
        ("discard", A, "dead: RecordRejected", "none"),
        ("link", A, "", "17"),
        ("requeue", A, "dead: RecordRejected", "queued"),
        ("comment", A, "asked", ""),
        ("comment", A, "", "asked"),
        ("assign", A, "", "bob"),
        ("sync", A, "none", "queued"),
    ]


def test_an_entry_says_who_when_and_why(desk: Desk) -> None:
    desk.ledger.dead(desk.open_and_take(A, "upsert"), REFUSED)

    desk.ledger.requeue([A], BOB)

    seconds, _ = desk.redis.time()
    [entry] = Audit(desk.redis).entries().entries
    assert (entry.who, entry.why) == ("bob", "the name is mended")
    assert int(seconds) - 60 < entry.at <= int(seconds) + 1


def test_what_was_refused_is_not_audited(desk: Desk) -> None:
    desk.ledger.requeue([A], ANN)
    desk.ledger.discard(A, ANN)
    desk.ledger.open([Order(A, "a change")])
    desk.ledger.link(A, "17", ANN)

    assert told(desk.redis) == []


def test_an_action_outside_of_the_ledger_is_audited_with_what_it_does(redis: Redis) -> None:
    with redis.pipeline() as pipeline:
        pipeline.set("some", "thing")
        Audit(redis).add(pipeline, "flow off", BOB, before="on", after="off")
        Audit(redis).add(pipeline, "recovery", BOB, A)
        pipeline.execute()

    assert told(redis) == [("recovery", A, "", ""), ("flow off", "", "on", "off")]
    assert told(redis, account=A) == [("recovery", A, "", "")]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_follow_on_each_other(redis: Redis, limit: int) -> None:
    audit = Audit(redis)
    with redis.pipeline() as pipeline:
        for n in range(7):
            audit.add(pipeline, "sync", ANN, A if n % 2 else B, after=str(n))
        pipeline.execute()
    kinds: tuple[dict[str, Any], ...] = ({}, {"what": "sync"}, {"account": A}, {"account": B})

    for wanted in kinds:
        found, after, pages = [], None, 0
        while after or not pages:
            page = audit.entries(**wanted, after=after, limit=limit)
            found += page.entries
            after, pages = page.next, pages + 1

        expected = [
            n
            for n in range(6, -1, -1)
            if "account" not in wanted or (A if n % 2 else B) == wanted["account"]
        ]
        assert [int(entry.after) for entry in found] == expected
        assert pages == max(1, -(-len(expected) // limit))


def test_a_frequent_kind_of_action_neither_hides_others_nor_pushes_them_out(redis: Redis) -> None:
    audit = Audit(redis)
    with redis.pipeline() as pipeline:
        audit.add(pipeline, "flow off", ANN, after="off")
        audit.add(pipeline, "criteria publish", BOB, after="IsWon = true")
        for _ in range(300):
            audit.add(pipeline, "requeue", ANN, A)
        pipeline.execute()
    redis.xtrim("cw:audit", maxlen=300, approximate=False)

    rare = audit.entries(what="flow off")
    both = audit.entries(what=("flow off", "criteria publish", "flow on"), limit=1)
    older = audit.entries(what=("flow off", "criteria publish", "flow on"), after=both.next)

    assert [(entry.what, entry.after) for entry in rare.entries] == [("flow off", "off")]
    assert [(entry.what, entry.who) for entry in both.entries] == [("criteria publish", "bob")]
    assert (older.entries, older.next) == (rare.entries, None)
    assert {entry.what for entry in audit.entries(limit=1000).entries} == {"requeue"}


def test_each_batch_that_is_forgotten_is_audited_with_who_forgets_it(redis: Redis) -> None:
    desk = Desk(redis, Timing(grace=HOUR, sweep_batch=2))
    desk.ledger.open(Order(f"00100000000000{n}AAA", "a change") for n in range(3))
    desk.pauses.begin("flow", "a freeze")

    count = Switch(redis, desk.ledger).drop(BOB)

    assert count == 3
    assert [(e.who, e.what, e.after, e.why) for e in Audit(redis).entries().entries] == [
        ("bob", "flow drop", "1 accounts forgotten", BOB.why),
        ("bob", "flow drop", "2 accounts forgotten", BOB.why),
    ]


def test_of_what_was_paused_the_trail_keeps_no_services_words(desk: Desk) -> None:
    switch = Switch(desk.redis, desk.ledger)
    switch.off(ANN)
    desk.pauses.begin("netsuite", "It is down (Acme GmbH cannot be saved).", "netsuite")

    switch.on(BOB)

    [on, off] = Audit(desk.redis).entries().entries
    assert on.before == f"flow: switched off by ann: {ANN.why}; netsuite"
    assert (on.after, off.after) == ("on", "off")


def test_an_account_keeps_its_last_entries_only(redis: Redis) -> None:
    audit = Audit(redis)
    with redis.pipeline() as pipeline:
        for n in range(250):
            audit.add(pipeline, "comment", ANN, A, after=str(n))
        pipeline.execute()

    found = audit.entries(account=A, limit=1000)

    assert [int(entry.after) for entry in found.entries] == list(range(249, 49, -1))
    assert 0 < int(str(redis.ttl(f"cw:audit:{A}"))) <= 400 * 24 * 3600
    assert len(audit.entries(limit=1000).entries) == 250
