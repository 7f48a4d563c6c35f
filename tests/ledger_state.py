"""What the reference model of the ledger speaks of: the rules, accounts, rows, and a state of all.

Time is left out: what is due may happen at any moment, save that a queued or retrying row is swept
only while no message for its stage is in the bag, and a second look comes only after stalled
workers of that account have ended. Tokens are compared for equality only, so a frozen state
renumbers them: 0 is the row's own, -1 any older one. Ingest reads nothing and is left out.
"""

from typing import NamedTuple

MENDS = (  # what the protocol's first wording lacked
    "the check before a write makes written unsure",
    "a fenced write makes written unsure",
    "settle stores written unless a rewrite came meanwhile",
    "wrote stores its part unless a rewrite came meanwhile",
    "a rewrite outlasts a change",
    "an account with written unsure qualifies",
    "a lease lost at upsert gets a second look",
    "wait with again on goes afresh to qualification",
    "upsert waits too for a parent that is no Customer",
    "an account for which others wait qualifies",
    "skipped while others wait means dead",
    "a first cycle opens the line and retries",
    "retry replaces the token",
    "force ends with synced or skipped unless again is on",
    "discard ends force",
    "whatever sets customer releases",
    "worker lost heeds again",
    "a suspect runs while no other does",
    "a loss in company is held against nobody",
)
BASICS = (
    "claim checks the token",
    "claim takes queued and retrying rows only",
    "qualification alone ends again",
    "settle heeds again",
    "settle is fenced",
    "fenced after writing opens",
    "sweep replaces the token",
    "sweep queues running rows",
    "sweep republishes",
    "wait sees that the parent is a Customer",
    "wait opens the parent",
    "wait sees cycles",
    "synced releases",
    "open frees a waiting row",
    "discard kills those who wait",
)
RULES = frozenset(MENDS + BASICS)
COVERED = {"fenced after writing opens": "a lease lost at upsert gets a second look"}
"""A rule whose absence another one hides: both are taken away."""
LIMIT = 1  # of crashes, losses as the suspect, counted attempts, cycles
LOSS_LIMIT = 3
AT_REST, UNDER_WAY = ("none", "synced", "skipped"), ("queued", "running", "retrying")

Content = tuple[int, int | None]
"""What NetSuite may hold of an account: payload and parent."""
Part = tuple[int, int | None, str]
"""The same, and "?": what belongs to it in records of their own is not written yet."""
Message = tuple[int, str, int, int]
"""Account, stage, token, and the attempts counted when it was sent."""


class Account(NamedTuple):
    """An account in Salesforce."""

    payload: int = 0
    standing: str = "won"
    """won, open (no Closed Won) or gone."""
    parent: int | None = None
    refused: bool = False
    """NetSuite refuses this payload."""
    further: bool = False
    """It asks for a record besides, which is written after the Customer."""


class Row(NamedTuple):
    state: str = "none"
    stage: str = ""
    token: int = 0
    again: str = ""
    """Came while it was under way: a "change", or a "rewrite", be it with changes."""
    force: bool = False
    waiting_for: int | None = None
    crashes: int = 0
    suspected: int = 0
    attempts: int = 0
    cycles: int = 0
    customer: bool = False
    written: str | Content | Part | None = None
    cause: str | tuple[str, int] | None = None
    alone: str = ""
    """It runs as the suspect: "1", or "excused" once another's worker was lost, too."""
    unseen: bool = False
    """A force that no run has seen yet; no part of the protocol."""
    letter: bool = False
    """There is one: the row died, and since then has neither succeeded nor was given up. No part of
    the protocol: a frozen state knows it of dead rows alone.
    """


class Worker(NamedTuple):
    account: int
    stage: str
    token: int
    step: str
    """The next one: read, act, write, where there is more to write wrote, then settle or unsure."""
    passes: bool
    seen: Account | None = None

    @property
    def read(self) -> Account:
        """What it read from Salesforce, from its second step on."""
        if self.seen is None:
            raise ValueError("nothing was read yet")
        return self.seen

    @property
    def part(self) -> Part:
        """What stands while what belongs to it in records of their own is not written yet."""
        return self.read.payload, self.read.parent, "?"


class Budget(NamedTuple):
    changes: int
    faults: int
    admin: int


class State(NamedTuple):
    accounts: tuple[Account, ...]
    events: frozenset[int]
    rows: tuple[Row, ...]
    netsuite: tuple[tuple[int | str, int | None] | None, ...]
    bag: frozenset[Message]
    workers: tuple[Worker, ...]
    looks: frozenset[int]
    turns: tuple[int, ...]
    """Suspects that were put off, in order."""
    paused: str | None
    budget: Budget

    @classmethod
    def first(cls, accounts: tuple[Account, ...], budget: Budget) -> "State":
        """Nothing is in the ledger yet, and every account's first event is on its way."""
        ids = range(len(accounts))
        rows, netsuite = (Row(),) * len(ids), (None,) * len(ids)
        return cls(
            accounts, frozenset(ids), rows, netsuite, frozenset(), (), frozenset(), (), None, budget
        )
