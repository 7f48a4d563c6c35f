"""Letters on trial: what requeues, and what a letter keeps until a success or a discard."""

import pytest
from redis import Redis

from app.audit import Audit
from app.interventions import JUST_DIED_SECONDS
from app.letters import LetterFilter, Letters
from app.terms import Letter, Order
from tests.dead_accounts import dead_accounts
from tests.integration.ledger_desk import ANN, HOUR, Desk

A, B, C = ("001000000000001AAA", "001000000000002AAA", "001000000000003AAA")
REFUSED = Letter(
    "RecordRejected", "NetSuite refuses the name.", "Invalid value.", "task-1", "POST /customer"
)


def die(desk: Desk, account: str, letter: Letter = REFUSED) -> None:
    desk.ledger.dead(desk.open_and_take(account, "upsert"), letter)


def requeue(desk: Desk, *accounts: str, force: bool = False) -> dict[str, str]:
    return desk.ledger.requeue(accounts, ANN, force=force)


def later(redis: Redis, account: str, seconds: float) -> None:
    """So much time goes by since the letter's last events."""
    for name in ("at", "requeued"):
        redis.hincrby(f"cw:letter:{account}", name, -round(seconds * 1000))


def states(redis: Redis) -> dict[str, str]:
    found = Letters(redis).page(LetterFilter(state="all")).letters
    return {letter.account: letter.state for letter in found}


def test_a_requeued_letter_is_on_trial_until_the_account_succeeds(desk: Desk) -> None:
    letters = Letters(desk.redis)
    die(desk, A)

    verdicts = requeue(desk, A, B)

    assert verdicts == {A: "requeued", B: "not_dead"}
    on_trial = letters.get(A)
    assert on_trial
    assert (on_trial.state, on_trial.requeued is not None) == ("again", True)
    assert (letters.again(), letters.causes(), dead_accounts(letters)) == (1, [], [])
    desk.finish(A, "17")
    assert (letters.get(A), letters.again(), states(desk.redis)) == (None, 0, {})


@pytest.mark.parametrize("how", ["change", "sync", "link"])
def test_whatever_opens_a_dead_row_puts_its_letter_on_trial(desk: Desk, how: str) -> None:
    die(desk, A)

    if how == "link":
        desk.ledger.link(A, "17", ANN)
    else:
        desk.ledger.open([Order(A, how)], by=ANN if how == "sync" else None)

    letter = Letters(desk.redis).get(A)
    assert letter
    assert (letter.state, letter.requeued) == ("again", None)


def test_a_letter_that_dies_on_trial_is_dead_again_and_keeps_its_history(desk: Desk) -> None:
    letters = Letters(desk.redis)
    die(desk, A)
    desk.ledger.note(A, ANN, assigned="bob", comment="asked for the name")
    first = letters.get(A)
    requeue(desk, A)

    desk.ledger.dead(desk.take(A, "upsert"), Letter("AmbiguousMatch", "Two have that name."))

    letter = letters.get(A)
    assert letter
    assert first
    assert (letter.state, letter.cause, letter.deaths) == ("dead", "AmbiguousMatch", 2)
    assert (letter.first, letter.assigned, letter.comment) == (
        first.first,
        "bob",
        "asked for the name",
    )
    assert letter.at >= first.at
    assert letter.requeued is not None
    assert (first.request, letter.request) == ("POST /customer", "")
    assert [(cause.cause, cause.count) for cause in letters.causes()] == [("AmbiguousMatch", 1)]
    assert (letters.again(), dead_accounts(letters, "RecordRejected")) == (0, [])


def test_a_letter_waits_on_trial_behind_its_parent(desk: Desk) -> None:
    die(desk, A)
    requeue(desk, A)

    desk.ledger.wait(desk.take(A, "hierarchy"), B, late=False)

    assert desk.row(A)["state"] == "waiting"
    assert states(desk.redis) == {A: "again"}


def test_a_letter_on_trial_that_is_skipped_has_succeeded(desk: Desk) -> None:
    die(desk, A)
    requeue(desk, A)

    desk.ledger.skipped(desk.take(A, "qualification"), "no Closed Won")

    assert (Letters(desk.redis).get(A), states(desk.redis)) == (None, {})


def test_what_has_just_died_of_a_requeue_is_requeued_by_force_only(desk: Desk) -> None:
    die(desk, A)
    requeue(desk, A)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)

    refused, forced = requeue(desk, A), requeue(desk, A, force=True)

    assert (refused, forced) == ({A: "just_died"}, {A: "requeued"})


def test_what_died_of_a_requeue_long_ago_may_be_requeued(desk: Desk) -> None:
    die(desk, A)
    requeue(desk, A)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    later(desk.redis, A, JUST_DIED_SECONDS)

    assert requeue(desk, A) == {A: "requeued"}


def test_what_a_change_has_opened_since_did_not_die_of_its_requeue(desk: Desk) -> None:
    die(desk, A)
    requeue(desk, A)
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    later(desk.redis, A, 24 * HOUR)
    desk.ledger.open([Order(A, "changed")])

    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)

    letter = Letters(desk.redis).get(A)
    assert letter
    assert letter.requeued is None
    assert requeue(desk, A) == {A: "requeued"}


def test_who_dies_with_its_parents_letter_did_not_die_of_its_requeue(desk: Desk) -> None:
    die(desk, A)
    die(desk, B)
    requeue(desk, A)
    desk.ledger.wait(desk.take(A, "hierarchy"), B, late=False)

    desk.ledger.discard(B, ANN)

    letter = Letters(desk.redis).get(A)
    assert letter
    assert (letter.cause, letter.requeued) == ("ParentDiscarded", None)
    assert requeue(desk, A) == {A: "requeued"}


def test_what_has_just_died_for_the_first_time_may_be_requeued(desk: Desk) -> None:
    die(desk, A)

    assert requeue(desk, A) == {A: "requeued"}


def test_a_letter_on_trial_is_not_discarded(desk: Desk) -> None:
    die(desk, A)
    requeue(desk, A)

    assert not desk.ledger.discard(A, ANN)
    assert states(desk.redis) == {A: "again"}


def test_a_flow_that_forgets_makes_a_letter_on_trial_a_dead_letter_again(desk: Desk) -> None:
    letters = Letters(desk.redis)
    desk.sync(B, "17")
    for account in (A, B):
        desk.ledger.dead(desk.open_and_take(account, "upsert"), REFUSED)
    before = {account: letters.get(account) for account in (A, B)}
    desk.ledger.open([Order(A, "changed", force=True), Order(B, "changed")])
    desk.ledger.wait(desk.take(B, "hierarchy"), C, late=False)
    desk.pauses.begin("flow", "off")

    dropped = desk.ledger.forget("dropped", ANN)

    assert dropped == 3
    assert {account: letters.get(account) for account in (A, B)} == before
    assert dead_accounts(letters, "RecordRejected") == [A, B]
    assert letters.again() == 0
    assert desk.row(A)["force"] == "1"
    assert (desk.row(B)["customer"], desk.row(B)["written"]) == ("17", "unsure")
    assert desk.row(C)["given_up"]
    assert requeue(desk, A, B) == {A: "requeued", B: "requeued"}


def test_a_letter_that_was_requeued_before_there_were_trials_is_read_without_error(
    desk: Desk,
) -> None:
    letters, key = Letters(desk.redis), f"cw:letter:{A}"
    die(desk, A)
    desk.ledger.open([Order(A, "requeued")])
    desk.redis.zrem("cw:trial", A)
    desk.redis.hdel(key, "request", "requeued")

    letter = letters.get(A)

    assert letter
    assert (letter.state, letter.request, letter.requeued) == ("again", "", None)
    assert states(desk.redis) == {}
    assert desk.ledger.note(A, ANN, comment="an old one")
    desk.ledger.dead(desk.take(A, "upsert"), REFUSED)
    assert states(desk.redis) == {A: "dead"}


def test_rows_at_rest_hold_nothing_of_the_letter(desk: Desk) -> None:
    die(desk, A)

    desk.ledger.note(A, ANN, assigned="bob" * 50, comment="long words " * 100)

    assert desk.redis.object("encoding", f"cw:row:{A}") in ("ziplist", "listpack")
    assert int(desk.redis.memory_usage(f"cw:row:{A}") or 0) in range(1, 191)


def test_only_a_letter_is_noted(desk: Desk) -> None:
    desk.sync(A, "17")

    assert not desk.ledger.note(A, ANN, assigned="bob")
    assert not desk.redis.exists(f"cw:letter:{A}")
    assert Audit(desk.redis).entries().entries == []
