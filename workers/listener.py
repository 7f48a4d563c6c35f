"""The listener's process: a thread per channel, until told to stop or until one needs a person."""

import logging
import queue
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType

from app.errors import PermanentError
from app.flow import Flow
from app.loopback import is_loopback
from app.salesforce.pubsub import PubSub
from app.services import Services, build_services
from app.settings import Settings
from workers.channel import Channel
from workers.patience import Patience
from workers.stage import publish

log = logging.getLogger(__name__)

_GRACE_SECONDS = 3.0


def listen(settings: Settings, flow: Flow, patience: Patience | None = None) -> int:
    """Listens until SIGTERM or SIGINT → 0; 1 if a channel can go on only with a person's help.

    To be called in the main thread.
    """
    services = build_services(settings, flow, publish)
    listener = Listener(services, patience or Patience())
    before = [signal.signal(number, listener.signalled) for number in _SIGNALS]
    try:
        return listener.run()
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Listener:
    """All channels. One that fails for good ends the process: half a listener would go unseen."""

    def __init__(self, services: Services, patience: Patience) -> None:
        self._stop = threading.Event()
        self._failed = False
        # What ends the wait in `run`. A queue of this kind may be put to by a signal handler that
        # interrupts its own thread; an event may not.
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._channels = [
            Channel(name, services, _connect(services), patience, self._stop)
            for name in services.settings.salesforce_channels
        ]

    def run(self) -> int:
        """→ 0 once told to stop, 1 if a channel failed for good."""
        threads = [
            threading.Thread(target=self._hear, args=(channel,), name=channel.name, daemon=True)
            for channel in self._channels
        ]
        for thread in threads:
            thread.start()
        log.info("The listener ends: %s", self._told.get())
        self._stop.set()
        self._await(threads)
        return 1 if self._failed else 0

    def stop(self, why: str = "told to") -> None:
        """Makes `run` return, within seconds."""
        self._told.put(why)

    def signalled(self, number: int, frame: FrameType | None) -> None:
        self.stop(signal.Signals(number).name)

    def _hear(self, channel: Channel) -> None:
        failed = True
        try:
            channel.run()
            failed = False
        except PermanentError as error:
            log.critical(
                "%s: THE LISTENER STOPS: %s: %s (Salesforce: %s)",
                channel.name,
                type(error).__name__,
                error,
                error.service_words or "no words",
            )
        finally:
            self._failed = self._failed or failed
            self.stop(f"{channel.name} has ended")

    def _await(self, threads: Sequence[threading.Thread]) -> None:
        """Whoever is stuck in a call is left behind: what it did not acknowledge comes again."""
        deadline = time.monotonic() + _GRACE_SECONDS
        while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
            for channel, thread in zip(self._channels, threads, strict=True):
                channel.cancel()
                thread.join(0.05)


def _connect(services: Services) -> PubSub:
    settings = services.settings
    return PubSub(
        settings.salesforce_pubsub_endpoint,
        services.salesforce.auth,
        settings.salesforce_timeout_seconds,
        is_loopback,
    )
