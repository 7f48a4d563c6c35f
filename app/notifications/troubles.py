"""What there is to tell, as Redis shows it now."""

from collections.abc import Iterator
from datetime import UTC, datetime

from redis import Redis

from app.admin.ages import ago, span
from app.admin.warnings import is_late
from app.channels import Channels, ChannelView
from app.journal import Journal
from app.lag import Lag, Lags
from app.letters import CauseCount, Letters
from app.notifications.message import Message, page_of_cause
from app.notifications.observed import Observed
from app.pauses import Pause, Pauses
from app.settings import Settings

_NAMES = {"netsuite": "NetSuite", "salesforce": "Salesforce"}
_LAG_MINUTES = 10
_LATE_SECONDS = 60.0
"""A sweeper that is seen late for so long is told; on a start it has not run yet."""


class Troubles:
    """Raises redis.exceptions.RedisError when Redis does not answer."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        """`redis` must decode responses."""
        self._settings = settings
        self._journal, self._letters, self._pauses = Journal(redis), Letters(redis), Pauses(redis)
        self._channels, self._lags, self._observed = Channels(redis), Lags(redis), Observed(redis)

    def now(self) -> Iterator[Message]:
        """All of it, what stops most first."""
        now = self._journal.now()
        for what, pause in self._pauses.current().items():
            if what != "flow":  # an admin's own doing
                yield _paused(what, pause, now)
        yield from self._sweeper(now)
        for channel in self._channels.views(self._settings.salesforce_channels):
            yield from self._silence(channel, now)
            yield from self._lag(channel.channel, now)
        for cause in self._letters.causes():
            yield _letters(cause, now)

    def _sweeper(self, now: float) -> Iterator[Message]:
        swept = self._journal.swept_at()
        if not is_late(None if swept is None else now - swept, self._settings):
            self._observed.over("sweeper")
        elif self._observed.seconds("sweeper", now) >= _LATE_SECONDS:
            ran = ago(None if swept is None else now - swept)
            yield Message(
                "sweeper",
                "",
                f"The sweeper ran last: {ran}",
                "Nothing that stalls is set going again until it runs. Do beat and a worker run?",
                now,
            )

    def _silence(self, view: ChannelView, now: float) -> Iterator[Message]:
        limit, what = self._settings.notify_silence_seconds, f"silence:{view.channel}"
        if view.connected_since is not None:
            self._observed.over(what)
            yield from self._quiet(view, view.connected_since, now)
        elif limit and (silent := self._observed.seconds(what, now)) >= limit:
            yield Message(
                "silence",
                view.channel,
                f"Nobody hears {view.channel} for {span(silent)}",
                "Changes are not lost, but come late. Does closedwon listen run?",
                now,
            )

    def _quiet(self, view: ChannelView, connected: float, now: float) -> Iterator[Message]:
        """Of a channel that is heard. Keep-alives move the cursor, too; without any, the listener
        connects anew.
        """
        settings, quiet = self._settings, self._without_change(view, now)
        limit = max(settings.notify_silence_seconds, 2 * settings.salesforce_silence_seconds)
        silent = now - max(connected, view.last_event_at or 0.0, view.stored_at or 0.0)
        if settings.notify_silence_seconds and silent >= limit:
            headline = f"Nothing comes on {view.channel} for {span(silent)}"
            words = "Not even what keeps the stream alive. Does the listener's log say why?"
        elif 0 < 3600 * settings.notify_quiet_hours <= quiet:
            headline = f"No change came on {view.channel} for {span(quiet)}"
            words = "It is heard. Does Salesforce still send its objects' changes there?"
        else:
            return
        yield Message("silence", view.channel, headline, words, now)

    def _without_change(self, view: ChannelView, now: float) -> float:
        """Since how many seconds no change came on a channel that is heard. A listener knows of
        none from before its start: the time runs on nonetheless, as over each new connection.
        """
        if not self._settings.notify_quiet_hours:
            return 0.0
        what = f"quiet:{view.channel}"
        if view.last_event_at is not None:
            self._observed.began(what, view.last_event_at)
        return self._observed.seconds(what, now)

    def _lag(self, channel: str, now: float) -> Iterator[Message]:
        limit = self._settings.notify_lag_seconds
        lag = self._lags.of_last(channel, _LAG_MINUTES) if limit else None
        if lag and lag.p95 > limit:
            yield Message(
                "lag",
                channel,
                f"Changes of {channel} take {span(lag.p95)}",
                f"Of the last {_LAG_MINUTES} minutes' {_so_long(lag)}; the limit is {span(limit)}.",
                now,
            )


def _so_long(lag: Lag) -> str:
    """On a quiet channel it may be a single change."""
    if lag.count == 1:
        return "changes there is one, and it took so long"
    return f"{lag.count:,} changes at least 5 % took so long"


def _paused(what: str, pause: Pause, now: float) -> Message:
    """Without the service's own words: they may name customers."""
    service = _NAMES.get(pause.service, "A service")
    began = datetime.fromtimestamp(pause.since, UTC) if pause.since else None
    since = f"Since {began:%Y-%m-%d %H:%M} UTC. " if began else ""
    if what == "credentials":
        return Message(
            "credentials",
            pause.service,
            f"The flow stands still: {service} refuses our credentials",
            f"{since}No account is lost. closedwon check says what is wrong and, once it is "
            "mended, sets the flow going.",
            now,
        )
    return Message(
        "service_down",
        what,
        f"{service} is down",
        f"{since}What needs it is paused, and no account is lost. A probe tries again and again; "
        "once it succeeds, all goes on by itself.",
        now,
    )


def _letters(found: CauseCount, now: float) -> Message:
    some = "1 dead letter" if found.count == 1 else f"{found.count:,} dead letters"
    oldest, newest = now - found.oldest, now - found.newest
    return Message(
        "dead_letters",
        found.cause,
        f"{some}: {found.cause}",
        f"The oldest died {ago(oldest)}, the newest {ago(newest)}.",
        now,
        count=found.count,
        news=found.newest,
        page=page_of_cause(found.cause),
    )
