"""A ledger with a desk: takes rows through their stages, and makes due what is to be swept."""

import json
from collections.abc import Sequence

from redis import Redis

from app.ledger import Ledger
from app.models import STAGES, StageName
from app.pauses import Pauses
from app.terms import By, Held, Nudge, Order, Timing

HOUR = 3600.0
ANN = By("ann", "it was asked for")


class Desk:
    """What is published lies in `nudges` and, as at the broker, in a list per stage."""

    def __init__(self, redis: Redis, timing: Timing | None = None) -> None:
        self.redis = redis
        self.pauses = Pauses(redis)
        self.nudges: list[Nudge] = []
        timing = timing or Timing(grace=HOUR, waiting_grace=HOUR, notice=0)
        self.ledger = Ledger(redis, self._publish, timing)

    def row(self, account: str) -> dict[str, str]:
        """As it lies in Redis: absent fields are zero, off or empty."""
        fields = self.redis.hgetall(f"cw:row:{account}")
        return {str(name): str(value) for name, value in fields.items()}

    def claim(self, nudge: Nudge, lease: float = HOUR) -> Held | None:
        """A worker takes the message from the broker and claims the row."""
        self.lose(nudge)
        return self.ledger.claim(nudge.stage, nudge.account, nudge.ticket, lease)[1]

    def lose(self, nudge: Nudge) -> None:
        """The message leaves the broker."""
        self.redis.lrem(nudge.stage, 1, json.dumps([nudge.account, nudge.ticket]))
        self.nudges.remove(nudge)

    def take(self, account: str, stage: StageName) -> Held:
        """Follows the account's messages up to this stage → its holder there."""
        while True:
            nudge = next(n for n in reversed(self.nudges) if n.account == account)
            held = self.claim(nudge)
            if held and held.stage == stage:
                return held
            if held:
                self.ledger.advance(held, STAGES[STAGES.index(held.stage) + 1])

    def open_and_take(self, account: str, stage: StageName) -> Held:
        self.ledger.open([Order(account, "changed")])
        return self.take(account, stage)

    def finish(self, account: str, customer: str, digest: str = "digest") -> None:
        """The account, on its way already, is written and rests as synced."""
        held = self.take(account, "upsert")
        self.ledger.check(held, digest, parent=None, parent_customer=None, words="the same")
        self.ledger.synced(held, customer, wrote=digest, words="written")

    def sync(self, account: str, customer: str, digest: str = "digest") -> None:
        self.ledger.open([Order(account, "changed")])
        self.finish(account, customer, digest)

    def wait_for_parent(self, child: str, parent: str) -> None:
        held = self.open_and_take(child, "hierarchy")
        self.ledger.wait(held, parent, late=False)

    def make_due(self, what: str, *accounts: str) -> None:
        """What the sweeper looks for in time is due now: `cw:due:` sets, or cw:second_look."""
        scores = {str(account): 0 for account in accounts or self.redis.zrange(what, 0, -1)}
        if scores:
            self.redis.zadd(what, scores, xx=True)

    def lapse(self, account: str) -> None:
        """The holder's lease runs out."""
        self.make_due("cw:due:running", account)
        self.ledger.sweep()

    def drop_messages(self, stage: StageName) -> list[Nudge]:
        """The broker loses all messages of a stage."""
        lost = [nudge for nudge in self.nudges if nudge.stage == stage]
        self.nudges = [nudge for nudge in self.nudges if nudge.stage != stage]
        self.redis.delete(stage)
        return lost

    def _publish(self, nudges: Sequence[Nudge]) -> None:
        for nudge in nudges:
            self.redis.rpush(nudge.stage, json.dumps([nudge.account, nudge.ticket]))
        self.nudges += nudges
