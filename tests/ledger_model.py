"""Reference model of the ledger's protocol: its moves (ledger_moves.py), and its holders' steps.

ledger_worlds.py walks every reachable state of small worlds with it and shows that each rule in
RULES is needed; the state machine in integration/ holds app/ledger.py against it in lockstep.
"""

from tests.ledger_moves import Moves
from tests.ledger_state import Worker


class Draft(Moves):
    """A state while a holder's step, one move of the ledger or one write, changes it."""

    def work(self, w: Worker, goes_on: bool = False) -> None:
        """A holder's next step. `goes_on`: it works at the next stage itself."""
        self.workers.remove(w)
        a, token = w.account, w.token
        if w.step == "read":
            self.workers.append(w._replace(step="act", seen=self.accounts[a]))
        elif w.stage == "qualification":
            if w.read.standing == "gone" or (w.read.standing == "open" and not w.passes):
                self.settle(a, token, "skipped")
            elif self.holds(a, token):
                self.advance(a, token, "hierarchy", goes_on)
        elif w.stage == "hierarchy":
            if self.wait(a, token, w.read.parent):
                self.advance(a, token, "upsert", goes_on)
        else:
            self.upsert(w)

    def advance(self, a: int, token: int, stage: str, goes_on: bool) -> None:
        if goes_on:
            self.go_on(a, token, stage)
        else:
            self.queue(a, stage)

    def upsert(self, w: Worker) -> None:
        if w.step == "act":
            self.check(w)
        elif w.step == "write":
            self.write(w, "wrote" if w.read.further and not w.read.refused else "settle")
        elif w.step == "wrote" and self.wrote(w.account, w.token, w.part):
            self.workers.append(w._replace(step="settle"))
        elif (w.step == "wrote" or not self.end(w)) and "fenced after writing opens" in self.rules:
            self.open(w.account, rewrite=True)

    def check(self, w: Worker) -> None:
        """Right before a write: still the holder, parent a Customer, anything new to write?"""
        a, rules, seen = w.account, self.rules, w.read
        orphan = seen.parent is not None and not self.rows[seen.parent].customer
        if not self.holds(a, w.token):
            return
        if orphan and "upsert waits too for a parent that is no Customer" in rules:
            self.wait(a, w.token, seen.parent)
        elif self.rows[a].written == (seen.payload, seen.parent) and not seen.refused:
            self.settle(a, w.token, "synced")
        else:
            stands = self.rows[a].written == w.part and not seen.refused
            if "the check before a write makes written unsure" in rules:
                self.set(a, written="unsure")
            self.workers.append(w._replace(step="wrote" if stands else "write"))

    def write(self, w: Worker, then: str, applied: bool = True) -> None:
        seen = w.read
        self.workers.append(w._replace(step=then))
        if applied and not seen.refused:
            if seen.parent is not None and self.netsuite[seen.parent] is None:
                self.harm = "a child was written with a parent that is no Customer"
            self.netsuite[w.account] = (seen.payload, seen.parent)

    def end(self, w: Worker) -> bool:
        """After a write was tried. False: fenced."""
        if w.step == "unsure":
            return self.retry(w.account, w.token)
        if w.read.refused:
            return self.settle(w.account, w.token, "dead", cause="refused")
        wrote = (w.read.payload, w.read.parent)
        return self.settle(w.account, w.token, "synced", wrote=wrote)
