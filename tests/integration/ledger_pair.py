"""The real ledger on real Redis, and the reference model beside it: what people and pauses do.

Accounts are numbers in the model and one capital in the ledger. Nothing is due by itself: every
grace is an hour.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from redis import Redis

from app.ledger import Ledger
from app.pauses import Pauses
from app.terms import Held, Nudge, Order, Timing
from tests.integration.ledger_desk import ANN, HOUR
from tests.integration.ledger_rows import differences
from tests.ledger_harms import circular
from tests.ledger_model import Draft
from tests.ledger_state import (
    AT_REST,
    LIMIT,
    LOSS_LIMIT,
    RULES,
    Account,
    Budget,
    Message,
    State,
)


class Pair:
    """A small world, twice."""

    def __init__(self, redis: Redis, accounts: tuple[Account, ...], lost_margin: int = 0) -> None:
        redis.flushdb()
        self.redis = redis
        self.model = Draft(State.first(accounts, Budget(0, 0, 0)), RULES)
        self.ids = "ABC"[: len(accounts)]
        limits = dict.fromkeys(
            ("crash_limit", "suspect_limit", "retry_limit", "cycle_limit"), LIMIT
        )
        limits["loss_limit"] = LOSS_LIMIT
        self.lost_margin = lost_margin
        self.ledger = Ledger(
            redis,
            self._publish,
            Timing(grace=HOUR, waiting_grace=HOUR, notice=0, lost_margin=lost_margin, **limits),
        )
        self._pauses = Pauses(redis)
        self.bag: dict[Message, Nudge] = {}
        """The messages that are on their way, as the model and as the broker know them."""
        self.holders: dict[tuple[int, str, int], Held] = {}
        self.pauses: set[str] = set()
        self.tokens: dict[tuple[int, str], int] = {}
        self._claimed: dict[str, int] = defaultdict(int)
        self._published: list[Nudge] = []

    def edit(self, a: int, field: str, value: Any) -> None:
        """Somebody saves an account in Salesforce."""
        new = self.model.accounts[a]._replace(**{field: value})
        circle = field == "parent" and circular(self.model.accounts, a, new.parent)
        if new != self.model.accounts[a] and not circle:
            self.model.accounts[a] = new
            self.model.events.add(a)

    def open(self, a: int, *, force: bool = False, rewrite: bool = False) -> None:
        self.model.events.discard(a)
        self.model.open(a, force, rewrite)
        self.ledger.open([Order(self.ids[a], "changed", force, rewrite)])

    def requeue(self, a: int) -> None:
        """Asks for all in one order: only the dead move."""
        wanted = list(dict.fromkeys((a, *range(len(self.ids)))))
        verdicts = {self.ids[b]: self.model.requeue(b) for b in wanted}
        assert self.ledger.requeue([self.ids[b] for b in wanted], ANN, force=True) == verdicts

    def note(self, a: int) -> None:
        has_letter = self.model.rows[a].letter
        assert self.ledger.note(self.ids[a], ANN, comment="seen") is has_letter

    def discard(self, a: int) -> None:
        was_dead = self.model.rows[a].state == "dead"
        if was_dead:
            self.model.discard(a)
        assert self.ledger.discard(self.ids[a], ANN) is was_dead

    def link(self, a: int) -> None:
        rests = self.model.rows[a].state in (*AT_REST, "dead")
        if rests:
            self.model.link(a)
        verdict = self.ledger.link(self.ids[a], f"customer {a}", ANN)
        assert verdict == ("linked" if rests else "under_way")

    def pause(self, what: str, on: bool) -> None:
        (self.pauses.add if on else self.pauses.discard)(what)
        self._pauses.begin(what, "because") if on else self._pauses.end(what)
        assert set(self._pauses.all()) == self.pauses

    def lose(self, m: Message) -> Nudge:
        nudge = self.bag.pop(m)
        self.model.bag.discard(m)
        self.redis.lrem(nudge.stage, 1, nudge.ticket)
        return nudge

    def differences(self) -> list[str]:
        """Where ledger and model are not alike. Takes in what was published since."""
        found = list(differences(self.redis, self.ids, self.model, self.tokens))
        if found:
            return found
        for nudge in self._published:
            a = self.ids.index(nudge.account)
            stage = "qualification" if nudge.stage == "ingest" else nudge.stage
            token = self.tokens[a, nudge.ticket.partition(".")[0]]
            m = (a, stage, token, self.model.rows[a].attempts)
            if m in self.bag:
                self.redis.lrem(self.bag[m].stage, 1, self.bag[m].ticket)
            self.bag[m] = nudge
        self._published.clear()
        if set(self.bag) != self.model.bag:
            found.append(f"messages {set(self.bag)}, but the model: {self.model.bag}")
        return found

    def _publish(self, nudges: Sequence[Nudge]) -> None:
        for nudge in nudges:
            self.redis.rpush(nudge.stage, nudge.ticket)
        self._published += nudges

    def _passes(self, held: Held) -> bool:
        return bool(held.customer or held.force or held.needed or held.written)

    def _not_due_yet(self, verdict: str, stage: str, account: str) -> None:
        """What is dropped at a pause is due at once; here, when a test says so."""
        if verdict in ("paused", "handed back"):
            later = (time.time() + HOUR) * 1000
            self.redis.zadd(f"cw:due:{stage}", {account: later}, xx=True)
