"""What an experiment has at hand: a whole system under load, and the means to harm it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from redis import Redis
from redis.exceptions import RedisError

from app.channels import Channels
from app.journal import Journal
from app.salesforce_settings import DEFAULT_CHANNELS
from proof.faults.people import People
from proof.faults.supervisor import Supervisor
from proof.rig.clouds import NetSuitePlane, Plane
from proof.rig.salespeople import Salespeople
from workers.demo.stack import Stack

_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 120.0
_SAID_EVERY = 10
_RESTING = {"synced", "skipped", "dead"}


class NeverCame(Exception):
    """What an experiment waits for did not come about."""


@dataclass
class Scene:
    """`people` change records all the time, from a thread of their own; `supervisor` starts again
    whatever ends.
    """

    stack: Stack
    supervisor: Supervisor
    people: People
    org: Salespeople
    salesforce: Plane
    netsuite: NetSuitePlane
    redis: Redis
    journal: Journal
    harms: int = 0
    """How often something was done to the system."""
    own_fault: set[str] = field(default_factory=set)
    """Accounts that are to become letters, since the fault is their record's own."""
    show: Callable[[str], None] = lambda words: None
    work: Future[None] | None = None
    """What people do meanwhile."""
    most_harms: int = 1000
    """Of a kind: a short form of an experiment has fewer."""
    wrong: list[str] = field(default_factory=list)
    """What else an installation must not do; counts as lost."""
    figures: dict[str, float] = field(default_factory=dict)
    """What this experiment measures besides what all do."""

    def turns(self, usual: int) -> Iterator[int]:
        """As often as the experiment does its harm; says now and then how far it is."""
        turns = min(usual, self.most_harms)
        for number in range(turns):
            yield number
            if (number + 1) % _SAID_EVERY == 0:
                self.show(f"{number + 1} of {turns} times")

    def kill(self, process: str) -> None:
        """Ends it at once; it is started again soon."""
        self.supervisor.kill(process)
        self.harms += 1

    def await_at_work(self, process: str) -> None:
        """Waits until it is not only started, but at work.

        Raises: as `wait`.
        """
        self.wait(lambda: self.stack.is_at_work(process), f"{process} at work")

    def await_changes(self, count: int) -> None:
        """Waits until people have made so many more changes, and NetSuite took some writes since.

        Raises: as `wait`.
        """
        made, written = self.people.made, self.written()
        self.wait(lambda: self.people.made >= made + count, f"{count} changes")
        self.wait(lambda: self.written() > written, "a write in NetSuite")

    def let_pass(self, seconds: float) -> None:
        """The harm lasts so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(_POLL_SECONDS)

    def wait(
        self, reached: Callable[[], object], what: str, seconds: float = _PATIENCE_SECONDS
    ) -> None:
        """
        Raises:
            NeverCame: it takes longer.
            httpx.HTTPError: Salesforce did not take what people did.
        """
        end = time.monotonic() + seconds
        while not reached():
            if self.work and self.work.done():
                self.work.result()
            if self.supervisor.failed:
                raise self.supervisor.failed
            if time.monotonic() > end:
                raise NeverCame(f"{what}, in {seconds:.0f} s")
            time.sleep(_POLL_SECONDS)

    def written(self) -> int:
        """How many writes of Customers came to NetSuite so far."""
        return self.netsuite.count("customer.p*")

    def under_way(self) -> int:
        """How many accounts are not at rest; -1 while Redis does not tell."""
        try:
            states = self.journal.states()
        except RedisError:
            return -1
        return sum(count for state, count in states.items() if state not in _RESTING)

    def is_caught_up(self, last: list[str]) -> bool:
        """Whether everything up to the last events was heard, and all is at rest. The simulator's
        replay ids grow, so one that was passed is seen.
        """
        try:
            views = Channels(self.redis).views(DEFAULT_CHANNELS)
            heard = all((v.replay_id or "") >= e for v, e in zip(views, last, strict=True))
            return heard and not self.under_way() and not self.redis.hlen("cw:passes")
        except RedisError:
            return False

    def last_events(self) -> list[str]:
        """An event on each channel, after all others → their replay ids, in hex."""
        account = self.org.rows("SELECT Id FROM Account LIMIT 1")[0]["Id"]
        offer = self.org.rows("SELECT Id FROM Opportunity LIMIT 1")[0]["Id"]
        return [
            self.org.inject_event(entity, "UPDATE", [record], changed_fields=["Description"])
            for entity, record in (("Account", account), ("Opportunity", offer))
        ]
