"""All letters of a cause requeued: step by step, by whoever comes, with a canary or without."""

import pytest

from app.admin import recoveries as module
from app.admin.recoveries import Recoveries
from app.audit import Audit
from app.errors import RecordLocked, RecordNotFound, RecordRejected
from app.terms import By
from tests.integration.mourning import ADMIN, CAUSE, Ward, ids
from tests.integration.planted_letters import plant

REJECTED = {"cause": CAUSE, "words": "NetSuite refuses the name.", "said": ""}


@pytest.fixture
def recoveries(ward: Ward) -> Recoveries:
    return Recoveries(ward.services)


def test_a_few_letters_are_requeued_by_the_call_itself(ward: Ward, recoveries: Recoveries) -> None:
    accounts = ids(3)
    ward.bury(*accounts)

    begun = recoveries.begin(CAUSE, ADMIN, canary=False)

    assert (begun.state, begun.total, begun.requeued, begun.refused) == ("done", 3, 3, 0)
    assert begun.words == "3 of 3 requeued."
    assert ward.states(accounts) == {"queued": 3}
    assert begun.ended_ms


def test_other_causes_are_left(ward: Ward, recoveries: Recoveries) -> None:
    mine, other = ids(2)
    ward.bury(mine)
    ward.bury(other, cause="AmbiguousMatch")

    recoveries.begin(CAUSE, ADMIN, canary=False)

    assert (ward.state(mine), ward.state(other)) == ("queued", "dead")


def test_many_letters_are_requeued_tick_by_tick(
    ward: Ward, recoveries: Recoveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 3)
    monkeypatch.setattr(module, "_BATCHES_PER_TICK", 2)
    accounts = ids(17)
    ward.bury(*accounts)

    begun = recoveries.begin(CAUSE, ADMIN, canary=False)
    first = ward.states(accounts)
    ticks = [(recoveries.advance(), recoveries.all()[0].requeued) for _ in range(4)]

    assert (begun.state, begun.requeued, first) == ("going", 3, {"queued": 3, "dead": 14})
    assert ticks == [(1, 9), (1, 15), (1, 17), (0, 17)]
    assert recoveries.all()[0].state == "done"
    assert [ward.requeues(account) for account in accounts] == [1] * 17


def test_letters_that_died_at_one_moment_are_all_covered(
    ward: Ward, recoveries: Recoveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 2)
    accounts = ids(7)
    ward.bury(*accounts)
    just_died(ward, *accounts[:5])
    ward.redis.zadd(f"cw:letters:{CAUSE}", dict.fromkeys(accounts, 1_795_000_000_000))

    recoveries.begin(CAUSE, ADMIN, canary=False)
    recoveries.advance()
    [order] = recoveries.all()

    assert (order.state, order.requeued, order.refused) == ("done", 2, 5)


def test_a_late_step_through_letters_of_one_moment_reads_no_more_than_an_early_one(
    ward: Ward, recoveries: Recoveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 10)
    monkeypatch.setattr(module, "_BATCHES_PER_TICK", 1)
    accounts = ids(600)
    plant(ward.redis, 600, [REJECTED], first=1, alike=1000)
    now = recoveries._now_ms()
    for account in accounts:
        ward.redis.hset(f"cw:letter:{account}", mapping={"requeued": now, "at": now})
    recoveries.begin(CAUSE, ADMIN, canary=False)
    ticks = []

    while not recoveries.all()[0].ended_ms:
        before = bytes_told(ward)
        recoveries.advance()
        ticks.append(bytes_told(ward) - before)

    [order] = recoveries.all()
    assert (order.state, order.requeued, order.refused) == ("done", 0, 600)
    assert max(ticks) < 2 * ticks[0]


def bytes_told(ward: Ward) -> int:
    """All that Redis has ever told anybody."""
    info = ward.redis.info("stats")
    return int(str(info["total_net_output_bytes"]))


def just_died(ward: Ward, *accounts: str) -> None:
    """Each was requeued, and has died of it."""
    ward.services.ledger.requeue(accounts, ADMIN)
    for account in accounts:
        ward.die_again(account)


def test_what_died_later_is_not_its_business(
    ward: Ward, recoveries: Recoveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 1)
    monkeypatch.setattr(module, "_BATCHES_PER_TICK", 1)
    first, second, late = ids(3)
    ward.bury(first, second)
    recoveries.begin(CAUSE, ADMIN, canary=False)

    ward.die_again(first)
    ward.bury(late)
    while recoveries.advance():
        pass

    assert [ward.state(a) for a in (first, second, late)] == ["dead", "queued", "dead"]
    assert [ward.requeues(a) for a in (first, second, late)] == [1, 1, 0]


def test_letters_that_have_just_died_again_are_left_and_counted(
    ward: Ward, recoveries: Recoveries
) -> None:
    fresh, again = ids(2)
    ward.bury(fresh, again)
    just_died(ward, again)

    order = recoveries.begin(CAUSE, ADMIN, canary=False)

    assert (order.state, order.total, order.requeued, order.refused) == ("done", 2, 1, 1)
    assert order.words == "1 of 2 requeued. 1 left, since they had just died again."
    assert (ward.state(fresh), ward.state(again)) == ("queued", "dead")


def test_forced_it_requeues_those_too(ward: Ward, recoveries: Recoveries) -> None:
    fresh, again = ids(2)
    ward.bury(fresh, again)
    just_died(ward, again)

    order = recoveries.begin(CAUSE, ADMIN, canary=False, force=True)

    assert (order.state, order.requeued, order.refused) == ("done", 2, 0)


def test_a_cause_without_letters_is_refused(recoveries: Recoveries) -> None:
    with pytest.raises(RecordNotFound, match="No dead letter has the cause Nothing"):
        recoveries.begin("Nothing", ADMIN, canary=True)

    assert recoveries.all() == []


def test_one_of_a_cause_runs_at_a_time(ward: Ward, recoveries: Recoveries) -> None:
    ward.bury(*ids(2))
    begun = recoveries.begin(CAUSE, ADMIN, canary=True)

    with pytest.raises(RecordLocked, match=f"is running since ann began it: {begun.id}"):
        recoveries.begin(CAUSE, ADMIN, canary=False)

    assert len(recoveries.all()) == 1


def test_a_stopped_one_leaves_the_rest_dead(
    ward: Ward, recoveries: Recoveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 2)
    accounts = ids(5)
    ward.bury(*accounts)
    begun = recoveries.begin(CAUSE, ADMIN, canary=False)

    stopped = recoveries.stop(begun.id, By("bob", "a mistake"))
    ticks = recoveries.advance()

    assert (stopped.state, ticks) == ("stopped", 0)
    assert stopped.words == "Stopped by bob: a mistake. 2 of 5 requeued."
    assert ward.states(accounts) == {"queued": 2, "dead": 3}


def test_what_is_over_is_not_stopped(ward: Ward, recoveries: Recoveries) -> None:
    ward.bury(*ids(1))
    begun = recoveries.begin(CAUSE, ADMIN, canary=False)

    with pytest.raises(RecordRejected, match=r"is over: it is done\. 1 of 1 requeued\."):
        recoveries.stop(begun.id, ADMIN)
    with pytest.raises(RecordNotFound, match="There is no recovery"):
        recoveries.stop("0123", ADMIN)


def test_a_switched_off_flow_is_waited_for(
    ward: Ward, recoveries: Recoveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 2)
    accounts = ids(3)
    ward.bury(*accounts)
    recoveries.begin(CAUSE, ADMIN, canary=False)
    ward.services.pauses.begin("flow", "switched off by ann")

    recoveries.advance()
    [waiting] = recoveries.all()
    ward.services.pauses.end("flow")
    recoveries.advance()
    [done] = recoveries.all()

    assert (waiting.state, waiting.requeued) == ("going", 2)
    assert waiting.words == "Waits for the end of a pause. Paused: flow: switched off by ann"
    assert (done.state, done.requeued) == ("done", 3)


def test_the_last_fifty_are_remembered_and_those_that_run(
    ward: Ward, recoveries: Recoveries
) -> None:
    running, account = ids(2)
    ward.bury(running, cause="AmbiguousMatch")
    recoveries.begin("AmbiguousMatch", ADMIN, canary=True)
    begun = []
    for _ in range(53):
        ward.bury(account)
        begun.append(recoveries.begin(CAUSE, ADMIN, canary=False, force=True).id)

    known = recoveries.all()

    assert [one.id for one in known[:-1]] == begun[:-51:-1]
    assert known[-1].state == "canary"


def test_all_that_is_done_is_in_the_audit_trail(ward: Ward, recoveries: Recoveries) -> None:
    [account] = ids(1)
    ward.bury(account)

    begun = recoveries.begin(CAUSE, ADMIN, canary=False)
    entries = Audit(ward.redis).entries().entries

    told = [(e.what, e.account, e.who, e.why, e.before) for e in entries]
    ordered = ("ann", "the subsidiary is mended")
    assert told == [
        ("recovery", "", *ordered, "going"),
        ("requeue", account, *ordered, f"dead: {CAUSE}"),
        ("recovery", "", *ordered, ""),
    ]
    assert entries[0].after == f"done: {begun.id}, {CAUSE}, 1 of 1 requeued."
