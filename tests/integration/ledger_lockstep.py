"""The real ledger on real Redis, and the reference model beside it, move by move.

Every method makes one move on both. `differences` then says where they are not alike: rows, and
the sets that mirror them. Accounts are numbers in the model and one capital in the ledger.
Nothing is due by itself (every grace is an hour): the sweeps here make due what they want swept.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from redis import Redis

from app.ledger import Ledger
from app.pauses import Pauses
from app.terms import Held, Letter, Nudge, Order, Timing
from tests.integration.ledger_desk import ANN, HOUR
from tests.integration.ledger_rows import content_digest, differences, row_of
from tests.ledger_harms import circular
from tests.ledger_model import Draft
from tests.ledger_state import AT_REST, LIMIT, RULES, Account, Budget, Message, State, Worker

NEEDS = {
    "ingest": {"flow", "credentials"},
    "qualification": {"flow", "credentials", "salesforce"},
    "hierarchy": {"flow", "credentials", "salesforce"},
    "upsert": {"flow", "credentials", "salesforce", "netsuite"},
}


class Lockstep:
    """A small world, twice."""

    def __init__(self, redis: Redis, accounts: tuple[Account, ...], lost_margin: int = 0) -> None:
        redis.flushdb()
        self.redis = redis
        self.model = Draft(State.first(accounts, Budget(0, 0, 0)), RULES)
        self.ids = "ABC"[: len(accounts)]
        limits = {"crash_limit": LIMIT, "retry_limit": LIMIT, "cycle_limit": LIMIT}
        self.lost_margin = lost_margin
        self.ledger = Ledger(
            redis,
            self._publish,
            Timing(grace=HOUR, waiting_grace=HOUR, lost_margin=lost_margin, **limits),
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

    def deliver(self, m: Message, copy: bool = False) -> None:
        """A message arrives; `copy`: and will arrive again."""
        nudge = self.bag[m] if copy else self.lose(m)
        stage = m[1]
        blocked = bool(self.pauses & NEEDS[stage])
        self.model.paused = stage if blocked else None
        before = list(self.model.workers)
        if copy:
            self.model.bag.add(m)
        self.model.claim(*m)
        new = [w for w in self.model.workers if w not in before]
        held = self._claim(nudge, m if copy else None)
        assert (held is not None) == bool(new), f"{nudge}: {held}, but the model: {new}"
        if held is not None:
            assert self._passes(held) == new[0].passes, f"{held}, but the model: {new}"
            self.holders[new[0][:3]] = held

    def lose(self, m: Message) -> Nudge:
        nudge = self.bag.pop(m)
        self.model.bag.discard(m)
        self.redis.lrem(nudge.stage, 1, nudge.ticket)
        return nudge

    def die(self, w: Worker) -> None:
        self.model.workers.remove(w)
        del self.holders[w[:3]]

    def lose_answer(self, w: Worker, applied: bool) -> None:
        """NetSuite's answer to a write is lost."""
        self.model.workers.remove(w)
        self.model.write(w, "unsure", applied)

    def fail_after(self, w: Worker) -> None:
        """The Customer is written, and what follows it fails."""
        self.model.workers.remove(w)
        failed = w._replace(step="unsure")
        self.model.workers.append(failed)
        self.step(failed)

    def step(self, w: Worker) -> None:
        """What a worker of the stage does next, with what it read."""
        held, account = self.holders[w[:3]], self.ids[w.account]
        self.model.work(w)
        if w.step == "act":
            goes_on = {"qualification": self._qualify, "hierarchy": self._climb}
            goes_on.get(w.stage, self._check)(held, w)
        elif w.step in ("wrote", "settle", "unsure") and self._end(held, w) == "fenced":
            self.ledger.open([Order(account, "a fenced write", rewrite=True)])
        if not any(other[:3] == w[:3] for other in self.model.workers):
            del self.holders[w[:3]]

    def lapse(self, a: int) -> None:
        """A lease runs out, whether its holder is dead or stalls."""
        self.model.sweep_running(a)
        self._sweep("running", a)

    def republish(self, a: int) -> None:
        """The sweeper looks at a queued or retrying row: is its message lost?"""
        row = row_of(self.redis, self.ids[a])
        stage = row["stage"]
        empty = not any(nudge.stage == stage for nudge in self.bag.values())
        place = int(row["place"])
        behind = place == 0 or place <= self._claimed[stage] - self.lost_margin
        blocked = self.pauses & NEEDS[stage]
        if (empty or behind) and not blocked:
            mine = self.model.rows[a]
            self.model.bag.add((a, mine.stage, mine.token, mine.attempts))
        self._sweep(stage, a)

    def revisit(self, a: int) -> None:
        """The sweeper looks at a waiting row: where all is well, it changes nothing."""
        self._sweep("waiting", a)

    def look_again(self, a: int) -> None:
        self.model.look_again(a)
        self.redis.zadd("cw:second_look", {self.ids[a]: 0}, xx=True)
        assert self.ledger.sweep() == 1

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

    def _claim(self, nudge: Nudge, copy: Message | None) -> Held | None:
        """Claims for a worker; ingest, which the model leaves out, hands on at once."""
        account, place = nudge.account, int(nudge.ticket.partition(".")[2])
        verdict, held = self.ledger.claim(nudge.stage, account, nudge.ticket, HOUR)
        if verdict == "paused":  # due at once; here, when a test says so
            later = (time.time() + HOUR) * 1000
            self.redis.zadd(f"cw:due:{nudge.stage}", {account: later}, xx=True)
        if verdict != "stale":
            self._claimed[nudge.stage] = max(self._claimed[nudge.stage], place)
        if held is None or nudge.stage != "ingest":
            return held
        assert self.ledger.advance(held, "qualification") == "advanced"
        nudge = self._published.pop()
        if copy is None:
            self.redis.lrem(nudge.stage, 1, nudge.ticket)
        else:
            self.redis.lrem("ingest", 1, self.bag[copy].ticket)
            self.bag[copy] = nudge
        return self._claim(nudge, None)

    def _passes(self, held: Held) -> bool:
        return bool(held.customer or held.force or held.needed or held.written)

    def _qualify(self, held: Held, w: Worker) -> None:
        if w.read.standing == "gone" or (w.read.standing == "open" and not self._passes(held)):
            self.ledger.skipped(held, "no Closed Won, or gone")
        else:
            self.ledger.advance(held, "hierarchy")

    def _climb(self, held: Held, w: Worker) -> None:
        if self._parent(held, w)[0] == "ready":
            self.ledger.advance(held, "upsert")

    def _parent(self, held: Held, w: Worker) -> tuple[str, str | None]:
        if w.read.parent is None:
            return "ready", None
        return self.ledger.wait(held, self.ids[w.read.parent], late=False)

    def _check(self, held: Held, w: Worker) -> None:
        verdict, customer = self._parent(held, w)
        if verdict != "ready":
            return
        parent = None if w.read.parent is None else self.ids[w.read.parent]
        digest = content_digest((w.read.payload, w.read.parent), w.read.refused)
        verdict = self.ledger.check(
            held, digest, parent=parent, parent_customer=customer, words="as it was"
        )
        nexts = ((*w[:3], "write"), (*w[:3], "wrote"))
        writes = any(other[:4] in nexts for other in self.model.workers)
        assert (verdict == "go") == writes, f"{verdict} for {w}"

    def _end(self, held: Held, w: Worker) -> str:
        if w.step == "unsure":
            letter = Letter("ServiceUnavailable", "no answer")
            return self.ledger.retry(held, 1.0, counter="attempts", letter=letter)
        if w.read.refused:
            return self.ledger.dead(held, Letter("RecordRejected", "refused"))
        customer = f"customer {w.account}"
        if w.step == "wrote":
            return self.ledger.wrote(held, customer, content_digest(w.part))
        digest = content_digest((w.read.payload, w.read.parent))
        return self.ledger.synced(held, customer, wrote=digest, words="written")

    def _sweep(self, due: str, a: int) -> None:
        assert self.redis.zadd(f"cw:due:{due}", {self.ids[a]: 0}, xx=True, ch=True) == 1
        self.ledger.sweep()
        if self.redis.zscore(f"cw:due:{due}", self.ids[a]) == 0:  # left: late, or paused
            self.redis.zadd(f"cw:due:{due}", {self.ids[a]: (time.time() + HOUR) * 1000})
