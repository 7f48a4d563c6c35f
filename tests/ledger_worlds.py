"""Small worlds, and every move that is possible in a state of one."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from tests.ledger_harms import circular
from tests.ledger_model import Draft
from tests.ledger_state import (
    AT_REST,
    UNDER_WAY,
    Account,
    Budget,
    Message,
    State,
    Worker,
)

Edit = tuple[int, str, Any]
"""Account, field, new value."""
Move = tuple[str, str, Callable[[Draft], object]]
"""Words, the budget that it spends or "", and what it does to a draft."""


class World(NamedTuple):
    accounts: tuple[Account, ...]
    edits: tuple[Edit, ...]
    """What may change in Salesforce, in any order."""
    budget: Budget


def moves(state: State, edits: tuple[Edit, ...], rules: frozenset[str]) -> Iterator[Move]:
    """Every possible one."""
    for a in state.events:
        yield f"listener opens {'ABC'[a]}", "", partial(hear, a)
    for m in state.bag:
        yield from messages(m, len(state.workers) >= 2)
    for w in state.workers:
        yield from steps(w)
    for a in range(len(state.rows)):
        yield from sweeps(state, a, rules)
        yield from orders(state, a)
    if state.paused:
        yield "the pause ends", "", partial(pause, None)
    for what in ("flow", "upsert") if state.budget.faults and not state.paused else ():
        yield f"pause of {what}", "faults", partial(pause, what)
    for a, field, value in edits:
        new = state.accounts[a]._replace(**{field: value})
        circle = field == "parent" and circular(state.accounts, a, value)
        if new != state.accounts[a] and not circle:
            yield f"{'ABC'[a]}: {field} becomes {value}", "changes", partial(edit, a, new)


def messages(m: Message, crowded: bool) -> Iterator[Move]:
    text = f"{m[1]} message of {'ABC'[m[0]]}"
    if not crowded:
        yield f"{text} is claimed", "", partial(claim, m)
        yield f"{text} is claimed, a copy stays", "faults", lambda d: d.claim(*m)
    yield f"{text} is lost", "faults", lambda d: d.bag.discard(m)


def steps(w: Worker) -> Iterator[Move]:
    text = f"{'fenced ' if w.token else ''}worker of {'ABC'[w.account]}, {w.stage}"
    yield f"{text}: {w.step}", "", lambda d: d.work(w)
    if w.step == "act" and w.stage != "upsert":
        yield f"{text}: {w.step}, and goes on", "", lambda d: d.work(w, goes_on=True)
    yield f"{text} dies before {w.step}", "faults", lambda d: d.workers.remove(w)
    for applied in (False, True) if w.step == "write" else ():
        words = f"{text}: no answer, write {'' if applied else 'not '}applied"
        yield words, "faults", partial(lose_answer, w, applied)
    if w.step == "settle" and w.read.further and not w.read.refused:
        yield f"{text}: what follows the write fails", "faults", partial(fail_after, w)


def sweeps(state: State, a: int, rules: frozenset[str]) -> Iterator[Move]:
    name, row = "ABC"[a], state.rows[a]
    holders = [w.token for w in state.workers if w.account == a]
    if row.state == "running" and "sweep queues running rows" in rules:
        stalls = 0 in holders
        words = f"lease of {name} runs out{', its worker stalls' if stalls else ''}: swept"
        yield words, "faults" if stalls else "", lambda d: d.sweep_running(a)
    elif row.state in UNDER_WAY and state.paused not in ("flow", row.stage):
        lost = all(m[1] != row.stage for m in state.bag)
        if lost and "sweep republishes" in rules:
            yield f"sweeper publishes {name}", "", lambda d: d.publish(a)
    if a in state.looks and -1 not in holders:
        yield f"second look at {name}", "", lambda d: d.look_again(a)


def orders(state: State, a: int) -> Iterator[Move]:
    name = "ABC"[a]
    yield f"admin forces {name}", "admin", lambda d: d.open(a, force=True)
    if state.rows[a].state == "dead":
        yield f"admin: requeue {name}", "admin", lambda d: d.requeue(a)
        yield f"admin: discard {name}", "admin", lambda d: d.discard(a)
    if state.rows[a].state in (*AT_REST, "dead"):
        yield f"admin: link {name}", "admin", lambda d: d.link(a)


def hear(a: int, draft: Draft) -> None:
    draft.events.discard(a)
    draft.open(a)


def claim(m: Message, draft: Draft) -> None:
    draft.bag.discard(m)
    draft.claim(*m)


def lose_answer(w: Worker, applied: bool, draft: Draft) -> None:
    draft.workers.remove(w)
    draft.write(w, "unsure", applied)


def fail_after(w: Worker, draft: Draft) -> None:
    draft.workers.remove(w)
    draft.workers.append(w._replace(step="unsure"))


def pause(what: str | None, draft: Draft) -> None:
    draft.paused = what


def edit(a: int, new: Account, draft: Draft) -> None:
    draft.accounts[a] = new
    draft.events.add(a)


OPEN, CHILD, NO = Account(standing="open"), Account(parent=0), None
PAYLOADS, REFUSED = (
    ((0, "payload", 0), (0, "payload", 1)),
    ((0, "refused", True), (0, "refused", False)),
)
MOVES, LINE = (
    ((1, "parent", 0), (1, "parent", NO)),
    (OPEN, OPEN._replace(parent=0), Account(parent=1)),
)
WORLDS = {  # the last numbers bound changes, faults and admins' orders; smallest first
    "split": World((Account(further=True),), PAYLOADS, Budget(1, 2, 0)),
    "forced": World(
        (OPEN,), ((0, "payload", 1), (0, "refused", True), (0, "standing", "gone")), Budget(1, 1, 2)
    ),
    "lapsed": World((Account(),), ((0, "standing", "open"), (0, "payload", 1)), Budget(2, 2, 0)),
    "family": World((OPEN, CHILD), (*REFUSED, (0, "standing", "gone"), *MOVES), Budget(1, 1, 0)),
    "circle": World((Account(parent=1), CHILD), PAYLOADS, Budget(1, 1, 0)),
    "orders": World((OPEN._replace(refused=True), CHILD), (*REFUSED, *MOVES), Budget(1, 0, 2)),
    "chain": World(LINE, (*REFUSED, *MOVES), Budget(1, 0, 0)),
    "siblings": World((OPEN, CHILD, CHILD), (*REFUSED, *MOVES), Budget(1, 0, 0)),
    "single": World((Account(),), (*PAYLOADS, *REFUSED), Budget(2, 2, 0)),
    "blocked": World((OPEN._replace(refused=True), *LINE[1:]), REFUSED, Budget(0, 0, 2)),
    "revert": World((Account(),), PAYLOADS, Budget(2, 3, 0)),
    "suspects": World((Account(), Account()), (), Budget(0, 2, 0)),
    "late": World((OPEN, Account()), MOVES, Budget(2, 1, 0)),
    "swap": World(
        (Account(parent=1), Account()), ((0, "parent", NO), (1, "parent", 0)), Budget(2, 1, 0)
    ),
}
