"""The rows of the ledger's reference model: who holds one, who waits for whom, whose turn it is."""

from typing import Any

from tests.ledger_state import UNDER_WAY, Message, State


class Rows:
    """A state while it is changed."""

    def __init__(self, state: State, rules: frozenset[str]) -> None:
        self.rules, self.paused, self.budget = rules, state.paused, state.budget
        self.harm: str | None = None
        self.accounts, self.rows = list(state.accounts), list(state.rows)
        self.netsuite, self.workers = list(state.netsuite), list(state.workers)
        self.events, self.bag, self.looks = set(state.events), set(state.bag), set(state.looks)
        self.turns = list(state.turns)

    def freeze(self) -> State:
        def age(a: int, token: int) -> int:
            return 0 if token == self.rows[a].token else -1

        bag = {(a, stage, age(a, token), n) for a, stage, token, n in self.bag}
        if "claim checks the token" in self.rules:  # what is dropped sooner or later is dropped now
            moving = {(a, r.stage, 0) for a, r in enumerate(self.rows) if r.state in UNDER_WAY}
            bag = {m for m in bag if m[:3] in moving}
        workers = [w._replace(token=age(w.account, w.token)) for w in self.workers]
        rows = tuple(r._replace(token=0, letter=r.state == "dead") for r in self.rows)
        order = tuple(sorted(workers, key=lambda w: w[:4]))
        world = tuple(self.accounts), frozenset(self.events), rows, tuple(self.netsuite)
        rest = frozenset(self.looks), tuple(self.turns), self.paused, self.budget
        return State(*world, frozenset(bag), order, *rest)

    def nudges(self, m: Message) -> bool:
        """In a bag whose tokens were renumbered: the message is not stale."""
        row = self.rows[m[0]]
        return m[1:3] == (row.stage, 0) and row.state in UNDER_WAY

    def set(self, a: int, **fields: Any) -> None:
        makes_way = self.rows[a].alone and fields.get("state", "running") != "running"
        self.rows[a] = self.rows[a]._replace(**fields)
        if makes_way:
            self.rows[a] = self.rows[a]._replace(alone="")
            if self.turns:
                b = self.turns[0]
                self.queue(b, self.rows[b].stage, state=self.rows[b].state)

    def queue(
        self, a: int, stage: str, fresh: bool = False, state: str = "queued", **fields: Any
    ) -> None:
        self.set(a, state=state, stage=stage, token=self.rows[a].token + fresh, **fields)
        self.publish(a)

    def publish(self, a: int) -> None:
        row = self.rows[a]
        self.bag.add((a, row.stage, row.token, row.attempts))
        if a in self.turns:
            self.turns.remove(a)

    def holds(self, a: int, token: int) -> bool:
        return self.rows[a].state == "running" and self.rows[a].token == token

    def waiters(self, a: int) -> list[int]:
        return [child for child, row in enumerate(self.rows) if row.waiting_for == a]

    def line(self, a: int, stop: int | None = None) -> list[int]:
        line = [a]
        while line[-1] != stop and len(line) < 9:
            ahead = self.rows[line[-1]].waiting_for
            if ahead is None:
                break
            line.append(ahead)
        return line

    def suspect(self) -> int | None:
        """The one that runs."""
        return next((a for a, row in enumerate(self.rows) if row.alone), None)

    def gets_turn(self, a: int) -> bool:
        """A suspect runs as the only one, or is put off."""
        if self.suspect() is not None and "a suspect runs while no other does" in self.rules:
            if a not in self.turns:
                self.turns.append(a)
            return False
        if a in self.turns:
            self.turns.remove(a)
        self.set(a, alone="1")
        return True

    def excuse(self) -> None:
        """Workers are lost that the suspect has nothing to do with: each runs in its own here."""
        suspect = self.suspect()
        if suspect is not None:
            self.set(suspect, alone="excused")
