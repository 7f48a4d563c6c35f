"""What `/metrics` tells of the sync, as Redis shows it at one moment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis

from app.admin.under_way import oldest_under_way
from app.channels import Channels
from app.hand_off import HandOff, hand_off
from app.journal import Journal
from app.lag import Lags
from app.letters import CauseCount, Letters
from app.models import STAGES
from app.netsuite.allotment import Allotment, GovernorState, Pace
from app.notifications.history import History
from app.passes import Passes
from app.pauses import Pauses
from app.salesforce.usage import ApiUsage, Usage
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Figures:
    """Ages are seconds, None: it never happened."""

    queues: Mapping[str, int]
    rows: Mapping[str, int]
    letters: Sequence[CauseCount]
    letters_again: int
    under_way_ages: Mapping[str, float]
    heard: Mapping[str, bool]
    """Channel to whether anybody hears it."""
    lags: Mapping[str, Counter[int]]
    """Channel to its histogram (app/lag.py), of all time."""
    slots: GovernorState
    api_calls: ApiUsage | None
    paused: frozenset[str]
    sweeper_age: float | None
    passes: int
    gaps: int
    hand_off: HandOff
    sent: Mapping[str, int]
    failed: Mapping[str, int]
    now: float
    """Redis's clock, epoch seconds."""


def read_figures(redis: Redis, settings: Settings) -> Figures:
    """Raises redis.exceptions.RedisError when Redis does not answer."""
    journal, lags, history = Journal(redis), Lags(redis), History(redis)
    letters, passes, channels = Letters(redis), Passes(redis).all(), settings.salesforce_channels
    now, swept = journal.now(), journal.swept_at()
    return Figures(
        queues=_queues(redis),
        rows=journal.states(),
        letters=letters.causes(),
        letters_again=letters.again(),
        under_way_ages=oldest_under_way(redis, now),
        heard={
            view.channel: view.connected_since is not None
            for view in Channels(redis).views(channels)
        },
        lags={channel: lags.total(channel) for channel in channels},
        slots=Allotment(redis, settings.netsuite_concurrency, Pace()).state(),
        api_calls=Usage(redis).read(),
        paused=frozenset(Pauses(redis).current()),
        sweeper_age=None if swept is None else max(0.0, now - swept),
        passes=len(passes),
        gaps=sum(one.is_gap for one in passes),
        hand_off=hand_off(redis),
        sent=history.sent(),
        failed=history.failed(),
        now=now,
    )


def _queues(redis: Any) -> dict[str, int]:
    """Stage to how many messages lie in its queue."""
    with redis.pipeline(transaction=False) as pipeline:
        for stage in STAGES:
            pipeline.llen(stage)
        return dict(zip(STAGES, pipeline.execute(), strict=True))
