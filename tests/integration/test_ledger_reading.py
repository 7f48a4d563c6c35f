"""What rows keep of Salesforce for the reconciler: up to when an Account was read, what was given
up, and whose Customers were left behind.
"""

from collections.abc import Callable

import pytest

from app.journal import Journal
from app.terms import Held, Letter, Order
from tests.integration.ledger_desk import ANN, Desk

A, B = "001000000000001AAA", "001000000000002AAA"
READ, READ_LATER = 1_795_000_000, 1_795_000_060
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.")


def reader(desk: Desk, account: str, seen: int | None = READ) -> Held:
    """A holder at the last stage that has read the Account."""
    held = desk.open_and_take(account, "upsert")
    held.seen = seen
    return held


def unchanged(desk: Desk, held: Held) -> str:
    return desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="as it was")


def exhaust(desk: Desk, held: Held) -> str:
    """All attempts of the account are used up."""
    desk.redis.hset(f"cw:row:{A}", "attempts", desk.ledger.timing.retry_limit)
    return desk.ledger.retry(held, 0.0, counter="attempts", letter=REFUSED)


RESTING: dict[str, Callable[[Desk, Held], str]] = {
    "synced": lambda desk, held: desk.ledger.synced(held, "17", wrote="digest", words="written"),
    "skipped": lambda desk, held: desk.ledger.skipped(held, "not won"),
    "dead": lambda desk, held: desk.ledger.dead(held, REFUSED),
    "waiting": lambda desk, held: desk.ledger.wait(held, B, late=False)[0],
}


@pytest.mark.parametrize("becomes", RESTING)
def test_a_run_that_ends_or_waits_says_up_to_when_it_has_read(desk: Desk, becomes: str) -> None:
    held = reader(desk, A)

    verdict = RESTING[becomes](desk, held)

    assert (verdict, desk.row(A)["state"]) == (becomes, becomes)
    assert desk.row(A)["seen"] == str(READ)


def test_a_run_that_finds_nothing_to_write_has_read_nonetheless(desk: Desk) -> None:
    desk.sync(A, "17")

    verdict = unchanged(desk, reader(desk, A))

    assert (verdict, desk.row(A)["seen"]) == ("unchanged", str(READ))


def test_attempts_that_are_used_up_say_up_to_when_was_read(desk: Desk) -> None:
    held = reader(desk, A)

    verdict = exhaust(desk, held)

    assert (verdict, desk.row(A)["seen"]) == ("dead", str(READ))


def test_a_needed_account_that_is_gone_says_up_to_when_it_was_read(desk: Desk) -> None:
    desk.wait_for_parent(B, A)
    held = desk.take(A, "qualification")
    held.seen = READ

    verdict = desk.ledger.skipped(held, "deleted in Salesforce")

    assert (verdict, desk.row(A)["seen"]) == ("dead", str(READ))
    assert "seen" not in desk.row(B)


GOING_ON: dict[str, Callable[[Desk, Held], object]] = {
    "goes on": lambda desk, held: desk.ledger.advance(held, "upsert"),
    "is tried again": lambda desk, held: desk.ledger.retry(
        held, 0, counter="attempts", letter=REFUSED
    ),
    "may write": unchanged,
    "does without a late parent": lambda desk, held: desk.ledger.wait(held, B, late=True),
    "is lost with its worker": lambda desk, held: desk.lapse(A),
    "is opened": lambda desk, held: desk.ledger.open([Order(A, "edited")]),
}


@pytest.mark.parametrize("what", GOING_ON)
def test_a_run_that_goes_on_keeps_what_the_last_one_read(desk: Desk, what: str) -> None:
    desk.ledger.synced(reader(desk, A), "17", wrote="other", words="written")
    held = reader(desk, A, READ_LATER)

    GOING_ON[what](desk, held)

    assert desk.row(A)["seen"] == str(READ)


def test_a_row_that_its_worker_has_not_read_keeps_what_is_known(desk: Desk) -> None:
    desk.ledger.synced(reader(desk, A), "17", wrote="digest", words="written")

    desk.ledger.dead(reader(desk, A, None), REFUSED)

    assert desk.row(A)["seen"] == str(READ)


def test_whoever_is_disowned_does_not_say_what_it_read(desk: Desk) -> None:
    held = reader(desk, A)
    desk.lapse(A)

    verdict = desk.ledger.skipped(held, "not won")

    assert (verdict, "seen" in desk.row(A)) == ("fenced", False)


def test_a_discarded_account_says_when_it_was_given_up(desk: Desk) -> None:
    desk.ledger.dead(reader(desk, A), REFUSED)

    before = int(str(desk.redis.time()[0]))
    desk.ledger.discard(A, ANN)

    assert set(desk.row(A)) == {"token", "seen", "given_up"}
    assert before <= int(desk.row(A)["given_up"]) <= before + 60


def test_a_forgotten_account_counts_as_given_up_and_never_read(desk: Desk) -> None:
    desk.ledger.synced(reader(desk, A), "17", wrote="digest", words="written")
    desk.ledger.wait(reader(desk, A, READ_LATER), B, late=False)
    waiting = desk.row(A)["seen"]
    desk.pauses.begin("flow", "switched off")

    before = int(str(desk.redis.time()[0]))
    desk.ledger.forget("flow off --drop", ANN)

    assert waiting == str(READ_LATER)
    assert set(desk.row(A)) == {"state", "token", "customer", "written", "given_up"}
    assert before <= int(desk.row(A)["given_up"]) <= before + 60


@pytest.mark.parametrize("force", [False, True])
def test_whatever_opens_a_given_up_account_takes_it_up_again(desk: Desk, force: bool) -> None:
    desk.ledger.dead(reader(desk, A), REFUSED)
    desk.ledger.discard(A, ANN)

    desk.ledger.open([Order(A, "edited", force=force)])

    assert "given_up" not in desk.row(A)
    assert desk.row(A)["state"] == "queued"


def test_a_given_up_parent_that_is_needed_is_taken_up_again(desk: Desk) -> None:
    desk.ledger.dead(reader(desk, A), REFUSED)
    desk.ledger.discard(A, ANN)

    desk.wait_for_parent(B, A)

    assert "given_up" not in desk.row(A)
    assert (desk.row(A)["state"], desk.row(B)["state"]) == ("queued", "waiting")


def test_a_customer_whose_account_is_gone_is_left_until_the_account_is_back(desk: Desk) -> None:
    journal = Journal(desk.redis)
    desk.sync(A, "17")

    desk.ledger.skipped(desk.open_and_take(A, "qualification"), "deleted in Salesforce")
    left = journal.left()
    desk.ledger.skipped(desk.open_and_take(A, "qualification"), "deleted in Salesforce")
    same = journal.left()
    desk.sync(A, "17")

    assert [(one.account, one.customer) for one in left] == [(A, "17")]
    assert left == same
    assert journal.left() == []


def test_a_customer_left_behind_is_listed_no_more_once_a_person_gave_its_account_up(
    desk: Desk,
) -> None:
    desk.sync(A, "17")
    desk.ledger.skipped(desk.open_and_take(A, "qualification"), "deleted in Salesforce")
    desk.ledger.dead(reader(desk, A), REFUSED)

    desk.ledger.discard(A, ANN)

    assert Journal(desk.redis).left() == []


def test_an_account_that_never_was_a_customer_leaves_none_behind(desk: Desk) -> None:
    desk.ledger.skipped(desk.open_and_take(A, "qualification"), "deleted in Salesforce")

    left = Journal(desk.redis).left()

    assert left == []


def test_of_many_customers_left_behind_the_newest_come_first(desk: Desk) -> None:
    accounts = [f"0010000000{n:05}AAA" for n in range(5)]
    for n, account in enumerate(accounts):
        desk.sync(account, str(n))
        desk.ledger.skipped(desk.open_and_take(account, "qualification"), "deleted in Salesforce")
        desk.redis.zadd("cw:left", {account: 1000 * n})

    left = Journal(desk.redis).left()

    assert [one.customer for one in left] == ["4", "3", "2", "1", "0"]
    assert [(one.customer, one.since) for one in left[:2]] == [("4", 4.0), ("3", 3.0)]


def test_a_customer_whose_id_was_not_written_back_is_remembered(desk: Desk) -> None:
    held = reader(desk, A)
    desk.ledger.synced(held, "17", wrote="digest", words="created", write_back=True)

    desk.make_due("cw:write_back")
    found = desk.ledger.sweep()

    assert (found, desk.row(A)["state"]) == (1, "queued")
    assert "may be missing in Salesforce" in desk.row(A)["reason"]
    assert desk.redis.exists("cw:write_back") == 0


def test_a_customer_whose_id_was_written_back_is_not_looked_at_again(desk: Desk) -> None:
    held = reader(desk, A)
    desk.ledger.synced(held, "17", wrote="digest", words="created", write_back=True)

    desk.ledger.written_back(A, "17")

    assert desk.redis.exists("cw:write_back") == 0
    assert (desk.row(A)["state"], desk.row(A)["named"]) == ("synced", "17")
    assert desk.open_and_take(A, "qualification").named == "17"


def test_an_id_that_another_run_is_to_write_back_does_not_count_as_written(desk: Desk) -> None:
    held = reader(desk, A)
    desk.ledger.synced(held, "17", wrote="digest", words="created", write_back=True)

    desk.ledger.written_back(A, None)

    assert desk.redis.exists("cw:write_back") == 0
    assert "named" not in desk.row(A)
    assert desk.open_and_take(A, "qualification").named is None


def test_a_dead_account_is_not_opened_for_its_customers_id(desk: Desk) -> None:
    held = reader(desk, A)
    desk.ledger.synced(held, "17", wrote="digest", words="created", write_back=True)
    desk.ledger.dead(reader(desk, A), REFUSED)

    desk.make_due("cw:write_back")
    desk.ledger.sweep()

    assert desk.row(A)["state"] == "dead"
    assert desk.redis.exists("cw:write_back") == 0
