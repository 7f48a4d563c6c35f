"""One page of a pass: what it finds, what of it is to be opened, and where the pass then stands."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from redis import Redis

from app.errors import PermanentError
from app.flow import Qualification
from app.passes import KEPT_SECONDS, OVERLAP_SECONDS, Pass, Passes
from app.reconciliation import knowledge
from app.reconciliation.found import Found, Page
from app.reconciliation.knowledge import Knowledge, Opening, Rule
from app.reconciliation.linked import Linked
from app.reconciliation.modified import Modified
from app.reconciliation.qualifying import Qualifying
from app.salesforce.accounts import condition_of
from app.salesforce.client import SalesforceClient
from app.terms import Order, Progress

RECORDS_PER_PAGE = 2000
_MODIFIED = "modified:"
_COMPARISON = {"qualifying", "linked"}
Read = Callable[[Pass], Page]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a pass, before anything is opened or stored."""

    before: Pass
    after: Pass
    """The pass with this page behind it."""
    is_over: bool
    orders: tuple[Order, ...]
    watermarks: dict[str, int] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """How many were dealt with."""
        return self.after.read - self.before.read

    @property
    def is_stuck(self) -> bool:
        """Whether there was no room even for its first record."""
        before, after = self.before, self.after
        stays = (before.step, before.position) == (after.step, after.position)
        begins_once_more = before.asked != after.asked
        return stays and not self.is_over and not begins_once_more

    @property
    def progress(self) -> Progress:
        """What is stored with the rows."""
        after = None if self.is_over else self.after.stored()
        return Progress(self.before.name, self.before.text, after, self.watermarks)


class Reader:
    """Reads Salesforce and compares it with the ledger; changes neither."""

    def __init__(
        self,
        client: SalesforceClient,
        redis: Redis,
        criteria: Callable[[], Qualification],
        page: int = RECORDS_PER_PAGE,
    ) -> None:
        """`redis` must decode responses. `criteria`: what holds now, asked for each page. `page`:
        records in a page, at most 2,000.
        """

        def condition() -> str:
            return condition_of(criteria())

        modified, linked = Modified(client, condition, page), Linked(client, redis, page)
        self.qualifying = Qualifying(client, condition, page)
        self._passes = Passes(redis)
        self._knowledge = Knowledge(redis)
        self._steps: dict[str, tuple[Read, Rule]] = {
            "modified:Account": (
                lambda p: modified.accounts(self._since(p), p.position),
                knowledge.changed,
            ),
            "modified:Opportunity": (
                lambda p: modified.opportunities(self._since(p), p.position),
                knowledge.won,
            ),
            "qualifying": (
                lambda p: self.qualifying.page(p.position, p.where),
                knowledge.qualifies,
            ),
            "linked": (lambda p: linked.page(p.position), knowledge.compared),
            "linked:all": (lambda p: linked.all(p.position), knowledge.always),
        }

    def read(self, current: Pass, room: Callable[[], int] | None = None) -> Reading:
        """One page, or as much of it as opens no more accounts than there is room for: that is
        asked when the page is known.

        Raises:
            SyncError: Salesforce does not answer, refuses, or answers nonsense.
            redis.exceptions.RedisError: Redis does not answer.
        """
        step = current.steps[current.step]
        if step not in self._steps:
            raise PermanentError(f"No step is called {step}: another version asked for this pass.")
        read, rule = self._steps[step]
        page = read(current)
        openings = self._knowledge.openings(page.found, rule)
        dealt = _fitting(openings, room() if room and any(openings) else None)
        orders = tuple(_order(current, opening) for some in openings[:dealt] for opening in some)
        after = _after(current, page.found[:dealt], len(orders))
        place = page.next_place
        if dealt < len(page.found):
            place = page.left_at(dealt) if dealt else current.position
        if place is not None:
            return Reading(current, replace(after, position=place), False, orders)
        marks = self._watermarks(after)
        is_last = current.step + 1 == len(current.steps)
        if is_last and current.again:
            return Reading(current, after.once_more(), False, orders, marks)
        following = replace(after, step=after.step + 1, position="", newest=0)
        return Reading(current, following, is_last, orders, marks)

    def _since(self, current: Pass) -> int:
        """A time that cannot be, as of an event whose own is absurd, is no reason to fail."""
        since = current.since or self._mark(current) - OVERLAP_SECONDS
        return max(0, min(since, current.asked_at + OVERLAP_SECONDS))

    def _mark(self, current: Pass) -> int:
        """The watermark of the entity that the step reads. Where none is, what is older than
        Salesforce's events was nobody's to hear.
        """
        entity = current.steps[current.step].removeprefix(_MODIFIED)
        return self._passes.watermarks().get(entity, int(time.time()) - KEPT_SECONDS)

    def _watermarks(self, ended: Pass) -> dict[str, int]:
        """What the end of this step proves: nothing if a hole is left before it."""
        step = ended.steps[ended.step]
        if step.startswith(_MODIFIED):
            whole = self._since(ended) <= self._mark(ended) - OVERLAP_SECONDS
            # Pages may be hours apart: what was committed behind one that was read already is
            # later than the asking. Nor is a stamp to come a watermark.
            mark = min(ended.newest, ended.asked_at)
            return {step.removeprefix(_MODIFIED): mark} if mark > 0 and whole else {}
        is_full = ended.step + 1 == len(ended.steps) and set(ended.steps) >= _COMPARISON
        return {"full": int(time.time())} if is_full else {}


def _fitting(openings: list[list[Opening]], room: int | None) -> int:
    """How many records' openings there is room for: a merge's two go together."""
    if room is None:
        return len(openings)
    wanted = 0
    for index, some in enumerate(openings):
        wanted += len(some)
        if wanted > room:
            return index
    return len(openings)


def _order(current: Pass, opening: Opening) -> Order:
    prefix = current.name if current.name == "backfill" else "reconciled"
    if current.is_gap:
        prefix = current.name.replace(":", " of ", 1)
    return Order(opening.account, f"{prefix}: {opening.why}")


def _after(current: Pass, dealt: list[Found], opened: int) -> Pass:
    """The pass, with these records behind it and no trouble any more."""
    return replace(
        current,
        read=current.read + len(dealt),
        opened=current.opened + opened,
        newest=max([current.newest, *(found.stamp for found in dealt)]),
        trouble="",
        rests_until=0,
    )
