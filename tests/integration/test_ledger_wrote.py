"""A Customer that is written while what belongs to it is not: what the ledger knows then."""

from app.terms import Order
from tests.integration.ledger_desk import Desk

A, B = "001000000000001AAA", "001000000000002AAA"


def test_a_holder_learns_with_the_permit_what_counted_as_written(desk: Desk) -> None:
    desk.sync(A, "17", "digest")
    held = desk.open_and_take(A, "upsert")
    known = held.written
    desk.ledger.open([Order(A, "second look", rewrite=True)])

    desk.ledger.check(held, "another", parent=None, parent_customer=None, words="")

    assert (known, held.written) == ("digest", "unsure")


def test_a_customer_that_stands_is_linked_before_what_follows_it(desk: Desk) -> None:
    desk.wait_for_parent(B, A)
    held = desk.take(A, "upsert")

    verdict = desk.ledger.wrote(held, "17", "a.b.?")

    row = desk.row(A)
    assert (verdict, row["state"], row["customer"], row["written"]) == (
        "wrote",
        "running",
        "17",
        "a.b.?",
    )
    assert desk.row(B)["state"] == "queued"


def test_what_stands_is_not_known_if_a_rewrite_came_meanwhile(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="")
    desk.ledger.open([Order(A, "a second look", rewrite=True)])

    desk.ledger.wrote(held, "17", "a.b.?")

    assert (desk.row(A)["customer"], desk.row(A)["written"]) == ("17", "unsure")
