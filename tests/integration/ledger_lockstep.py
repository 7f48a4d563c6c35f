"""The real ledger on real Redis, and the reference model beside it, move by move.

Every method makes one move on both. `differences` then says where they are not alike: rows, and
the sets that mirror them. Accounts are numbers in the model and one capital in the ledger.
Nothing is due by itself (every grace is an hour): the sweeps here make due what they want swept.
"""

import secrets
import time

from app.models import StageName
from app.terms import Held, Letter, Nudge, Order
from tests.integration.ledger_desk import HOUR
from tests.integration.ledger_pair import Pair
from tests.integration.ledger_rows import content_digest, row_of
from tests.ledger_state import (
    Message,
    Worker,
)

NEEDS = {
    "ingest": {"flow", "credentials"},
    "qualification": {"flow", "credentials", "salesforce"},
    "hierarchy": {"flow", "credentials", "salesforce"},
    "upsert": {"flow", "credentials", "salesforce", "netsuite"},
}


class Lockstep(Pair):
    """Messages, holders and the sweeper in a small world, twice."""

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

    def hand_back(self, w: Worker) -> None:
        """Its process is told to end, or Redis did not hear of the end."""
        self.model.workers.remove(w)
        self.model.hand_back(w.account, w.token, w.step not in ("read", "act"))
        self.ledger.hand_back(self.holders.pop(w[:3]))
        self._not_due_yet("handed back", w.stage, self.ids[w.account])

    def renew(self, w: Worker) -> None:
        """Changes nothing, but for when the lease ends."""
        lost = self.ledger.renew([self.holders[w[:3]]], 2 * HOUR)
        holds = self.model.holds(w.account, w.token)
        assert lost == (set() if holds else {self.ids[w.account]})
        ends_at = self.redis.zscore("cw:due:running", self.ids[w.account])
        assert (ends_at is not None and ends_at > (time.time() + 1.5 * HOUR) * 1000) is holds

    def step(self, w: Worker, goes_on: bool = False) -> None:
        """What a worker of the stage does next, with what it read."""
        held, account = self.holders[w[:3]], self.ids[w.account]
        before = list(self.model.workers)
        self.model.work(w, goes_on)
        if w.step == "act" and w.stage != "upsert":
            passes = (
                self._qualifies(held, w) if w.stage == "qualification" else self._climbs(held, w)
            )
            if passes:
                self._advance(held, goes_on, [w for w in self.model.workers if w not in before])
        elif w.step == "act":
            self._check(held, w)
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
            self.model.publish(a)
        self._sweep(stage, a)

    def revisit(self, a: int) -> None:
        """The sweeper looks at a waiting row: where all is well, it changes nothing."""
        self._sweep("waiting", a)

    def look_again(self, a: int) -> None:
        self.model.look_again(a)
        self.redis.zadd("cw:second_look", {self.ids[a]: 0}, xx=True)
        assert self.ledger.sweep() == 1

    def _claim(self, nudge: Nudge, copy: Message | None) -> Held | None:
        """Claims for a worker; ingest, which the model leaves out, hands on at once."""
        account, place = nudge.account, int(nudge.ticket.partition(".")[2])
        self.ledger.process = secrets.token_hex(4)  # each holder in one of its own
        verdict, held = self.ledger.claim(nudge.stage, account, nudge.ticket, HOUR)
        self._not_due_yet(verdict, nudge.stage, account)
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

    def _qualifies(self, held: Held, w: Worker) -> bool:
        if w.read.standing == "gone" or (w.read.standing == "open" and not self._passes(held)):
            self.ledger.skipped(held, "no Closed Won, or gone")
            return False
        return True

    def _climbs(self, held: Held, w: Worker) -> bool:
        return self._parent(held, w)[0] == "ready"

    def _advance(self, held: Held, goes_on: bool, new: list[Worker]) -> None:
        """`new`: who holds the row now in the model."""
        to: StageName = "hierarchy" if held.stage == "qualification" else "upsert"
        if not goes_on:
            self.ledger.advance(held, to)
            return
        self.ledger.process = secrets.token_hex(4)
        verdict, ahead = self.ledger.go_on(held, to, HOUR)
        self._not_due_yet(verdict, to, held.account)
        assert (ahead is not None) == bool(new), f"{verdict}, but the model: {new}"
        if ahead is not None:
            assert self._passes(ahead) == new[0].passes, f"{ahead}, but the model: {new}"
            self.holders[new[0][:3]] = ahead

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
