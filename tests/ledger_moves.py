"""The moves of the ledger's reference model: ledger_model.py adds what its holders do."""

from tests.ledger_lines import Rows
from tests.ledger_state import LIMIT, LOSS_LIMIT, UNDER_WAY, Content, Part, Worker


class Moves(Rows):
    """A state while one atomic move of the ledger changes it."""

    def open(self, a: int, force: bool = False, rewrite: bool = False) -> None:
        row = self.rows[a]
        self.set(a, force=row.force or force, unseen=row.unseen or force)
        if rewrite and "a fenced write makes written unsure" in self.rules:
            self.set(a, written="unsure")
        if row.state in UNDER_WAY:
            outlasts = row.again == "rewrite" and "a rewrite outlasts a change" in self.rules
            self.set(a, again="rewrite" if rewrite or outlasts else "change")
        elif row.state != "waiting":
            self.set(a, again="", crashes=0, suspected=0, attempts=0, cycles=0, cause=None)
            self.queue(a, "qualification", True)
        elif "open frees a waiting row" in self.rules:
            self.queue(a, "qualification", True, again="", waiting_for=None)

    def requeue(self, a: int) -> str:
        """→ the verdict: requeued, or not_dead. A letter stays until a success."""
        if self.rows[a].state != "dead":
            return "not_dead"
        self.open(a)
        return "requeued"

    def claim(self, a: int, stage: str, token: int, attempts: int) -> None:
        row, rules, first = self.rows[a], self.rules, stage == "qualification"
        stale = row.token != token and "claim checks the token" in rules
        taken = row.state == "running" and "claim takes queued and retrying rows only" in rules
        if stale or taken or row.state not in UNDER_WAY or row.stage != stage:
            return
        if self.paused in ("flow", stage):
            return
        if row.state == "retrying" and attempts != row.attempts:
            self.harm = "a retry ran before its time, nudged by an older message"
        if row.crashes >= LIMIT and not row.alone and not self.gets_turn(a):
            return
        self.set(
            a,
            state="running",
            stage=stage,
            unseen=row.unseen and not (first and row.force),
            again="" if first or "qualification alone ends again" not in rules else row.again,
        )
        self.workers.append(Worker(a, stage, row.token, "read", self.passes(a)))

    def go_on(self, a: int, token: int, stage: str) -> bool:
        """To the next stage and claimed there, in one step and without a message."""
        if not self.holds(a, token):
            return False
        if self.paused in ("flow", stage):
            self.set(a, state="queued", stage=stage)
        else:
            self.rows[a] = self.rows[a]._replace(state="queued", stage=stage)
            self.claim(a, stage, token, self.rows[a].attempts)
        return True

    def hand_back(self, a: int, token: int, permitted: bool) -> None:
        """Its worker cannot go on, or could not tell what became of it."""
        if self.holds(a, token):
            if permitted:
                self.looks.add(a)
            self.set(a, state="queued", token=token + 1)

    def passes(self, a: int) -> bool:
        """Whether it qualifies without a Closed Won, unless it is gone."""
        row, rules = self.rows[a], self.rules
        needed = "an account for which others wait qualifies" in rules and self.waiters(a)
        unsure = "an account with written unsure qualifies" in rules and row.written is not None
        return bool(row.customer or row.force or needed or unsure)

    def wait(self, a: int, token: int, parent: int | None) -> bool:
        """True: the parent is a Customer, go on."""
        if not self.holds(a, token) or parent is None:
            return self.holds(a, token)
        row, mother, line = self.rows[a], self.rows[parent], self.line(parent, a)
        if mother.customer and "wait sees that the parent is a Customer" in self.rules:
            return True
        if row.again and "wait with again on goes afresh to qualification" in self.rules:
            self.queue(a, "qualification", True)
        elif line[-1] != a or "wait sees cycles" not in self.rules:
            self.set(a, state="waiting", stage="hierarchy", waiting_for=parent)
            if mother.state not in ("dead", "waiting") and "wait opens the parent" in self.rules:
                self.open(parent)
        elif row.cycles < LIMIT and "a first cycle opens the line and retries" in self.rules:
            for other in line[:-1]:
                self.open(other)
            self.set(a, cycles=row.cycles + 1)
            self.retry(a, token, counted=False)
        else:
            self.settle(a, token, "dead", cause="cycle")
        return False

    def retry(self, a: int, token: int, counted: bool = True) -> bool:
        row = self.rows[a]
        if not self.holds(a, token):
            return False
        if counted and row.attempts == LIMIT:
            return self.settle(a, token, "dead", cause="attempts")
        fresh = "retry replaces the token" in self.rules
        self.queue(a, row.stage, fresh, "retrying", attempts=row.attempts + counted)
        return True

    def settle(
        self, a: int, token: int, outcome: str, wrote: Content | None = None, cause: str = ""
    ) -> bool:
        row, rules = self.rows[a], self.rules
        if not self.holds(a, token) and "settle is fenced" in rules:
            return False
        if (
            outcome == "skipped"
            and not row.again
            and self.waiters(a)
            and "skipped while others wait means dead" in rules
        ):
            outcome, cause = "dead", "needed but gone"
        self.set(a, state=outcome, cause=cause or None, letter=outcome == "dead")
        if outcome == "synced":
            self.set(a, customer=True)
            if wrote and not (
                row.again == "rewrite"
                and "settle stores written unless a rewrite came meanwhile" in rules
            ):
                self.set(a, written=wrote)
            self.release(a, "synced releases")
        precise = "force ends with synced or skipped unless again is on" in rules
        ends = (outcome != "dead" and not row.again) if precise else outcome == "synced"
        if ends:
            self.set(a, force=False)
        if row.again and "settle heeds again" in rules:
            self.open(a)
        return True

    def wrote(self, a: int, token: int, part: Part) -> bool:
        """The Customer stands, what belongs to it in records of their own does not yet."""
        if not self.holds(a, token):
            return False
        self.set(a, customer=True)
        self.release(a, "whatever sets customer releases")
        rule = "wrote stores its part unless a rewrite came meanwhile"
        if self.rows[a].again != "rewrite" or rule not in self.rules:
            self.set(a, written=part)
        return True

    def release(self, a: int, rule: str) -> None:
        for child in self.waiters(a) if rule in self.rules else ():
            self.queue(child, "hierarchy", True, waiting_for=None)

    def sweep_running(self, a: int) -> None:
        row = self.rows[a]
        if row.stage == "upsert" and "a lease lost at upsert gets a second look" in self.rules:
            self.looks.add(a)
        alone = row.alone == "1"
        crashes, suspected = row.crashes + (not alone), row.suspected + alone
        if row.alone:
            dies = suspected >= LIMIT or crashes >= LOSS_LIMIT
        else:
            dies = "a loss in company is held against nobody" not in self.rules
            self.excuse()
        if not dies:
            fresh = "sweep replaces the token" in self.rules
            self.queue(a, row.stage, fresh, crashes=crashes, suspected=suspected)
            return
        self.set(a, crashes=crashes, suspected=suspected, token=row.token + 1)
        self.set(a, state="dead", cause="worker lost", letter=True)
        if row.again and "worker lost heeds again" in self.rules:
            self.open(a)

    def look_again(self, a: int) -> None:
        self.looks.discard(a)
        if self.rows[a].state in ("dead", "none"):
            self.set(a, written="unsure")
        else:
            self.open(a, rewrite=True)

    def discard(self, a: int) -> None:
        force = self.rows[a].force and "discard ends force" not in self.rules
        self.set(a, state="none", force=force, cause=None, unseen=False, letter=False)
        for child in self.waiters(a) if "discard kills those who wait" in self.rules else ():
            cause = ("discarded", a)
            self.set(child, state="dead", waiting_for=None, cause=cause, letter=True)

    def link(self, a: int) -> None:
        """An admin ties a row at rest to a Customer that NetSuite has already."""
        self.netsuite[a] = self.netsuite[a] or ("foreign", None)
        self.set(a, customer=True, written="unsure")
        self.release(a, "whatever sets customer releases")
        self.open(a)
