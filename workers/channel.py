"""One channel's life: subscribe, hear, open the accounts and store the cursor in one step, ask for
more; and after a failure, again. Nothing is acknowledged before its rows are open.
"""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from app.errors import AuthenticationFailed, SyncError, TransientError
from app.salesforce.change_events import ChangeEvent, ChangeEventDecoder, MalformedEvent
from app.salesforce.pubsub import PubSub
from app.salesforce.pubsub_errors import ReplayIdLost, SchemaNotFound, SessionRefused
from app.salesforce.pubsub_pb2 import ConsumerEvent, FetchResponse
from app.salesforce.subscription import Subscription
from app.services import Services
from app.terms import RolledBack
from workers.changes import Changes
from workers.channel_state import HEARTBEAT_SECONDS, ChannelState
from workers.cursor import Bookmark, stored_place
from workers.patience import Patience, Persistence, ToldToStop

log = logging.getLogger(__name__)


class Channel:
    """Run by a thread of its own; `cancel` is for others."""

    def __init__(
        self,
        name: str,
        services: Services,
        pubsub: PubSub,
        patience: Patience,
        stop: threading.Event,
    ) -> None:
        """`stop`: set when the process is to end."""
        self.name = name
        self._services, self._pubsub, self._patience, self._stop = services, pubsub, patience, stop
        self._decoder = ChangeEventDecoder(pubsub.schema)
        self._changes = Changes(services.accounts, services.flow, services.salesforce.describe)
        self._state = ChannelState(services.redis, name)
        self._persistence = Persistence(name, patience, stop, self._state)
        self._subscription: Subscription | None = None
        self._failures = 0
        self._session_is_due = self._session_is_new = self._place_is_lost = False

    def run(self) -> None:
        """Returns once told to stop.

        Raises:
            PermanentError: only a person can help.
        """
        words = "stopped by a bug: the log has its traceback"
        try:
            with suppress(ToldToStop):
                while not self._stop.is_set():
                    self._try()
            words = "ended"
        except SyncError as error:
            words = f"stopped: {error}"
            raise
        finally:
            self._state.say(words)
            self._pubsub.close()

    def cancel(self) -> None:
        """Wakes the thread where it waits for events."""
        if self._subscription is not None:
            self._subscription.cancel()

    def _try(self) -> None:
        try:
            try:
                self._listen()
            finally:
                self._state.disconnected()
        except ReplayIdLost as lost:
            if self._place_is_lost:
                self._persistence.rest(lost, self._failures, self._patience.reconnect)
            log.error(
                "%s: THE PLACE WHERE WE STOPPED IS LOST (%s). Everything that Salesforce still "
                "keeps, 72 hours, is heard again; sync what changed before with `closedwon sync`.",
                self.name,
                lost.service_words,
            )
            self._place_is_lost = True
        except RolledBack as back:
            log.error(
                "%s: REDIS LOST WHAT WAS STORED LAST, or a second listener is at work. Everything "
                "after the cursor that Redis holds now is heard again.",
                self.name,
            )
            self._persistence.rest(back, 0, self._patience.reconnect)
        except SessionRefused as refused:
            self._refused(refused)
        except TransientError as failure:
            self._persistence.rest(failure, self._failures, self._patience.reconnect)
        self._failures += 1

    def _listen(self) -> None:
        """Hears one stream until it breaks.

        Raises:
            SyncError: why it broke.
            RolledBack: Redis went back behind what this stream stored.
        """
        if self._session_is_due:
            self._pubsub.log_in_again()
            self._session_is_due, self._session_is_new = False, True
        place, mark = self._persistence.insist(self._place)
        bookmark = Bookmark(self.name, mark)
        with self._pubsub.subscribe(
            self.name,
            place,
            silence_seconds=self._patience.silence,
            idle_seconds=self._patience.idle,
        ) as self._subscription:
            log.info("%s: listening after %s", self.name, place.hex() if place else "the earliest")
            self._state.connected()
            wait = min(HEARTBEAT_SECONDS, self._patience.silence)
            while not self._stop.is_set():
                if responses := self._subscription.take(wait):
                    self._failures, self._session_is_new = 0, False
                    self._hear(responses, bookmark)
                    self._subscription.ready()
                else:
                    self._state.renew()

    def _place(self) -> tuple[bytes | None, str]:
        place, mark = stored_place(self._services.redis, self.name)
        if self._place_is_lost:
            return None, mark
        if place is None:
            log.warning(
                "%s: no cursor is stored; everything that Salesforce still keeps, 72 hours, is "
                "heard.",
                self.name,
            )
        return place, mark

    def _hear(self, responses: Sequence[FetchResponse], bookmark: Bookmark) -> None:
        """One batch: its rows and the cursor are stored in one step."""
        heard, count = [], 0
        for response in responses:
            for given in response.events:
                count += 1
                event = self._persistence.insist(partial(self._decoded, given))
                bookmark.heard(given.replay_id, event.commit_ms if event else None)
                if event:
                    heard.append(event)
            if not response.events:
                bookmark.kept_alive(response.latest_replay_id)
        orders = self._persistence.insist(partial(self._changes.orders, heard))
        cursor = bookmark.take()
        self._persistence.insist(partial(self._services.ledger.open, orders, cursor))
        self._place_is_lost = self._place_is_lost and not cursor.fields
        self._state.heard(count, max((event.commit_ms for event in heard), default=None))

    def _decoded(self, given: ConsumerEvent) -> ChangeEvent | None:
        """None: it cannot be read, which is said, and must not stop those that follow."""
        try:
            return self._decoder.decode(given.event.schema_id, given.event.payload)
        except (MalformedEvent, SchemaNotFound) as cause:
            log.error(
                "%s: the event %s with replay id %s is left out: %s",
                self.name,
                given.event.id,
                given.replay_id.hex(),
                cause,
            )
            self._state.failed()
            return None

    def _refused(self, refused: SessionRefused) -> None:
        if self._session_is_new:
            raise AuthenticationFailed(
                "Salesforce's event service refuses a session that was just granted: check the "
                "integration user's permissions and IP restrictions.",
                service="salesforce",
                service_words=refused.service_words,
            )
        log.warning("%s: %s Logging in again, once.", self.name, refused)
        self._session_is_due = True
