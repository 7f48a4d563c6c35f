"""The listener's process: one at a time listens, a thread per channel; the others stand by."""

import logging
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from redis.exceptions import RedisError

from app.errors import PermanentError
from app.flow import Flow
from app.loopback import is_loopback
from app.salesforce.pubsub import PubSub
from app.services import Services, build_services, open_redis
from app.settings import Settings
from app.terms import Superseded
from workers.celery import celery
from workers.channel import Channel
from workers.channel_state import HEARTBEAT_SECONDS
from workers.lease import Lease, Turn
from workers.patience import Patience, in_words, may_pass
from workers.stage import publish

log = logging.getLogger(__name__)

_GRACE_SECONDS = 2.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def listen(settings: Settings, flow: Flow, patience: Patience | None = None) -> int:
    """Stands by or listens until SIGTERM or SIGINT → 0; 1 if a channel can go on only with a
    person's help.

    To be called in the main thread.
    """
    for words in settings.netsuite_warnings:
        log.warning("%s", words)
    services = build_services(settings, flow, publish)
    listener = Listener(services, patience or Patience())
    before = [signal.signal(number, listener.signalled) for number in _SIGNALS]
    try:
        return listener.run()
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)
        services.close()


def call_reconciler() -> None:
    """Tells a worker that there is something to be read; told again at the next heartbeat.

    Raises:
        kombu.exceptions.OperationalError: Redis does not answer.
    """
    celery.send_task("reconcile", queue="reconcile", expires=HEARTBEAT_SECONDS)


@dataclass(frozen=True, slots=True)
class _Word:
    """What ends the main thread's wait."""

    why: str
    code: int | None
    """With which the process ends; None: it settles anew who listens."""
    turn: Turn | None = None
    """Of whose end it tells: a word about an earlier turn means nothing."""


class Listener:
    """All channels, or none. One that fails for good ends the process: half a listener would go
    unseen.
    """

    def __init__(
        self,
        services: Services,
        patience: Patience,
        call: Callable[[], None] = call_reconciler,
    ) -> None:
        """`call` tells a worker to reconcile."""
        self._services, self._patience, self._call = services, patience, call
        # Who waits for Redis does not hear a signal: this client gives up after a second.
        redis = open_redis(services.settings, seconds=1.0, retries=0)
        self._lease = Lease(redis, services.settings.listener_lease_seconds)
        # A queue of this kind may be put to by a signal handler that interrupts its own thread.
        self._told: queue.SimpleQueue[_Word] = queue.SimpleQueue()
        self._said = ""

    def run(self) -> int:
        """→ 0 once told to stop, 1 if a channel failed for good."""
        try:
            while True:
                word = self._stand_by()
                if word.code is not None:
                    log.info("The listener ends: %s", word.why)
                    return word.code
                log.warning("This process does not listen any more: %s", word.why)
        finally:
            self._lease.leave()

    def stop(self, why: str = "told to") -> None:
        """Makes `run` return, within seconds."""
        self._told.put(_Word(why, 0))

    def signalled(self, number: int, frame: FrameType | None) -> None:
        self.stop(signal.Signals(number).name)

    def _stand_by(self) -> _Word:
        """Until it is this process's turn; then takes it → how that ended."""
        while True:
            if turn := self._taken():
                return self._listen(turn)
            if word := self._told_within(self._patience.standby):
                return word

    def _taken(self) -> Turn | None:
        try:
            turn = self._lease.take()
        except RedisError as problem:
            self._say_once(problem)
            return None
        self._say(
            "This process listens." if turn else "Another process listens: this one stands by."
        )
        return turn

    def _listen(self, turn: Turn) -> _Word:
        """One turn: until told to end, or the lock is lost, or a channel fails."""
        channels = [
            Channel(name, self._services, self._connect(), self._patience, turn, self._call)
            for name in self._services.settings.salesforce_channels
        ]
        threads = [
            threading.Thread(
                target=self._hear, args=(channel, turn), name=channel.name, daemon=True
            )
            for channel in channels
        ]
        for thread in threads:
            thread.start()
        try:
            return self._hold(turn)
        finally:
            turn.over.set()
            _await(channels, threads)
            self._lease.give_back()

    def _hold(self, turn: Turn) -> _Word:
        """Renews the lock → what ended that. Where Redis does not answer, nobody can store
        anything, and we are fenced if another was faster: so we go on and ask again.
        """
        pause = quarter = self._services.settings.listener_lease_seconds / 4
        while True:
            if word := self._told_within(pause, turn):
                return word
            try:
                if not self._lease.renew():
                    return _Word("Redis has no lock for it, or has given it to another.", None)
                pause, self._said = quarter, ""
            except RedisError as problem:
                self._say_once(problem)
                pause = min(quarter, 1.0)

    def _told_within(self, seconds: float, turn: Turn | None = None) -> _Word | None:
        deadline = time.monotonic() + seconds
        try:
            while True:
                word = self._told.get(timeout=max(0.0, deadline - time.monotonic()))
                if word.turn in (None, turn):
                    return word
        except queue.Empty:
            return None

    def _hear(self, channel: Channel, turn: Turn) -> None:
        word = _Word(f"{channel.name} has failed", 1, turn)
        try:
            channel.run()
            word = _Word(f"{channel.name} has ended", 0, turn)
        except Superseded as superseded:
            word = _Word(f"{channel.name}: {superseded}", None, turn)
        except PermanentError as error:
            log.critical(
                "%s: THE LISTENER STOPS: %s: %s (Salesforce: %s)",
                channel.name,
                type(error).__name__,
                error,
                error.service_words or "no words",
            )
        finally:
            self._told.put(word)

    def _connect(self) -> PubSub:
        settings = self._services.settings
        return PubSub(
            settings.salesforce_pubsub_endpoint,
            self._services.salesforce.auth,
            settings.salesforce_timeout_seconds,
            is_loopback,
        )

    def _say_once(self, problem: RedisError) -> None:
        """
        Raises:
            RedisError: it will not pass by itself.
        """
        if not may_pass(problem):
            raise problem
        if self._said != type(problem).__name__:
            self._said = type(problem).__name__
            log.warning("Who listens cannot be settled just now: %s", in_words(problem))

    def _say(self, words: str) -> None:
        if self._said != words:
            self._said = words
            log.info("%s", words)


def _await(channels: Sequence[Channel], threads: Sequence[threading.Thread]) -> None:
    """Whoever is stuck in a call is left behind: what it did not acknowledge comes again, and what
    it tries to store is refused.
    """
    deadline = time.monotonic() + _GRACE_SECONDS
    while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
        for channel, thread in zip(channels, threads, strict=True):
            channel.cancel()
            thread.join(0.05)
