"""Walks every reachable state of small worlds, with the model of ledger_model.py.

    python -m tests.ledger_check [WORLD …]          check the protocol (all worlds: some minutes)
    python -m tests.ledger_check "RULE" [WORLD …]   take rules away: the shortest trace to harm
    python -m tests.ledger_check --mutants          take each rule away in turn: must be caught

Exit code 0: as hoped.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.ledger_harms import harm_always, harm_at_rest
from tests.ledger_model import Draft
from tests.ledger_state import BASICS, COVERED, MENDS, RULES, State
from tests.ledger_worlds import WORLDS, World, moves


class Walk:
    """Breadth first over the states of a world, each numbered as it is found."""

    def __init__(self, world: World, rules: frozenset[str]) -> None:
        first = State.first(world.accounts, world.budget)
        self.world, self.rules = world, rules
        self.number, self.states = {first: 0}, [first]
        self.origin: list[tuple[int, str]] = [(0, "")]
        self.calm_before: dict[int, list[int]] = defaultdict(list)
        """Which states lead here without a fault, change or order."""
        self.restful: set[int] = set()

    def check(self) -> tuple[str | None, tuple[str, ...], int]:
        """Harm or None, the shortest trace to it, how many states were seen."""
        for i, state in enumerate(self.states):  # grows while it is walked
            harm = harm_always(state, self.rules)
            steps: tuple[str, ...] = ()
            if not harm:
                harm, steps = self.expand(i, state)
            if harm:
                return harm, self.trace(i) + steps, len(self.states)
        stuck = self.stuck()
        if stuck is None:
            return None, (), len(self.states)
        return "livelock: rest is out of reach", self.trace(stuck), len(self.states)

    def expand(self, i: int, state: State) -> tuple[str | None, tuple[str, ...]]:
        calm_moves = 0
        for words, spends, act in moves(state, self.world.edits, self.rules):
            left = getattr(state.budget, spends) if spends else 1
            if not left:
                continue
            draft = Draft(state, self.rules)
            if spends:
                draft.budget = state.budget._replace(**{spends: left - 1})
            act(draft)
            if draft.harm:
                return draft.harm, (words,)
            after = self.find(draft.freeze(), (i, words))
            if not spends:
                calm_moves += 1
                self.calm_before[after].append(i)
        if calm_moves:
            return None, ()
        self.restful.add(i)
        return harm_at_rest(state, self.rules), ()

    def find(self, after: State, origin: tuple[int, str]) -> int:
        if after not in self.number:
            self.number[after] = len(self.states)
            self.states.append(after)
            self.origin.append(origin)
        return self.number[after]

    def trace(self, i: int) -> tuple[str, ...]:
        steps: list[str] = []
        while i:
            i, words = self.origin[i]
            steps.insert(0, words)
        return tuple(steps)

    def stuck(self) -> int | None:
        """A state from which rest is out of reach, if there is one."""
        todo = list(self.restful)
        while todo:
            before = {b for a in todo for b in self.calm_before[a]} - self.restful
            self.restful |= before
            todo = list(before)
        return next((i for i in range(len(self.states)) if i not in self.restful), None)


def clean(names: Iterable[str], rules: frozenset[str]) -> bool:
    """Checks world after world and stops at the first harm."""
    for name in names:
        began = time.monotonic()
        harm, steps, count = Walk(WORLDS[name], rules).check()
        took = time.monotonic() - began
        say(f"{name:9}{count:10,} states {took:6.1f} s  {harm or 'clean'}")
        for i, step in enumerate(steps, 1):
            say(f"{i:6}. {step}")
        if harm:
            return False
    return True


def escaped(names: list[str]) -> Iterator[str]:
    """The rules that can be taken away unnoticed."""
    for rule in MENDS + BASICS:
        say(f"\nwithout: {rule}")
        if clean(names, RULES - {rule, COVERED.get(rule, rule)}):
            yield rule


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    wanted = [name for name in WORLDS if name in sys.argv] or list(WORLDS)
    if "--mutants" not in sys.argv:
        sys.exit(not clean(wanted, RULES.difference(sys.argv)))
    missed = list(escaped(wanted))
    sys.exit(f"not caught: {missed}" if missed else 0)
