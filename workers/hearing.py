"""What becomes of a batch that came: the rows of the accounts it may concern, the cursor, and what
the reconciler is asked for because of it, stored in one step.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from app.passes import OVERLAP_SECONDS, Pass, Passes
from app.salesforce.change_events import ChangeEvent, ChangeEventDecoder, MalformedEvent
from app.salesforce.pubsub_errors import SchemaNotFound
from app.salesforce.pubsub_pb2 import ConsumerEvent, FetchResponse
from app.services import Services
from app.terms import Cursor, Order
from workers.changes import Changes
from workers.channel_state import ChannelState
from workers.cursor import Bookmark
from workers.lease import Turn
from workers.owners import Owners
from workers.patience import Persistence
from workers.resync import merged, resyncs, resyncs_of_unreadable

log = logging.getLogger(__name__)


class Hearing:
    """Of one channel; used by its thread alone."""

    def __init__(
        self,
        channel: str,
        services: Services,
        fetch_schema: Callable[[str], str],
        persistence: Persistence,
        state: ChannelState,
        turn: Turn,
    ) -> None:
        self._channel, self._persistence, self._state = channel, persistence, state
        self._turn = turn
        self._ledger, self._passes = services.ledger, Passes(services.redis)
        self._decoder = ChangeEventDecoder(fetch_schema)
        self._owners = Owners(services.redis)
        self._changes = Changes(
            channel,
            services.accounts,
            services.criteria.current,
            services.salesforce.describe,
            self._owners.known,
            services.settings.salesforce_customer_field,
        )

    def hear(self, responses: Sequence[FetchResponse], bookmark: Bookmark) -> list[Pass]:
        """Deals with a batch → what the reconciler was asked for.

        Raises:
            RolledBack, Superseded: nothing was stored (app/terms.py).
            ToldToStop: the channel is to end; the batch comes again.
            PermanentError: only a person can help.
        """
        heard: list[ChangeEvent] = []
        count, wanted = 0, []
        for response in responses:
            for given in response.events:
                count += 1
                event = self._persistence.insist(partial(self._decoded, given))
                if event:
                    heard.append(event)
                else:
                    wanted += resyncs_of_unreadable(self._channel, bookmark.since)
                bookmark.heard(given.replay_id, event.commit_ms if event else None)
            if not response.events:
                bookmark.kept_alive(response.latest_replay_id)
        found = self._persistence.insist(partial(self._changes.consequences, heard))
        for event in found.misnamed:
            self._state.failed()
            since = event.commit_ms // 1000 - OVERLAP_SECONDS
            wanted += resyncs_of_unreadable(self._channel, since)
        asked = self._say(merged([*wanted, *resyncs(heard)]))
        self.store(found.orders, bookmark.take(), asked)
        self._persistence.insist(partial(self._owners.remember, found.owners))
        self._state.heard(count, max((event.commit_ms for event in heard), default=None))
        return asked

    def store(self, orders: Iterable[Order], cursor: Cursor, asked: Iterable[Pass]) -> None:
        """Rows, cursor and passes in one step, until it succeeds.

        Raises:
            As `hear`.
        """
        self._persistence.insist(partial(self._store, list(orders), cursor, list(asked)))

    def _store(self, orders: list[Order], cursor: Cursor, asked: list[Pass]) -> None:
        if not asked:
            self._ledger.open(orders, cursor)
            return
        with self._turn.asking:
            asks = {each.name: each.after(self._passes.get(each.name)).stored() for each in asked}
            self._ledger.open(orders, replace(cursor, asks=asks))

    def _decoded(self, given: ConsumerEvent) -> ChangeEvent | None:
        """None: it cannot be read, which is said, and must not stop those that follow."""
        try:
            return self._decoder.decode(given.event.schema_id, given.event.payload)
        except (MalformedEvent, SchemaNotFound) as cause:
            log.error(
                "%s: AN EVENT CANNOT BE READ: %s with replay id %s: %s",
                self._channel,
                given.event.id,
                given.replay_id.hex(),
                cause,
            )
            self._state.failed()
            return None

    def _say(self, asked: list[Pass]) -> list[Pass]:
        for each in asked:
            log.error(
                "%s: SOME CHANGES ARE NOT LISTED: %s. The reconciler looks for them (%s).",
                self._channel,
                each.cause,
                each.name,
            )
        return asked
