"""The course of an experiment: people work, and meanwhile something is ended and started again."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from tests.e2e.running import revive
from tests.e2e.system import System
from tests.eventually import eventually
from tests.faults.people import People
from tests.faults.power_cut import PowerCut

_A_STRETCH_TAKES = 120.0
"""Seconds at most, for people to make the changes of one stretch."""
Act = Callable[[], None]


@dataclass(frozen=True)
class Size:
    """How much happens. `rest`: the seconds in which all must have come to rest."""

    changes: int
    accounts: int
    kills: int
    restarts: int
    rest: float

    def harms(self) -> list[str]:
        """listener and redis, each evenly spread over the whole."""
        listener = [((n + 0.5) / self.kills, "listener") for n in range(self.kills)]
        redis = [((n + 0.5) / self.restarts, "redis") for n in range(self.restarts)]
        return [harm for _, harm in sorted(listener + redis)]


class Course:
    """Every harm falls into a stretch of work: people go on before, meanwhile and after. They make
    each stretch as fast as Salesforce takes it, whatever becomes of the sync; the next one begins
    when what was ended has been started again. It is ended when the listener is hearing.
    """

    def __init__(self, system: System, people: People, size: Size) -> None:
        self.kills = self.restarts = 0
        self._system, self._people, self._size = system, people, size

    def run(self) -> None:
        """Makes all changes, and all harm."""
        harms = self._size.harms()
        loaded = self._size.accounts // 5
        self._people.load(loaded)
        left, new_left = self._size.changes - self._people.made, self._size.accounts - loaded
        with ThreadPoolExecutor(1) as thread:
            for stretches, harm in zip(range(len(harms), 0, -1), harms, strict=True):
                changes, new = left // stretches, new_left // stretches
                left, new_left = left - changes, new_left - new
                work = thread.submit(self._people.work, changes, new)
                self._stretch(work, changes, harm)
                work.result()

    def _stretch(self, work: "Future[None]", changes: int, harm: str) -> None:
        """Something is ended in the middle of the work, and started again before its end."""
        made, heard = self._people.made, self._heard()
        end, start = self._listener() if harm == "listener" else self._redis()
        self._await(
            work,
            lambda: (
                self._people.made >= made + changes // 3 and self._heard() >= heard + changes // 6
            ),
        )
        end()
        self._await(work, lambda: self._people.made >= made + changes * 2 // 3)
        start()
        revive(self._system)

    def _heard(self) -> int:
        return self._system.salesforce.events_delivered()

    def _await(self, work: "Future[None]", moment: Callable[[], bool]) -> None:
        eventually(lambda: moment() or work.done(), "the moment", _A_STRETCH_TAKES)

    def _listener(self) -> tuple[Act, Act]:
        """How it is ended and started: killed, always."""
        stack = self._system.stack
        self.kills += 1
        return lambda: stack.kill("listener"), lambda: stack.start("listener")

    def _redis(self) -> tuple[Act, Act]:
        """How it is ended and started: by turns a power cut ends it, and an administrator."""
        redis = self._system.stack.redis
        self.restarts += 1
        return PowerCut(redis).strike if self.restarts % 2 else redis.stop, redis.start
