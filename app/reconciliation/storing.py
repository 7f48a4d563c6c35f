"""What a page has found becomes rows, and the pass's new place."""

from app.ledger import Ledger
from app.passes import Passes
from app.reconciliation.reading import Reading
from app.terms import Superseded


def store(ledger: Ledger, reading: Reading) -> None:
    """In one step, so that it may be tried again.

    Raises:
        Superseded: the pass was asked for anew, or another has gone on with it.
        redis.exceptions.RedisError: Redis does not answer.
    """
    try:
        ledger.open(reading.orders, progress=reading.progress)
    except Superseded:
        # The end leaves nothing by which it is known where its answer was lost and it is sent
        # again: the pass is gone, and this page was to end it.
        if not reading.is_over or Passes(ledger.redis).get(reading.before.name):
            raise
