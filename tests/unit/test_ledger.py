"""The ledger in process, on fakeredis: what a laptop without any Redis can still tell. The protocol
itself is held against its model on a real Redis, in tests/integration.
"""

import fakeredis

from app.journal import Journal
from app.ledger import Ledger
from app.letters import LetterFilter, Letters
from app.models import StageName
from app.terms import By, Held, Letter, Nudge, Order


class Desk:
    """A ledger whose nudges are kept, and a holder that takes the newest of them."""

    def __init__(self) -> None:
        self.nudges: list[Nudge] = []
        redis = fakeredis.FakeRedis(decode_responses=True)
        self.ledger = Ledger(redis, self.nudges.extend)
        self.journal = Journal(redis)
        self.letters = Letters(redis)

    def take(self, account: str, stage: StageName) -> Held:
        nudge = [n for n in self.nudges if (n.account, n.stage) == (account, stage)][-1]
        verdict, held = self.ledger.claim(stage, account, nudge.ticket, 30)
        assert (verdict, held is not None) == ("go", True)
        assert held is not None
        return held

    def bring(self, account: str, stage: StageName) -> Held:
        """Opens the account and takes it as far as the stage."""
        self.ledger.open([Order(account, "a change")])
        held = self.take(account, "ingest")
        order: list[StageName] = ["qualification", "hierarchy", "upsert"]
        for following in order[: order.index(stage) + 1]:
            assert self.ledger.advance(held, following) == "advanced"
            held = self.take(account, following)
        return held


def test_an_account_goes_all_the_way() -> None:
    desk = Desk()
    held = desk.bring("A", "upsert")

    permitted = desk.ledger.check(held, "digest", parent=None, parent_customer=None, words="")
    settled = desk.ledger.synced(held, "12", wrote="digest", words="created Customer 12")

    assert (permitted, settled) == ("go", "synced")
    assert (desk.journal.row("A").state, desk.journal.row("A").customer) == ("synced", "12")
    assert desk.journal.states() == {"synced": 1}


def test_a_burst_of_changes_costs_one_more_run() -> None:
    desk = Desk()
    held = desk.bring("A", "upsert")

    desk.ledger.open([Order("A", "again")] * 50)
    published = len(desk.nudges)
    desk.ledger.synced(held, "12", wrote="digest", words="")

    assert len(desk.nudges) == published + 1
    assert desk.journal.row("A").state == "queued"


def test_a_stale_message_and_a_disowned_holder_change_nothing() -> None:
    desk = Desk()
    held = desk.bring("A", "qualification")
    stale = desk.nudges[0]
    desk.ledger.skipped(held, "not won")

    assert desk.ledger.claim("ingest", "A", stale.ticket, 30) == ("stale", None)
    assert desk.ledger.dead(held, Letter("RecordRejected", "too late")) == "fenced"
    assert desk.journal.row("A").state == "skipped"


def test_a_child_waits_until_its_parent_is_a_customer() -> None:
    desk = Desk()
    child = desk.bring("CHILD", "hierarchy")

    assert desk.ledger.wait(child, "PARENT", late=False) == ("waiting", "")
    parent = desk.take("PARENT", "ingest")
    for stage in ("qualification", "hierarchy", "upsert"):
        desk.ledger.advance(parent, stage)
        parent = desk.take("PARENT", stage)
    desk.ledger.synced(parent, "7", wrote="digest", words="")

    assert desk.ledger.wait(desk.take("CHILD", "hierarchy"), "PARENT", late=False) == ("ready", "7")


def test_the_letter_says_who_waits() -> None:
    desk = Desk()
    desk.ledger.wait(desk.bring("CHILD", "hierarchy"), "PARENT", late=False)
    parent = desk.take("PARENT", "ingest")

    desk.ledger.dead(parent, Letter("RecordRejected", "no name", "400 USER_ERROR"))

    [letter] = desk.letters.page(LetterFilter()).letters
    assert (letter.account, letter.waiting, letter.stage) == ("PARENT", 1, "ingest")
    assert [(c.cause, c.count) for c in desk.letters.causes()] == [("RecordRejected", 1)]
    assert desk.ledger.discard("PARENT", By("ann"))
    assert [(c.cause, c.count) for c in desk.letters.causes()] == [("ParentDiscarded", 1)]
