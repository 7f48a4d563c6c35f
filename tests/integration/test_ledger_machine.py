"""The real ledger against its reference model, through every fault that can be thought of.

CLOSEDWON_LEDGER_EXAMPLES: how many runs the long test makes (400 unless told); a failure is shrunk
then, too, which takes some minutes.
"""

import os
import sys
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from app.pauses import WHAT
from tests.integration.ledger_lockstep import Lockstep
from tests.ledger_harms import harm_always, harm_at_rest
from tests.ledger_state import RULES, UNDER_WAY, Account, Worker

IDS = range(3)
who = st.sampled_from(IDS)
pick = st.integers(0, 11)
standings = st.sampled_from(("won", "won", "open", "gone"))
edits = st.one_of(
    st.tuples(st.just("payload"), st.integers(0, 1)),
    st.tuples(st.just("standing"), standings),
    st.tuples(st.just("parent"), st.sampled_from((None, *IDS))),
    st.tuples(st.just("refused"), st.booleans()),
    st.tuples(st.just("further"), st.booleans()),
)
MOVES_PROMISED = 2
"""A circle that was seen twice is taken for one, and each time it may have been read while accounts
were moved. The model's worlds promise no innocent letter up to so many moves; beyond, none can."""
WORKS = (
    *("step", "step", "goes on", "goes on"),
    *("lapse", "die", "hand_back", "renew", "applied", "not"),
)
"""What a worker does, and what becomes of it."""
RARELY = (True, False, False, False)
FAMILIES = (  # the parents of A, B and C
    (None, 0, None),
    (None, 0, 0),
    (None, 0, 1),
    (1, 2, None),
)


class LedgerMachine(RuleBasedStateMachine):
    """Rules are moves on both sides; after each, ledger and model must be alike."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self.redis = redis
        self.world = Lockstep(redis, (Account(),))
        self.moved = 0
        """How often an account was given another parent."""

    @initialize(
        parents=st.sampled_from(FAMILIES),
        standing=st.tuples(standings, standings, standings),
        refused=st.tuples(st.booleans(), st.just(False), st.just(False)),
        lost_margin=st.sampled_from((0, 200)),
    )
    def begin(
        self,
        parents: tuple[int | None, ...],
        standing: tuple[str, ...],
        refused: tuple[bool, ...],
        lost_margin: int,
    ) -> None:
        accounts = tuple(Account(0, standing[a], parents[a], refused[a]) for a in IDS)
        self.world = Lockstep(self.redis, accounts, lost_margin)

    @rule(a=who, edit=edits)
    def somebody_edits(self, a: int, edit: tuple[str, Any]) -> None:
        self.moved += edit[0] == "parent"
        self.world.edit(a, *edit)

    @precondition(lambda self: self.world.model.events)
    @rule(n=pick)
    def an_event_arrives(self, n: int) -> None:
        events = sorted(self.world.model.events)
        self.world.open(events[n % len(events)])

    @rule(a=who, force=st.booleans(), rewrite=st.booleans())
    def somebody_orders_a_sync(self, a: int, force: bool, rewrite: bool) -> None:
        self.world.open(a, force=force, rewrite=rewrite)

    @rule(a=who, b=who)
    def a_child_becomes_its_parents_parent(self, a: int, b: int) -> None:
        for child, parent in ((a, b), (b, a)):
            self.moved += 2
            self.world.edit(parent, "parent", None)
            self.world.edit(child, "parent", parent)
            self._run(child, 8)

    @rule(a=who, order=st.sampled_from(("requeue", "discard", "link", "note")))
    def an_admin_orders(self, a: int, order: str) -> None:
        dead = [b for b in IDS if self.world.model.rows[b].state == "dead"]
        getattr(self.world, order)(dead[a % len(dead)] if dead else a)

    @rule(what=st.sampled_from(WHAT), on=st.sampled_from(RARELY))
    def a_pause(self, what: str, on: bool) -> None:
        self.world.pause(what, on)

    @precondition(lambda self: self.world.bag)
    @rule(n=pick, what=st.sampled_from(("deliver", "deliver", "copy", "lose")))
    def a_message(self, n: int, what: str) -> None:
        bag = sorted(self.world.bag)
        m = bag[n % len(bag)]
        if what == "lose":
            self.world.lose(m)
        elif len(self.world.model.workers) < 3:
            self.world.deliver(m, copy=what == "copy")

    @precondition(lambda self: self.world.model.workers)
    @rule(n=pick, what=st.sampled_from(WORKS))
    def a_worker(self, n: int, what: str) -> None:
        w = self.world.model.workers[n % len(self.world.model.workers)]
        if what in ("die", "hand_back", "renew"):
            getattr(self.world, what)(w)
        elif what == "lapse":
            if self.world.model.holds(w.account, w.token):
                self.world.lapse(w.account)
        elif what in ("applied", "not") and w.step == "write":
            self.world.lose_answer(w, applied=what == "applied")
        elif (
            what in ("applied", "not")
            and w.step == "settle"
            and w.read.further
            and not w.read.refused
        ):
            self.world.fail_after(w)
        else:
            self.world.step(w, goes_on=what == "goes on")

    @rule(a=who, b=who)
    def workers_of_two_are_lost(self, a: int, b: int) -> None:
        for c in (a, b):
            self.world.open(c)
            self._run(c, 8, until="read")
            if self.world.model.rows[c].state == "running":
                self.world.lapse(c)
        for c in (b, a):
            self._run(c, 1)

    @rule(a=who)
    def the_sweeper_looks(self, a: int) -> None:
        state = self.world.model.rows[a].state
        if state == "running":
            self.world.lapse(a)
        elif state == "waiting":
            self.world.revisit(a)
        elif state in UNDER_WAY:
            self.world.republish(a)

    @rule(a=who)
    def a_second_look(self, a: int) -> None:
        if a in self.world.model.looks and not self._stalled(a):
            self.world.look_again(a)

    @rule(a=who, moves=st.integers(1, 8))
    def all_goes_well(self, a: int, moves: int) -> None:
        self._run(a, moves)

    @rule(a=who, force=st.booleans())
    def netsuite_refuses(self, a: int, force: bool) -> None:
        self.world.edit(a, "refused", True)
        self.world.open(a, force=force)
        self._run(a, 12)

    @rule(a=who, applied=st.booleans())
    def netsuite_does_not_answer(self, a: int, applied: bool) -> None:
        self._run(a, 8, until="write")
        for w in list(self.world.model.workers):
            if w.account == a and w.step == "write":
                self.world.lose_answer(w, applied)
                self._run(a, 1)

    @invariant()
    def ledger_and_model_are_alike(self) -> None:
        differences = self.world.differences()
        assert not differences, "\n".join(differences)
        assert self.world.model.harm is None
        assert harm_always(self.world.model.freeze(), RULES) is None

    def teardown(self) -> None:
        """Faults stop; all that moves comes to rest; no change may be lost."""
        if sys.exception():  # harm was found already
            return
        for what in list(self.world.pauses):
            self.world.pause(what, on=False)
        self.world.model.paused = None
        moves = 0
        while self._calm_move():
            moves += 1
            assert moves < 600, "it does not come to rest"
        harm = harm_at_rest(self.world.model.freeze(), RULES)
        if harm == "an innocent letter: cycle" and self.moved > MOVES_PROMISED:
            return
        assert harm is None

    def _stalled(self, a: int) -> list[Worker]:
        row = self.world.model.rows[a]
        return [w for w in self.world.model.workers if w.account == a and w.token != row.token]

    def _run(self, a: int, moves: int, until: str = "") -> None:
        """Moves of one account alone, without a fault."""
        for _ in range(moves):
            if any(w.account == a and w.step == until for w in self.world.model.workers):
                return
            self._calm_move([a])

    def _calm_move(self, ids: Iterable[int] = IDS) -> bool:
        """One move without a fault, and a look at what it did. False: there is none."""
        world, model = self.world, self.world.model
        held = {w.account for w in model.workers if model.holds(w.account, w.token)}
        workers = [w for w in model.workers if w.account in ids]
        events = sorted(model.events.intersection(ids))
        ready = [m for m in sorted(world.bag) if m[0] in ids and len(model.workers) < 3]
        looks = [a for a in ids if a in model.looks and not self._stalled(a)]
        lapsed = [a for a in ids if model.rows[a].state == "running" and a not in held]
        lost = [a for a in ids if model.rows[a].state in ("queued", "retrying")]
        if workers:
            world.step(workers[0])
        elif events:
            world.open(events[0])
        elif ready:
            world.deliver(ready[0])
        elif lapsed:
            world.lapse(lapsed[0])
        elif lost and not world.pauses:
            world.republish(lost[0])
        elif looks:
            world.look_again(looks[0])
        else:
            return False
        self.ledger_and_model_are_alike()
        return True


def run_machine(redis: Redis, profile: settings) -> None:
    """Raises AssertionError with the moves that lead to a difference or to harm."""

    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(redis)

    run_state_machine_as_test(Machine, settings=profile)


def profile(examples: int, *phases: Phase) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *phases],
        database=None,
    )


def test_the_ledger_does_what_the_model_does(redis: Redis) -> None:
    run_machine(redis, profile(25))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_ledger_does_what_the_model_does_run_after_run(redis: Redis) -> None:
    told = os.environ.get("CLOSEDWON_LEDGER_EXAMPLES")

    run_machine(redis, profile(int(told), Phase.shrink) if told else profile(400))
