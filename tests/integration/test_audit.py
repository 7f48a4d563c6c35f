"""The audit trail: one entry for each action that was one, and pages of them."""

import pytest
from redis import Redis

from app.audit import Audit
from app.terms import By, Letter, Order
from tests.integration.ledger_desk import ANN, Desk

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
    kinds: tuple[dict[str, str], ...] = ({}, {"what": "sync"}, {"account": A}, {"account": B})

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


def test_a_rare_kind_of_action_is_looked_for_bit_by_bit(redis: Redis) -> None:
    audit = Audit(redis)
    with redis.pipeline() as pipeline:
        audit.add(pipeline, "flow off", ANN)
        for _ in range(20_500):
            pipeline.xadd(
                "cw:audit",
                {
                    "who": "ann",
                    "what": "requeue",
                    "account": A,
                    "why": "",
                    "before": "",
                    "after": "",
                },
            )
        pipeline.execute()

    first = audit.entries(what="flow off")
    second = audit.entries(what="flow off", after=first.next)

    assert (first.entries, first.next is None) == ([], False)
    assert ([entry.what for entry in second.entries], second.next) == (["flow off"], None)


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
