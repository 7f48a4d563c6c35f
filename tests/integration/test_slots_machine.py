"""Whatever processes do, they never have more of NetSuite's slots together than are allowed.

Real slots of several processes, real scripts on a real Redis; calls start and end, answers are
lost, reports are overtaken, processes die, NetSuite refuses.
"""

import json

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
from redis.exceptions import ConnectionError as NoRedis

from app.errors import RateLimited
from app.netsuite.allotment import Allotment, Pace
from app.netsuite.slots import Slots
from app.scripts import run_script

KEY = "cw:netsuite:slots"
SHARED = ("slots",)
PACE = Pace(lease=3600, creep=3600, window=0, rotation=0.001)
PROFILE = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
which = st.integers(0, 5)


class Process:
    """Its slots, and its name in Redis once it has reported."""

    def __init__(self, redis: Redis, configured: int) -> None:
        self.allotment = Allotment(redis, configured, PACE)
        self.slots = Slots(configured, lambda: None)
        self.name = ""


class SlotsMachine(RuleBasedStateMachine):
    """`sent`: the reports so far, oldest first. How many calls are under way, the test counts."""

    def __init__(self, redis: Redis, sent: list[str]) -> None:
        super().__init__()
        self.redis, self.sent = redis, sent
        self.processes: list[Process] = []
        self.in_flight: dict[Process, int] = {}
        self.dead: list[str] = []

    @initialize(configured=st.integers(1, 6))
    def begin(self, configured: int) -> None:
        self.redis.flushdb()
        self.configured = configured
        self.sent.clear()

    @precondition(lambda self: len(self.processes) < 5)
    @rule()
    def come(self) -> None:
        process = Process(self.redis, self.configured)
        self.processes.append(process)
        self.in_flight[process] = 0

    @precondition(lambda self: self.processes)
    @rule(n=which)
    def start(self, n: int) -> None:
        process = self._one(n)
        try:
            process.slots.take(ahead=False, seconds=0.0)
        except RateLimited:
            return
        self.in_flight[process] += 1

    @precondition(lambda self: any(self.in_flight.values()))
    @rule(n=which)
    def end(self, n: int) -> None:
        busy = [process for process in self.processes if self.in_flight[process]]
        process = busy[n % len(busy)]
        process.slots.free()
        self.in_flight[process] -= 1

    @precondition(lambda self: self.processes)
    @rule(n=which, meanwhile=st.sampled_from(("", "start", "end")))
    def tell(self, n: int, meanwhile: str) -> None:
        """Calls start and end while the report is on its way."""
        process, before = self._one(n), self._granted()
        told = process.slots.report()
        grant = process.allotment.negotiate(told)
        process.name = json.loads(self.sent[-1])["process"]
        if meanwhile == "start":
            self.start(n)
        elif meanwhile == "end" and self.in_flight[process]:
            process.slots.free()
            self.in_flight[process] -= 1
        process.slots.answered(told, grant)
        allowed = process.allotment.state().allowed
        assert self._granted() <= max(before, allowed)

    @precondition(lambda self: self.processes)
    @rule(n=which)
    def tell_without_an_answer(self, n: int) -> None:
        process = self._one(n)
        process.allotment.negotiate(process.slots.report())
        process.name = json.loads(self.sent[-1])["process"]
        process.slots.failed(NoRedis("lost"))

    @precondition(lambda self: self.sent)
    @rule(n=st.integers(0, 50))
    def a_report_comes_again(self, n: int) -> None:
        """It was repeated, or overtaken; its answer reaches nobody."""
        run_script(self.redis, "slots_negotiate", self.sent[-1 - n % len(self.sent)], SHARED)

    @precondition(lambda self: self.processes)
    @rule(n=which)
    def die(self, n: int) -> None:
        """NetSuite goes on with its calls until its lease is over."""
        self.dead.append(self._one(n).name)
        process = self.processes.pop(n % len(self.processes))
        self.sent[:] = [s for s in self.sent if json.loads(s)["process"] != process.name]
        del self.in_flight[process]

    @precondition(lambda self: self.dead)
    @rule()
    def leases_of_the_dead_end(self) -> None:
        for name in self.dead:
            record = json.loads(str(self.redis.hget(KEY, name) or "{}"))
            if record:
                self.redis.hset(KEY, name, json.dumps(record | {"ends": 1}))
        self.dead.clear()

    @precondition(lambda self: self.processes)
    @rule(n=which)
    def be_refused(self, n: int) -> None:
        self._one(n).allotment.refused(None)

    @invariant()
    def no_more_calls_than_are_configured(self) -> None:
        if self.processes:
            assert sum(self.in_flight.values()) <= self._granted() <= self.configured

    @invariant()
    def redis_knows_of_every_slot_that_a_process_has(self) -> None:
        if not self.processes:
            return
        state = self.processes[0].allotment.state()
        for process in self.processes:
            known = state.processes.get(process.name)
            assert process.slots.held <= (known.granted if known else 0)
            assert self.in_flight[process] <= process.slots.held

    def _one(self, n: int) -> Process:
        return self.processes[n % len(self.processes)]

    def _granted(self) -> int:
        return sum(one.granted for one in self.processes[0].allotment.state().processes.values())


def test_never_more_slots_than_are_allowed(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def overheard(redis: Redis, script: str, argument: str, shared: tuple[str, ...]) -> str:
        if script == "slots_negotiate":
            sent.append(argument)
        return run_script(redis, script, argument, shared)

    monkeypatch.setattr("app.netsuite.allotment.run_script", overheard)

    class Machine(SlotsMachine):
        def __init__(self) -> None:
            super().__init__(redis, sent)

    run_state_machine_as_test(Machine, settings=PROFILE)
