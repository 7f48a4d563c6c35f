"""What the ledger's moves take and give (app/ledger.py): plain values."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from app.errors import SyncError
from app.models import StageName


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and why, in their own words: what the audit trail keeps of it (app/audit.py)."""

    who: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Nudge:
    """A message to publish: it may be lost, doubled or late, and only time is lost."""

    stage: StageName
    account: str
    reason: str
    ticket: str
    """The row's token and its place in the stage's line: `token.place`."""
    delay: float
    """Seconds until it may run."""


@dataclass(frozen=True, slots=True)
class Order:
    """Why an account is to be opened. `rewrite`: NetSuite's state may be older than we believe."""

    account: str
    reason: str
    force: bool = False
    rewrite: bool = False
    heard: str | None = None
    """`<commit, epoch seconds>.<channel>` of the change event that brought it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass of the reconciler has come, stored with the rows that it opened."""

    name: str
    before: str
    """The pass as it was read: refused (Superseded) if it is another by now."""
    after: str | None
    """None: the pass is over."""
    watermarks: dict[str, int] = field(default_factory=dict)
    """Entity to the newest SystemModstamp read, epoch seconds; `full` to when a full pass ended."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a channel has been heard: `replay_id` is opaque, in hex; times are epoch ms."""

    channel: str
    fields: dict[str, str | int]
    """Empty if the rows alone are new: the place stays where it is."""
    after: str = ""
    """What this stream's step before left as the cursor's mark; empty: nobody left any yet."""
    holder: str = ""
    """The token with which this listener holds `cw:listening`."""
    asks: dict[str, str] = field(default_factory=dict)
    """Passes that the reconciler is asked for, by name, as app/passes.py stores them."""
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    """Names this step, so that one that is tried again is known."""

    @property
    def left_mark(self) -> str:
        """What this step leaves as the cursor's mark: `after` of the next."""
        return f"{self.mark}:0"


class Superseded(Exception):
    """Another listener listens now, or the pass was changed meanwhile: nothing was stored."""

    def __init__(self) -> None:
        super().__init__("Somebody else has taken over.")


class RolledBack(Exception):
    """Redis came back without its last moments: hear what comes after the stored cursor again,
    since rows that this stream opened may be gone.
    """

    def __init__(self) -> None:
        super().__init__("The cursor is not the one that was stored last.")


class Taken(Exception):
    """A Customer that was found is another account's: linked to it, or just written for it."""

    def __init__(self, owner: str, *, is_linked: bool) -> None:
        super().__init__(f"Account {owner} has the Customer.")
        self.owner, self.is_linked = owner, is_linked


REFUSALS = {"rolled_back": RolledBack, "superseded": Superseded}
"""A script's verdict to what is raised."""
ORDERS_PER_SCRIPT = 500
"""While a script runs, Redis serves nobody else: these take it some 20 ms."""


def in_batches(
    orders: Iterable[Order],
    cursor: Cursor | None,
    progress: Progress | None,
    by: By | None = None,
) -> Iterator[dict[str, object]]:
    """What the ledger's `open` gives its script, batch by batch: the cursor's fields and a pass's
    progress go last.

    The batches of a cursor are chained by its mark: that one of them is lost shows at the next.
    """
    given = [_set(asdict(order)) for order in orders]
    at = range(0, max(1, len(given)), ORDERS_PER_SCRIPT)
    for left, start in zip(reversed(range(len(at))), at, strict=True):
        step: dict[str, object] = {"orders": given[start : start + ORDERS_PER_SCRIPT]}
        if by:
            step["by"] = asdict(by)
        if cursor:
            step["cursor"] = {
                "channel": cursor.channel,
                "fields": {} if left else cursor.fields,
                "after": f"{cursor.mark}:{left + 1}" if start else cursor.after,
                "mark": cursor.mark,
                "left": left,
                "holder": cursor.holder,
                "asks": {} if left else cursor.asks,
            }
        if progress and not left:
            step["progress"] = _set(asdict(progress))
        yield step


def _set(fields: dict[str, object]) -> dict[str, object]:
    """Without what is None, which Lua would take for a value."""
    return {name: value for name, value in fields.items() if value is not None}


@dataclass(slots=True)
class Held:
    """A row as its holder took it: what later moves are checked against, and what it may know."""

    account: str
    stage: StageName
    token: str
    reason: str = ""
    customer: str | None = None
    """Internal id of the linked Customer."""
    named: str | None = None
    """The one whose id was last written to the Account."""
    written: str | None = None
    """None: never written. "unsure", or the digest of the payload that NetSuite holds: as claimed,
    then as the permit to write found it.
    """
    force: bool = False
    needed: bool = False
    """Somebody waits for this account as its parent."""
    attempts: int = 0
    throttled: int = 0
    doubted: int = 0
    spared: int = 0
    """Runs that failed, each in one of four counters (app/retry.py)."""
    seen: int | None = None
    """Set by the holder: up to when it has read the Account's changes (models.Account.seen)."""
    permitted: bool = False
    """A write was permitted: it may have been tried."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What an admin reads of a failure. Secrets and personal data have no place in it."""

    cause: str
    words: str
    service_words: str = ""
    task: str = ""
    request: str = ""
    """The request that failed, masked (app/masking.py)."""

    @classmethod
    def of(cls, error: BaseException, task: str = "") -> "Letter":
        """The letter for an error: known ones in their own words, others by class alone."""
        cause = type(error).__name__
        if isinstance(error, SyncError):
            return cls(cause, str(error), error.service_words[:2000], task, error.request)
        return cls(
            cause, f"A bug: {cause} was raised; the worker's log has the traceback.", "", task
        )


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient the ledger is. Seconds, save the limits and `story_length`."""

    grace: float = 10.0
    """From a publish until the sweeper wonders where the message is."""
    waiting_grace: float = 120.0
    second_look: float = 900.0
    """Longer than any stalled worker survives: a run and all timeouts."""
    doubt: float = 600.0
    """After a restart of Redis: how long payloads that look unchanged are written nonetheless."""
    heeded_within: float = 8.0
    """From a start of Redis until a claim heeds it, if no sweeper has: longer than a tick."""
    notice: float = 2.5
    """From a lease's end, as the sweeper notices it, until the row is taken from its holder."""
    crash_limit: int = 8
    """Who has lost its worker so often runs as the suspect, one of them at a time. A loss while
    other workers are lost, too, counts half.
    """
    suspect_limit: int = 3
    """So many losses as the suspect, while no other worker is lost, and it dies as WorkerLost."""
    loss_limit: int = 30
    """So many losses in all, and it does whatever else is lost."""
    retry_limit: int = 8
    cycle_limit: int = 3
    """How often a circle of parents is read again before it is taken for one."""
    story_length: int = 60
    story_seconds: int = 30 * 24 * 3600
    sweep_batch: int = 200
    sweep_pages: int = 1000
    """How many batches one tick may take: beyond, the next tick goes on."""
    late_limit: int = 5000
    """How many late rows of a stage one tick looks through for lost ones among them."""
    lost_margin: int = 200
    """How many places behind a claimed one a message counts as lost, not late."""

    def for_scripts(self) -> dict[str, int]:
        """What every script is given of it, durations in milliseconds."""
        return {
            "grace": milliseconds(self.grace),
            "waiting_grace": milliseconds(self.waiting_grace),
            "second_look": milliseconds(self.second_look),
            "crash_limit": self.crash_limit,
            "suspect_limit": self.suspect_limit,
            "loss_limit": self.loss_limit,
            "story_length": self.story_length,
            "story_seconds": self.story_seconds,
        }


def milliseconds(seconds: float) -> int:
    """As the scripts reckon; never below zero."""
    return max(0, round(seconds * 1000))


Publish = Callable[[Sequence[Nudge]], None]
"""Sends the messages; app/ does not know how."""
