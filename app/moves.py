"""How a move of the ledger is made: its script is run, and what it orders is published."""

import json
import secrets
from typing import Any

from redis import Redis

from app.scripts import run_script
from app.terms import Nudge, Publish, Timing


class Moves:
    """What the ledger's moves have in common (app/ledger.py)."""

    def __init__(self, redis: Redis, publish: Publish, timing: Timing | None = None) -> None:
        """`redis` must decode responses."""
        self.redis = redis
        self.timing = timing or Timing()
        self._publish = publish
        self.process = secrets.token_hex(4)
        """Names this process in the claims that it makes: what is lost with it is lost together."""

    def _move(self, name: str, **arguments: object) -> dict[str, Any]:
        arguments |= {"salt": secrets.token_hex(8), **self.timing.for_scripts()}
        given = {key: value for key, value in arguments.items() if value is not None}
        answer: dict[str, Any] = json.loads(run_script(self.redis, name, json.dumps(given)))
        nudges = answer.pop("nudges", [])
        if nudges:
            self._publish([Nudge(**nudge | {"delay": nudge["delay"] / 1000}) for nudge in nudges])
        return answer

    def _until_done(self, move: str, **arguments: object) -> int:
        """Batch by batch → how many rows."""
        total = 0
        while True:
            found = int(
                self._move(move, batch=self.timing.sweep_batch, **arguments).get("found", 0)
            )
            if not found:
                return total
            total += found
