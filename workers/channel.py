"""One channel's life: subscribe, hear, store, ask for more; and after a failure, again. Nothing is
acknowledged before its rows are open.
"""

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from app.errors import SyncError, TransientError
from app.passes import Pass
from app.salesforce.fetch_requests import MOST_OWED
from app.salesforce.pubsub import PubSub
from app.salesforce.pubsub_errors import ReplayIdLost, SessionRefused, SlowDown, refused_anew
from app.salesforce.subscription import Subscription
from app.services import Services
from app.terms import RolledBack, Superseded
from workers.channel_state import ChannelState
from workers.cursor import Bookmark
from workers.gap import GapWatch, Start, find_start
from workers.hearing import Hearing
from workers.lease import Turn
from workers.output import when
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
        turn: Turn,
        call: Callable[[], None],
    ) -> None:
        """`call` tells a worker to reconcile."""
        self.name = name
        self._services, self._pubsub, self._patience, self._turn = services, pubsub, patience, turn
        self._state = ChannelState(services.redis, name)
        self._persistence = Persistence(name, patience, turn.over, self._state)
        self._hearing = Hearing(name, services, pubsub.schema, self._persistence, self._state, turn)
        self._gaps = GapWatch(name, services.redis, self._state, call)
        self._subscription: Subscription | None = None
        self._failures = 0
        self._slow_until = self._next_look = 0.0
        self._session_is_due = self._session_is_new = False
        self._after: bytes | None = None
        self._lost: bytes | None = None

    def run(self) -> None:
        """Returns once told to stop.

        Raises:
            PermanentError: only a person can help.
            Superseded: this process does not hold the lock any more.
        """
        words = "stopped by a bug: the log has its traceback"
        try:
            with suppress(ToldToStop):
                while not self._turn.over.is_set():
                    self._try()
            words = "ended"
        except (SyncError, Superseded) as error:
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
            self._lose(lost)
        except RolledBack as back:
            log.error(
                "%s: REDIS LOST WHAT WAS STORED LAST. Everything after the cursor that it holds "
                "now is heard again.",
                self.name,
            )
            self._persistence.rest(back, 0, self._patience.reconnect)
        except SessionRefused as refused:
            self._refused(refused)
        except TransientError as failure:
            began = time.monotonic()
            self._persistence.rest(failure, self._failures, self._patience.reconnect)
            if isinstance(failure, SlowDown):  # a stream that works for a moment proves nothing
                self._slow_until = 2 * time.monotonic() - began
        self._failures += 1

    def _listen(self) -> None:
        """Hears one stream until it breaks.

        Raises:
            SyncError: why it broke.
            RolledBack: Redis went back behind what this stream stored.
            Superseded: another process listens.
        """
        self._state.connecting()
        self._session_is_new = self._session_is_due and self._pubsub.log_in_again()
        self._session_is_due = False
        start, bookmark = self._begin()
        with self._pubsub.subscribe(
            self.name,
            start.after,
            wanted=1 if self._is_held() else MOST_OWED,
            silence_seconds=self._patience.silence,
            idle_seconds=self._patience.idle,
        ) as self._subscription:
            self._hear(self._subscription, bookmark, start)

    def _hear(self, subscription: Subscription, bookmark: Bookmark, start: Start) -> None:
        began, is_open = time.monotonic(), False
        while not self._turn.over.is_set():
            settling = max(0.0, began + self._patience.settled - time.monotonic())
            wait = min(self._patience.heartbeat, self._patience.silence)
            responses = subscription.take(wait if is_open else min(wait, settling))
            if not is_open and (responses or not settling):
                self._opened(start, bookmark, is_proven=bool(responses))
                is_open = True
            if responses:
                self._went_well()
                if asked := self._hearing.hear(responses, bookmark):
                    self._gaps.asked(asked)
            self._look_after()
            if subscription.low and not self._is_held():
                subscription.ready()

    def _begin(self) -> tuple[Start, Bookmark]:
        """Where the stream begins. A gap is stored before it is opened."""
        redis = self._services.redis
        start = self._persistence.insist(partial(find_start, redis, self.name, self._lost))
        bookmark = Bookmark(self.name, self._turn.token, start.mark, start.since)
        self._after = start.after
        if start.gap and start.after is None:
            log.error(
                "%s: A GAP IS OPEN since %s UTC: %s. What comes from now on is heard, and then the "
                "reconciler reads what changed since.",
                self.name,
                when(start.since),
                start.gap.cause,
            )
            self._hearing.store((), bookmark.take(), [start.gap])
            self._gaps.asked([start.gap])
        return start, bookmark

    def _opened(self, start: Start, bookmark: Bookmark, *, is_proven: bool) -> None:
        if not is_proven:
            # Nothing came, and nothing failed. That the connection stands at all, and has carried
            # our request, shows by a call behind it.
            self._pubsub.topic(self.name)
        self._session_is_new = False
        self._persistence.passed()
        where = f"after {start.after.hex()}" if start.after else "at the latest event"
        log.info("%s: the stream is opened %s", self.name, where)
        self._state.connected()
        if start.gap:
            self._make_ready(start.gap, bookmark)

    def _make_ready(self, gap: Pass, bookmark: Bookmark) -> None:
        """Whatever is committed from here on is heard: what was before may be read."""
        ready = replace(gap, ready=True, asked=secrets.token_hex(4))
        self._hearing.store((), bookmark.take(), [ready])
        log.warning(
            "%s: the stream is open. The reconciler may read what changed since %s UTC.",
            self.name,
            when(gap.since),
        )
        self._gaps.asked([ready])

    def _look_after(self) -> None:
        """Once in a heartbeat: shows that the channel lives, and sees to what is open."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + self._patience.heartbeat
            self._state.renew()
            self._gaps.look()

    def _is_held(self) -> bool:
        """Whether so much is to be done already that no more is asked for."""
        to_do = self._persistence.insist(self._services.journal.to_do)
        held = to_do >= self._services.settings.listener_backlog
        self._state.held(to_do if held else None)
        return held

    def _went_well(self) -> None:
        if time.monotonic() >= self._slow_until:
            self._failures = 0

    def _lose(self, lost: ReplayIdLost) -> None:
        if self._after is None:  # we named none
            self._persistence.rest(lost, self._failures, self._patience.reconnect)
            return
        log.error("%s: THE PLACE WHERE WE STOPPED IS LOST (%s).", self.name, lost.service_words)
        self._lost = self._after

    def _refused(self, refused: SessionRefused) -> None:
        if self._session_is_new:
            raise refused_anew(refused)
        log.warning("%s: %s Logging in again.", self.name, refused)
        self._session_is_due = True
