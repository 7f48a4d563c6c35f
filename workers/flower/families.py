"""Figures in Prometheus's terms: names, types and units by its conventions."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from app.lag import middle
from app.notifications.ways import WAYS
from app.pauses import WHAT
from workers.flower.figures import Figures

_STATES = ("queued", "running", "retrying", "waiting", "synced", "skipped", "dead")
_LAG_BOUNDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600)
"""Seconds: Salesforce's commit times are whole ones."""


def up(*, answers: bool) -> Metric:
    """Whether what follows could be read."""
    words = "Whether Redis answered, so that the other metrics of closedwon are there."
    return GaugeMetricFamily("closedwon_up", words, int(answers))


def families(figures: Figures) -> Iterator[Metric]:
    """All but `up`. What has no value yet is left out."""
    yield from _of_accounts(figures)
    yield from _of_letters(figures)
    yield from _of_channels(figures)
    yield from _of_services(figures)
    yield from _of_routine(figures)
    for result, counts in (("sent", figures.sent), ("failed", figures.failed)):
        counter = CounterMetricFamily(
            f"closedwon_notifications_{result}",
            f"Messages to people: {result}.",
            labels=("way",),
        )
        for way in WAYS:
            counter.add_metric((way,), counts.get(way, 0))
        yield counter


def _of_accounts(figures: Figures) -> Iterator[Metric]:
    yield _by(
        "closedwon_queue_messages", "Messages in a stage's queue.", "stage", figures.queues.items()
    )
    rows = ((state, figures.rows.get(state, 0)) for state in _STATES)
    yield _by("closedwon_rows", "Accounts that the ledger knows, by their state.", "state", rows)
    yield _by(
        "closedwon_under_way_oldest_age_seconds",
        "How long ago the account was at rest that has not been for longest: of those that move, "
        "in a stage's line or running, and of those that wait for a parent.",
        "how",
        figures.under_way_ages.items(),
    )


def _of_letters(figures: Figures) -> Iterator[Metric]:
    yield _by(
        "closedwon_dead_letters",
        "Dead letters, by cause.",
        "cause",
        ((found.cause, found.count) for found in figures.letters),
    )
    yield _by(
        "closedwon_dead_letter_oldest_age_seconds",
        "How long ago the oldest dead letter of a cause died last.",
        "cause",
        ((found.cause, max(0.0, figures.now - found.oldest)) for found in figures.letters),
    )
    words = "Letters that were requeued and have neither succeeded nor died again yet."
    yield GaugeMetricFamily("closedwon_dead_letters_on_trial", words, figures.letters_again)


def _of_channels(figures: Figures) -> Iterator[Metric]:
    heard = ((channel, int(is_heard)) for channel, is_heard in figures.heard.items())
    words = "Whether a listener hears the channel."
    yield _by("closedwon_channel_heard", words, "channel", heard)
    lag = HistogramMetricFamily(
        "closedwon_lag_seconds",
        "From the commit in Salesforce to the write in NetSuite. Counted in buckets a tenth wide: "
        "bounds are right to 5 %, and the sum is that of the buckets' middles.",
        labels=("channel",),
    )
    for channel, counted in figures.lags.items():
        lag.add_metric((channel,), _buckets(counted), _sum(counted))
    yield lag


def _of_services(figures: Figures) -> Iterator[Metric]:
    slots, calls = figures.slots, figures.api_calls
    for name, words, value in (
        ("slots_configured", "NETSUITE_CONCURRENCY.", slots.configured),
        ("slots_allowed", "Requests at a time that are tried, less while refused.", slots.allowed),
        ("slots_in_use", "Requests to NetSuite under way.", slots.in_use),
        ("calls_waiting", "Calls that wait for a slot.", slots.waiting),
    ):
        yield GaugeMetricFamily(f"closedwon_netsuite_{name}", words, value)
    words = "Requests that NetSuite refused for their number."
    yield CounterMetricFamily("closedwon_netsuite_refusals", words, slots.refusals)
    if calls:
        words = "API calls in the last 24 hours, of all programs, as Salesforce said last."
        yield GaugeMetricFamily("closedwon_salesforce_api_calls", words, calls.used)
        words = "API calls that Salesforce allows in 24 hours."
        yield GaugeMetricFamily("closedwon_salesforce_api_calls_limit", words, calls.limit)
    paused = ((what, int(what in figures.paused)) for what in WHAT)
    yield _by("closedwon_paused", "Whether stages are paused, and for what.", "what", paused)


def _of_routine(figures: Figures) -> Iterator[Metric]:
    if figures.sweeper_age is not None:
        words = "How long ago the sweeper ran last."
        yield GaugeMetricFamily("closedwon_sweeper_age_seconds", words, figures.sweeper_age)
    words = "Passes of the reconciler that are not over."
    yield GaugeMetricFamily("closedwon_passes_open", words, figures.passes)
    words = "Those that read changes known to be missing."
    yield GaugeMetricFamily("closedwon_gaps_open", words, figures.gaps)
    told = figures.hand_off
    for name, words, value in (
        ("messages", "New Customers in the hand-off stream.", told.length),
        ("unread", "Those that the group has not been given yet.", told.lag),
        ("unacknowledged", "Those that it was given and has not acknowledged.", told.pending),
    ):
        if value is not None:
            yield GaugeMetricFamily(f"closedwon_hand_off_{name}", words, value)


def _by(
    name: str, words: str, label: str, values: Iterable[tuple[str, float]]
) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, words, labels=(label,))
    for value_of_label, value in values:
        gauge.add_metric((value_of_label,), value)
    return gauge


def _buckets(counted: Mapping[int, int]) -> list[tuple[str, float]]:
    """Bound to how many changes took no longer, by their buckets' middles."""
    return [
        (
            "+Inf" if bound == math.inf else str(float(bound)),
            sum(count for bucket, count in counted.items() if middle(bucket) <= bound),
        )
        for bound in (*_LAG_BOUNDS, math.inf)
    ]


def _sum(counted: Counter[int]) -> float:
    return sum(middle(bucket) * count for bucket, count in counted.items())
