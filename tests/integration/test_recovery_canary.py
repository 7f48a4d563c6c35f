"""A recovery's canary: one letter goes first, and what becomes of it decides."""

import pytest

from app.admin import recoveries as module
from app.admin.canary import MOST_PASSED_OVER
from app.admin.recoveries import Recoveries
from app.admin.recovery import Recovery
from app.terms import By
from tests.integration.mourning import ADMIN, CAUSE, Ward, ids


@pytest.fixture
def recoveries(ward: Ward) -> Recoveries:
    return Recoveries(ward.services)


def advanced(recoveries: Recoveries) -> Recovery:
    recoveries.advance()
    [order] = recoveries.all()
    return order


def test_the_newest_failure_goes_first_and_alone(ward: Ward, recoveries: Recoveries) -> None:
    accounts = ids(30)
    ward.bury(*accounts)

    begun = recoveries.begin(CAUSE, ADMIN, canary=True)
    later = advanced(recoveries)

    assert (begun.state, begun.canary, begun.requeued) == ("canary", accounts[-1], 1)
    assert (later.state, later.requeued) == ("canary", 1)
    assert later.words == f"Waits for the canary {accounts[-1]}, which is queued."
    assert ward.states(accounts) == {"dead": 29, "queued": 1}


def skip(ward: Ward, account: str) -> None:
    """The account, which is under way, does not qualify any more."""
    ward.desk.ledger.skipped(ward.desk.take(account, "qualification"), "not won")


def test_the_rest_follows_once_the_canary_is_well(ward: Ward, recoveries: Recoveries) -> None:
    accounts = ids(30)
    ward.bury(*accounts)
    recoveries.begin(CAUSE, ADMIN, canary=True)

    ward.heal(accounts[-1])
    order = advanced(recoveries)

    assert (order.state, order.requeued, order.words) == ("done", 30, "30 of 30 requeued.")
    assert ward.states(accounts) == {"queued": 29, "synced": 1}


def test_a_skipped_canary_says_nothing_of_the_rest_and_the_next_goes(
    ward: Ward, recoveries: Recoveries
) -> None:
    accounts = ids(30)
    ward.bury(*accounts)
    recoveries.begin(CAUSE, ADMIN, canary=True)

    skip(ward, accounts[-1])
    second = advanced(recoveries)
    states = ward.states(accounts)
    ward.heal(accounts[-2])
    order = advanced(recoveries)

    assert (second.state, second.canary, second.requeued) == ("canary", accounts[-2], 2)
    assert second.words == (
        f"Waits for the canary {accounts[-2]}, which is queued. Skipped before it: 1."
    )
    assert states == {"dead": 28, "queued": 1, "skipped": 1}
    assert (order.state, order.requeued) == ("done", 30)


def test_a_recovery_whose_canaries_are_all_skipped_stops(
    ward: Ward, recoveries: Recoveries
) -> None:
    accounts = ids(30)
    ward.bury(*accounts)
    recoveries.begin(CAUSE, ADMIN, canary=True)

    for account in accounts[: -MOST_PASSED_OVER - 1 : -1]:
        skip(ward, account)
        order = advanced(recoveries)

    assert (order.state, order.requeued) == ("stopped", MOST_PASSED_OVER)
    assert order.words.startswith(
        f"5 canaries in a row were skipped, {accounts[-5]} the last, which tells nothing of the "
        f"others: those of {CAUSE} stay dead."
    )
    assert ward.states(accounts) == {"dead": 25, "skipped": 5}


def test_a_recovery_of_letters_that_are_all_skipped_is_done(
    ward: Ward, recoveries: Recoveries
) -> None:
    accounts = ids(2)
    ward.bury(*accounts)
    recoveries.begin(CAUSE, ADMIN, canary=True)

    for account in reversed(accounts):
        skip(ward, account)
        order = advanced(recoveries)

    assert (order.state, order.words) == ("done", "2 of 2 requeued.")


def test_where_the_newest_letters_left_meanwhile_a_canary_is_looked_for_again(
    ward: Ward, recoveries: Recoveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 1)
    older, newest = ids(2)
    ward.bury(older, newest)
    read = recoveries._letters.newest

    def overtaken(cause: str, till_ms: int, limit: int) -> list[str]:
        found = read(cause, till_ms, limit)
        ward.services.ledger.discard(newest, ADMIN)
        return found

    monkeypatch.setattr(recoveries._letters, "newest", overtaken)
    begun = recoveries.begin(CAUSE, ADMIN, canary=True)
    order = advanced(recoveries)

    assert (begun.state, begun.canary) == ("canary", None)
    assert begun.words == (
        "The newest letters left the dead just now: a canary is looked for again."
    )
    assert order.canary == older


def test_a_canary_that_dies_again_leaves_the_rest(ward: Ward, recoveries: Recoveries) -> None:
    accounts = ids(30)
    ward.bury(*accounts)
    recoveries.begin(CAUSE, ADMIN, canary=True)

    ward.die_again(accounts[-1])
    order = advanced(recoveries)
    again = recoveries.advance()

    assert (order.state, order.requeued, again) == ("failed", 1, 0)
    assert order.words == (
        f"The canary {accounts[-1]} died again: {CAUSE}: It still does not fit. The others of "
        f"{CAUSE} stay dead."
    )
    assert ward.states(accounts) == {"dead": 30}


def test_a_discarded_canary_stops_it(ward: Ward, recoveries: Recoveries) -> None:
    accounts = ids(3)
    ward.bury(*accounts)
    recoveries.begin(CAUSE, ADMIN, canary=True)
    ward.die_again(accounts[-1])

    ward.services.ledger.discard(accounts[-1], By("bob", "a duplicate"))
    order = advanced(recoveries)

    assert (order.state, ward.states(accounts[:2])) == ("stopped", {"dead": 2})
    assert f"The canary {accounts[-1]} was given up" in order.words


def test_a_canary_that_is_forgotten_with_the_flow_off_is_no_success(
    ward: Ward, recoveries: Recoveries
) -> None:
    accounts = ids(3)
    ward.bury(*accounts)
    recoveries.begin(CAUSE, ADMIN, canary=True)
    ward.services.pauses.begin("flow", "switched off by ann")

    waiting = advanced(recoveries)
    ward.services.ledger.forget("dropped", ADMIN)
    order = advanced(recoveries)

    assert "and that one for the end of a pause. Paused: flow: switched off" in waiting.words
    assert (order.state, ward.states(accounts)) == ("failed", {"dead": 3})
    assert "was dropped while the flow was off" in order.words


def test_a_canary_that_waits_for_its_parent_is_waited_for(
    ward: Ward, recoveries: Recoveries
) -> None:
    parent, child = ids(2)
    ward.bury(child)
    recoveries.begin(CAUSE, ADMIN, canary=True)

    ward.desk.ledger.wait(ward.desk.take(child, "hierarchy"), parent, late=False)
    waiting = advanced(recoveries)
    ward.heal(parent, child)
    order = advanced(recoveries)

    assert waiting.words == f"Waits for the canary {child}, and that one for its parent {parent}."
    assert (order.state, order.requeued) == ("done", 1)


def test_the_newest_that_has_not_just_died_again_is_the_canary(
    ward: Ward, recoveries: Recoveries
) -> None:
    accounts = ids(3)
    ward.bury(*accounts)
    ward.services.ledger.requeue([accounts[0]], ADMIN)
    ward.die_again(accounts[0])

    begun = recoveries.begin(CAUSE, ADMIN, canary=True)
    ward.heal(accounts[2])
    order = advanced(recoveries)

    assert begun.canary == accounts[2]
    assert (order.state, order.requeued, order.refused) == ("done", 2, 1)


def test_where_all_have_just_died_again_none_is_sent(ward: Ward, recoveries: Recoveries) -> None:
    accounts = ids(2)
    ward.bury(*accounts)
    ward.services.ledger.requeue(accounts, ADMIN)
    for account in accounts:
        ward.die_again(account)

    order = recoveries.begin(CAUSE, ADMIN, canary=True)

    assert (order.state, order.canary, order.requeued) == ("failed", None, 0)
    assert order.words.startswith("No canary was sent: the newest letters have just died again.")
    assert ward.states(accounts) == {"dead": 2}
