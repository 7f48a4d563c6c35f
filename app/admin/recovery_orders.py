"""The orders to requeue all letters of a cause: the store from which whoever advances them goes on.

Redis key `cw:recoveries`, a hash: id to JSON. Every change is made only to what was read, in one
step with its entry in the audit trail, so that the API, the command and several sweepers may race.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from redis import Redis
from redis.client import Pipeline

from app.admin.recovery import Recovery
from app.audit import Audit
from app.errors import RecordLocked, RecordNotFound
from app.terms import By

_KEY = "cw:recoveries"
KEPT = 50
"""So many that are over are remembered."""


class RecoveryOrders:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis
        self._audit = Audit(redis)

    def all(self) -> list[Recovery]:
        """The newest first."""
        return _newest_first(self._redis.hvals(_KEY))

    def get(self, name: str) -> Recovery:
        """
        Raises:
            RecordNotFound: there is none of that id.
        """
        text = self._redis.hget(_KEY, name)
        if text is None:
            raise RecordNotFound(f"There is no recovery {name[:40]}, or it was long ago.")
        return Recovery.read_from(text)

    def add(self, order: Recovery, by: By) -> Recovery:
        """A new one → as it is stored. The oldest that are over make room.

        Raises:
            RecordLocked: one of its cause is running.
        """
        text = order.stored()

        def put(pipeline: "Pipeline") -> None:
            known = _newest_first(map(str, pipeline.hvals(_KEY)))
            _ensure_alone(order, known)
            over = [one.id for one in known if not one.is_running]
            pipeline.multi()
            pipeline.hset(_KEY, order.id, text)
            if over[KEPT - 1 :]:
                pipeline.hdel(_KEY, *over[KEPT - 1 :])
            self._tell(pipeline, by, before="", after=order)

        self._redis.transaction(put, _KEY)
        return replace(order, text=text)

    def change(self, before: Recovery, after: Recovery, by: By) -> Recovery:
        """→ `after`, as it is stored; or what stands there, where that is not `before` any more. A
        new state is audited.
        """
        text = after.stored()

        def put(pipeline: "Pipeline") -> bool:
            if pipeline.hget(_KEY, before.id) != before.text:
                return False
            pipeline.multi()
            pipeline.hset(_KEY, before.id, text)
            if after.state != before.state:
                self._tell(pipeline, by, before=before.state, after=after)
            return True

        changed = self._redis.transaction(put, _KEY, value_from_callable=True)
        return replace(after, text=text) if changed else self.get(before.id)

    def _tell(self, pipeline: "Pipeline", by: By, *, before: str, after: Recovery) -> None:
        """Without its words: a letter's may name a customer, and the trail is kept for long."""
        told = f"{after.state}: {after.id}, {after.cause}, {after.tally}"
        self._audit.add(pipeline, "recovery", by, before=before, after=told)


def _newest_first(texts: Iterable[str]) -> list[Recovery]:
    found = [Recovery.read_from(text) for text in texts]
    return sorted(found, key=lambda one: (one.began_ms, one.id), reverse=True)


def _ensure_alone(order: Recovery, known: Iterable[Recovery]) -> None:
    for one in known:
        if one.is_running and one.cause == order.cause:
            raise RecordLocked(
                f"A recovery of {order.cause} is running since {one.by} began it: {one.id}. Wait "
                "until it is over, or stop it."
            )
