"""Requeueing all dead letters of a cause: an order that lasts, and is advanced step by step.

Whoever gives the order takes the first step, the sweeper's task the others, a bounded number of
letters each time. A step requeues its letters and notes how far the order has come in one script
(app/lua/requeue.lua): whoever is killed in between, or races with another, moves no letter twice
and leaves none out.

The canary is the newest failure: it met the services as they are now, while what stopped an older
one may be mended already, so that its success would say nothing of the others. One that is skipped
says nothing of them either: the next takes its place.
"""

import secrets
from dataclasses import replace
from typing import Any

from app.admin.canary import judge, words_of_pauses
from app.admin.letters import ensure_cause
from app.admin.recovery import Recovery, State
from app.admin.recovery_orders import RecoveryOrders
from app.errors import RecordRejected
from app.interventions import RecoveryStep
from app.letters import Letters
from app.services import Services
from app.terms import By, Superseded

_BATCH = 100
"""A step's letters, so that whoever takes the first one hardly waits."""
_BATCHES_PER_TICK = 10
"""More than workers sync in the meantime."""
_NO_CANARY = (
    "No canary was sent: the newest letters have just died again. Wait a few minutes, or force it."
)
_LEFT_MEANWHILE = "The newest letters left the dead just now: a canary is looked for again."


class Recoveries:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer: an order that was
    stored goes on nonetheless.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._redis: Any = services.redis
        self._letters = Letters(services.redis)
        self._orders = RecoveryOrders(services.redis)

    def all(self) -> list[Recovery]:
        """The running ones and the last that are over, the newest first."""
        return self._orders.all()

    def begin(self, cause: str, by: By, *, canary: bool, force: bool = False) -> Recovery:
        """Has all letters of the cause requeued that are dead now → the order, after its first
        step. `canary`: one goes first. `force`: those that have just died again, too.

        Raises:
            RecordNotFound: no dead letter has that cause.
            RecordLocked: a recovery of it is running.
        """
        ensure_cause(self._services, cause)
        began = self._now_ms()
        total = int(self._redis.zcount(f"cw:letters:{cause}", "-inf", began))
        order = Recovery(
            id=secrets.token_hex(6),
            cause=cause,
            with_canary=canary,
            force=force,
            by=by.who,
            why=by.why,
            began_ms=began,
            total=total,
            state="canary" if canary else "going",
        )
        return self._take_step(self._orders.add(order, by), batches=1)

    def stop(self, name: str, by: By) -> Recovery:
        """Ends it: what it has not requeued stays dead.

        Raises:
            RecordNotFound: there is none of that id.
            RecordRejected: it is over already.
        """
        order, why = self._orders.get(name), f": {by.why}" if by.why else ""
        while order.is_running:
            words = f"Stopped by {by.who}{why}. {order.tally}"
            ended = order.ends("stopped", words, self._now_ms())
            order = self._orders.change(order, ended, by)
            if order == ended:
                return order
        raise RecordRejected(f"The recovery {name} is over: it is {order.state}. {order.words}")

    def advance(self) -> int:
        """One tick: a step of each that is running → how many there are."""
        running = [order for order in self._orders.all() if order.is_running]
        for order in reversed(running):
            self._take_step(order, batches=_BATCHES_PER_TICK)
        return len(running)

    def _take_step(self, order: Recovery, batches: int) -> Recovery:
        try:
            if order.state == "canary" and order.canary:
                order = self._store(order, judge(order, order.canary, self._services))
            if order.state == "canary" and order.canary is None:
                order = self._send_canary(order)
            return self._go_on(order, batches)
        except Superseded:  # another has advanced or stopped it: that one's step counts
            return self._orders.get(order.id)

    def _send_canary(self, order: Recovery) -> Recovery:
        """The newest that may be requeued."""
        newest = self._letters.newest(order.cause, order.began_ms, _BATCH)
        if not newest:
            return self._become(order, "done", order.tally)
        step = RecoveryStep(order.id, order.text, canary=True)
        sent, verdicts = self._requeue(order, newest, step)
        if sent.canary:
            return self._store(sent, judge(sent, sent.canary, self._services))
        if "just_died" in verdicts:
            return self._become(sent, "failed", f"{_NO_CANARY} {sent.tally}")
        return self._become(sent, "canary", _LEFT_MEANWHILE)

    def _go_on(self, order: Recovery, batches: int) -> Recovery:
        """Letters that were requeued while the flow stands still would only wait elsewhere."""
        while order.state == "going":
            if paused := words_of_pauses(self._services):
                return self._become(order, "going", f"Waits for the end of a pause. {paused}")
            place = (order.place_ms, order.place_account)
            found = self._letters.oldest(order.cause, place, order.began_ms, _BATCH)
            if not found:
                return self._become(order, "done", order.tally)
            if not batches:
                return self._become(order, "going", "")
            batches -= 1
            (account, at), accounts = found[-1], [account for account, _ in found]
            step = RecoveryStep(order.id, order.text, place_ms=at, place_account=account)
            order, _ = self._requeue(order, accounts, step)
        return order

    def _requeue(
        self, order: Recovery, accounts: list[str], step: RecoveryStep
    ) -> tuple[Recovery, set[str]]:
        """→ the order as the script left it, and which verdicts there were.

        Raises:
            Superseded: it was another already.
        """
        by = order.ordered
        told = self._services.ledger.requeue(accounts, by, force=order.force, recovery=step)
        return self._orders.get(order.id), set(told.values())

    def _become(self, order: Recovery, state: State, words: str) -> Recovery:
        return self._store(order, replace(order, state=state, words=words))

    def _store(self, before: Recovery, after: Recovery) -> Recovery:
        """Stored where something is new, and nobody was faster → as it stands."""
        if not before.is_running or before == after:
            return before
        if not after.is_running:
            after = after.ends(after.state, after.words, self._now_ms())
        return self._orders.change(before, after, before.ordered)

    def _now_ms(self) -> int:
        """As the ledger's scripts reckon."""
        seconds, microseconds = self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000
