"""The flow's switch. Turning it is audited in the same step."""

import time
from typing import Any

from redis import Redis
from redis.client import Pipeline

from app.audit import Audit
from app.ledger import Ledger
from app.pauses import WHAT, Pause, Pauses, key_of
from app.terms import By

_FORGOTTEN = "forgotten: the flow was switched off with --drop"


class Switch:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis, ledger: Ledger) -> None:
        """`redis` must decode responses."""
        self._redis, self._ledger = redis, ledger
        self._audit, self._pauses = Audit(redis), Pauses(redis)

    def off(self, by: By) -> bool:
        """Nothing is sent from here on, and changes are remembered → whether it was on."""
        why = f": {by.why}" if by.why else ""
        pause = Pause(f"switched off by {by.who}{why}", time.time())

        def turn(pipeline: "Pipeline") -> bool:
            if pipeline.exists(key_of("flow")):
                return False
            pipeline.multi()
            pipeline.set(key_of("flow"), pause.stored())
            self._audit.add(pipeline, "flow off", by, before="on", after="off")
            return True

        return self._turn(turn, key_of("flow"))

    def on(self, by: By) -> dict[str, str]:
        """Ends every pause, those of services that are down included: what was remembered runs, and
        fails again if they still are → what was paused, and why.
        """
        ended: dict[str, str] = {}

        def turn(pipeline: "Pipeline") -> bool:
            ended.clear()
            ended.update(self._pauses.all())
            if not ended:
                return False
            # A service's own words have no place in what is kept for long.
            before = "; ".join(
                f"{what}: {words}" if what == "flow" else what for what, words in ended.items()
            )
            pipeline.multi()
            pipeline.delete(*map(key_of, ended))
            self._audit.add(pipeline, "flow on", by, before=before, after="on")
            return True

        self._turn(turn, *map(key_of, WHAT))
        return ended

    def drop(self, by: By) -> int:
        """With the flow off: forgets what is under way → how many accounts. Each one's story tells
        it, too, and the audit trail has an entry for each batch.
        """
        return self._ledger.forget(_FORGOTTEN, by)

    def end_refusal(self, service: str, by: By) -> bool:
        """A service whose login was refused lets us in again → whether the flow was paused for
        that.
        """

        def turn(pipeline: "Pipeline") -> bool:
            pause = self._pauses.get("credentials")
            if pause is None or pause.service != service:
                return False
            pipeline.multi()
            pipeline.delete(key_of("credentials"))
            self._audit.add(
                pipeline, "check", by, before=f"credentials: {service} refused us", after="on"
            )
            return True

        return self._turn(turn, key_of("credentials"))

    def _turn(self, turn: Any, *keys: str) -> bool:
        """`turn` runs again if one of the keys was changed meanwhile."""
        return bool(self._redis.transaction(turn, *keys, value_from_callable=True))
