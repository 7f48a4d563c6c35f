"""What the sweeper does to rows (app/ledger.py): it sets going again what has stalled."""

import logging
from contextlib import suppress
from dataclasses import asdict

from redis.exceptions import LockError
from redis.lock import Lock

from app.moves import Moves
from app.terms import By, milliseconds

log = logging.getLogger(__name__)

_SWEEPER_SECONDS = 5
"""How long the others leave a sweeper alone that may have died: longer than a batch takes."""


class Sweeping(Moves):
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def sweep(self) -> int:
        """One tick of the sweeper, until nothing is due → how many rows were set going.

        One at a time, over all workers: 0 where another sweeps already.
        """
        run = self.run_of_redis()
        # Of this run of Redis: a sweeper that fell with the last one keeps nobody off.
        alone = self.redis.lock(f"cw:sweeping:{run}", timeout=_SWEEPER_SECONDS)
        if not alone.acquire(blocking=False):
            return 0
        try:
            self.heed_restart(run)
            return self._sweep(alone)
        finally:
            with suppress(LockError):  # it took longer than the lock lasts
                alone.release()

    def _sweep(self, alone: Lock) -> int:
        horizons, judged, late, total = None, None, None, 0
        for _ in range(self.timing.sweep_pages):
            if not _prolong(alone):
                log.info("this sweep took too long: another has begun, and goes on")
                break
            answer = self._move(
                "sweep",
                batch=self.timing.sweep_batch,
                margin=self.timing.lost_margin,
                notice=milliseconds(self.timing.notice),
                horizons=horizons,
                round=judged,
                pages=late or None,
                late_limit=self.timing.late_limit,
            )
            horizons, judged, late = answer["horizons"], answer["round"], answer["pages"]
            found = int(answer["found"])
            total += found
            if not found and not answer["more"]:
                break
        return total

    def forget(self, words: str, by: By) -> int:
        """With the flow off: drops what is remembered → how many rows. Letters stay. Audited with
        each batch.
        """
        return self._until_done("forget", words=words, by=asdict(by))

    def run_of_redis(self) -> str:
        """Another after each start of the server."""
        return str(self.redis.info("server")["run_id"])

    def heed_restart(self, run: str) -> None:
        """Redis may come back without its last second: disown what was under way, once."""
        self._until_done("restart", run=run, doubt=milliseconds(self.timing.doubt))


def _prolong(lock: Lock) -> bool:
    """→ whether it is ours still."""
    try:
        lock.reacquire()
    except LockError:
        return False
    return True
