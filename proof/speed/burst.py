"""Many changes of few accounts, made while no worker runs: what they cost, and how fast they go."""

import time

from app.channels import Channels
from app.salesforce_settings import DEFAULT_CHANNELS
from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Figures, Target
from proof.rig.measuring import Measurement, cost, measured
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.rig.traffic import writes
from proof.speed.part import Bench, Part

_ACCOUNTS, _CHANGES_EACH = 10_000, 10
_SIZES = Sizes(concurrency=15, latency_seconds=0.2)
_QUICK_SECONDS = 0.01
"""What NetSuite takes for a call while the Customers are made."""


def section() -> Section:
    return Section(
        name="burst",
        title="A burst of changes that precedes the workers",
        method=(
            f"Accounts that are Customers already are edited {_CHANGES_EACH} times each, 200 "
            "Accounts a call, while no worker runs; the listener hears every change. Then one "
            f"worker process of {_SIZES.threads} threads starts. NetSuite takes "
            f"{_SIZES.concurrency} requests at a time and {1000 * _SIZES.latency_seconds:.0f} ms "
            f"for each: {_SIZES.limit_per_second:.0f} a second. Drained: from the worker's start "
            "to the last write."
        ),
        columns=(
            Column("accounts", "accounts"),
            Column("netsuite_writes", "writes"),
            Column("writes_per_account", "writes per account", ",.3f"),
            Column("heard_per_second", "changes made and heard per second"),
            Column("seconds_to_drain", "drained, s", ",.1f"),
            Column("seconds_at_limit", "at the limit, s", ",.1f"),
            Column("share_of_limit_whole_run", "share of limit, whole", ".1%"),
            Column("share_of_limit", "share of limit, steady", ".1%"),
            Column("not_synced", "not synced"),
        ),
        targets=(
            Target("*", "writes_per_account", "at most", 1.05),
            Target("*", "share_of_limit", "at least", 0.95),
            Target("*", "letters", "exactly", 0),
            Target("*", "not_synced", "exactly", 0),
        ),
        chart=Chart(
            "bars",
            {"seconds_to_drain": "drained", "seconds_at_limit": "at NetSuite's limit"},
            "seconds",
        ),
    )


def measure(section: Section, bench: Bench) -> None:
    count = bench.count(_ACCOUNTS, least=200)
    with rig(bench.directory, 1, _SIZES, beside=("listener", "beat")) as ready:
        accounts = _linked(ready, count)
        bench.say(f"{count:,} Customers stand; the worker stops, and the changes come")
        ready.stack.stop("worker")
        heard = _changed(ready, accounts)
        bench.say(f"{heard:,.0f} changes a second were made and heard; the worker starts")
        with measured(ready, accounts) as run:
            ready.stack.start("worker")
            ready.await_rest()
        name = f"{count * _CHANGES_EACH:,} changes"
        section.rows[name] = {**_figures(ready, run), "heard_per_second": heard}
        bench.keep()


def _linked(rig: Rig, count: int) -> list[str]:
    """Accounts that are Customers, each heard of by its change events."""
    rig.netsuite.switch(latency_seconds=_QUICK_SECONDS)
    accounts = list(rig.plant(count))
    rig.wait(lambda: _heard(rig) >= 2 * count)  # an Account's and an Opportunity's
    rig.await_rest()
    rig.netsuite.switch(latency_seconds=rig.sizes.latency_seconds)
    return accounts


def _changed(rig: Rig, accounts: list[str]) -> float:
    """All accounts again and again; waits until the last change is heard → changes a second."""
    began, delivered = time.monotonic(), _heard(rig)
    for _ in range(_CHANGES_EACH):
        rig.planter.change(accounts)
    changes = len(accounts) * _CHANGES_EACH
    rig.wait(lambda: _heard(rig) - delivered >= changes)
    return changes / (time.monotonic() - began)


def _heard(rig: Rig) -> int:
    """Events, since the listener's start."""
    return sum(view.events for view in Channels(rig.redis).views(DEFAULT_CHANNELS))


def _figures(rig: Rig, run: Measurement) -> Figures:
    accounts = len(run.accounts)
    figures = cost(rig, run)
    last = max((request.ended for request in writes(run.netsuite)), default=run.ended)
    return {
        **figures,
        "changes": accounts * _CHANGES_EACH,
        "writes_per_account": (figures["netsuite_writes"] or 0.0) / accounts,
        "seconds_to_drain": last - run.began,
        "seconds_at_limit": accounts / rig.sizes.limit_per_second,
    }


PART = Part("burst", section, measure)
