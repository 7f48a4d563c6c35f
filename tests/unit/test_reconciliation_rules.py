"""Which of what was found is opened: each rule against each kind of row."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.passes import OVERLAP_SECONDS
from app.reconciliation.found import Found
from app.reconciliation.knowledge import Row, changed, compared, qualifies, won

A, STAMP = "001xx000003DGb2AAG", 1_795_428_902
HERE = Found(A, "", STAMP)
DELETED = Found(A, "", STAMP, is_deleted=True)
GONE = Found(A, "", is_gone=True)
STATES = ("none", "queued", "running", "retrying", "waiting", "synced", "skipped", "dead")


def row(
    state: str,
    seen: int | None = STAMP,
    customer: str | None = None,
    given_up: int | None = None,
    died: int | None = None,
) -> Row:
    return Row(state, seen, customer, given_up, died)


@pytest.mark.parametrize(
    ("found", "known", "why"),
    [
        (HERE, row("none", None), "changed 2026-11-23 10:15:02"),
        (HERE, row("synced", STAMP - 1, "7"), "changed 2026-11-23 10:15:02"),
        (HERE, row("synced", STAMP, "7"), None),
        (HERE, row("skipped", STAMP), None),
        (HERE, row("queued", None), None),
        (HERE, row("retrying", STAMP - 1), None),
        (HERE, row("running", STAMP - 1), "changed 2026-11-23 10:15:02"),
        (HERE, row("waiting", STAMP), None),
        (HERE, row("dead", None, died=STAMP + OVERLAP_SECONDS), None),
        (HERE, row("dead", None, died=STAMP + 1), "changed 2026-11-23 10:15:02"),
        (HERE, row("dead", STAMP - 999, "7", died=STAMP + OVERLAP_SECONDS), None),
        (HERE, row("dead", STAMP, "7", died=STAMP + 1), None),
        (HERE, row("none", STAMP - 9, given_up=STAMP), None),
        (HERE, row("none", STAMP, given_up=STAMP - 9), None),
        (HERE, row("none", STAMP - 9, given_up=STAMP - 1), "changed 2026-11-23 10:15:02"),
        (DELETED, row("none", None), None),
        (DELETED, row("skipped", STAMP - 1), None),
        (DELETED, row("skipped", STAMP - 1, "7"), "deleted in Salesforce"),
        (DELETED, row("synced", STAMP - 1, "7"), "deleted in Salesforce"),
        (DELETED, row("dead", STAMP - 1), "deleted in Salesforce"),
        (DELETED, row("synced", STAMP, "7"), None),
    ],
)
def test_a_changed_account_is_opened_unless_it_was_read_so(
    found: Found, known: Row, why: str | None
) -> None:
    assert changed(found, known) == why


@pytest.mark.parametrize(
    ("known", "opened"),
    [
        (row("none", None), True),
        (row("skipped", STAMP + 99), True),
        (row("running"), True),
        (row("queued"), False),
        (row("retrying"), False),
        (row("waiting"), False),
        (row("synced", customer="7"), False),
        (row("dead", died=STAMP), False),
        (row("dead", died=STAMP - 1), True),
        (row("none", given_up=STAMP), False),
        (row("none", given_up=STAMP - 1), True),
    ],
)
def test_a_won_opportunity_opens_an_account_that_is_not_linked(known: Row, opened: bool) -> None:
    assert bool(won(HERE, known)) is opened


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (row("none", None), "qualifies, not linked"),
        (row("skipped"), "qualifies, not linked"),
        (row("queued"), None),
        (row("waiting"), None),
        (row("synced", customer="7"), None),
        (row("synced", STAMP - 1, "7"), "changed 2026-11-23 10:15:02"),
        (row("dead"), None),
        (row("dead", STAMP - 1), "changed 2026-11-23 10:15:02"),
        (row("none", None, given_up=STAMP), None),
    ],
)
def test_an_account_that_qualifies_is_opened_unless_it_is_linked(
    known: Row, why: str | None
) -> None:
    assert qualifies(HERE, known) == why


@pytest.mark.parametrize(
    ("found", "known", "why"),
    [
        (HERE, row("synced", customer="7"), None),
        (HERE, row("synced", STAMP - 1, "7"), "changed 2026-11-23 10:15:02"),
        (HERE, row("skipped", customer="7"), "there again in Salesforce"),
        (GONE, row("synced", customer="7"), "gone from Salesforce"),
        (GONE, row("skipped", customer="7"), None),
        (GONE, row("dead", customer="7"), None),
        (DELETED, row("synced", STAMP, "7"), "deleted in Salesforce"),
        (DELETED, row("skipped", STAMP, "7"), None),
        (DELETED, row("dead", STAMP, "7"), None),
    ],
)
def test_a_linked_account_is_compared_with_what_is_there(
    found: Found, known: Row, why: str | None
) -> None:
    assert compared(found, known) == why


@pytest.mark.parametrize(
    ("winner", "knows"),
    [
        (row("synced", STAMP - 1, "7"), True),
        (row("synced", STAMP - 6, "7"), False),
        (row("skipped", STAMP - 999), False),
        (replace(row("skipped", None), skipped=STAMP + OVERLAP_SECONDS), True),
        (replace(row("skipped", STAMP - 999), skipped=STAMP + 1), False),
    ],
)
def test_a_winner_is_known_that_was_read_or_skipped_since_its_merge(
    winner: Row, knows: bool
) -> None:
    assert winner.knows_merge(STAMP) is knows


@given(
    state=st.sampled_from(STATES),
    seen=st.none() | st.integers(STAMP - 9, STAMP + 9),
    customer=st.none() | st.just("7"),
    found=st.sampled_from([HERE, DELETED, GONE]),
)
def test_what_reads_anew_is_never_opened_and_a_reason_fits_beside_its_pass(
    state: str, seen: int | None, customer: str | None, found: Found
) -> None:
    known = row(state, seen, customer)

    told = [rule(found, known) for rule in (changed, won, qualifies, compared)]

    if state in ("queued", "retrying"):
        assert not any(told)
    assert all(len(f"gap of /data/OpportunityChangeEvent: {why}") <= 64 for why in told if why)
