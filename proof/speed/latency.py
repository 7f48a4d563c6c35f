"""From a change in Salesforce to the Customer in NetSuite, while little happens."""

import random
import time
from contextlib import closing
from dataclasses import dataclass
from statistics import fmean

from proof.report.chart import Chart
from proof.report.section import Column, Section
from proof.report.targets import Figures, Target
from proof.rig.rig import Rig, rig
from proof.rig.sizes import Sizes
from proof.rig.traffic import Request
from proof.speed.journey import Change, journey, percentile
from proof.speed.part import Bench, Part
from workers.demo.people import Salesperson

_SAMPLES = 300
_PAUSE_SECONDS = (0.25, 0.75)
"""Between two changes: of each kind, one a second on average."""
_SALESFORCE_SECONDS = 0.1
_SIZES = Sizes(concurrency=15, latency_seconds=0.2, threads=32)
_WHOLE = ("listener", "beat", "flower")
_CREATES, _UPDATES = "Opportunity won, Customer created", "Account edited, Customer updated"
_SETTLED_SECONDS = 3.0
_UPDATE_CALLS = ("queryAll", "customer.patch")
"""The Account's reading, and the write."""
_CREATE_CALLS = ("queryAll", "queryAll", "suiteql", "customer.put")
"""Whose the Opportunity is, the Account's reading, the look-up, and the write."""
_METHOD = (
    f"The whole system: a worker of {_SIZES.threads} threads, listener, beat and Flower. "
    "Somebody wins an Opportunity or edits an Account, each about once a second; NetSuite "
    f"takes {1000 * _SIZES.latency_seconds:.0f} ms for a call, Salesforce "
    f"{1000 * _SALESFORCE_SECONDS:.0f} ms for a query. Total: from Salesforce's answer to "
    "the save until NetSuite has written; calls: how long both clouds took for the calls "
    "between that a change may cost (a create: whose the Opportunity is, the Account's "
    "reading, the look-up, the write; an update: reading, write); excess: the rest, a call "
    "too many among it; calls of a change: all that name it until it is written, refused "
    "ones and repetitions as well. Salesforce's own delay of change events is not in it: "
    "the simulator publishes at once."
)


def section() -> Section:
    return Section(
        name="latency",
        title="From Salesforce's commit to NetSuite's, under light load",
        method=_METHOD,
        columns=(
            Column("samples", "samples"),
            Column("total_p50", "total p50, ms"),
            Column("total_p99", "total p99, ms"),
            Column("calls_p50", "calls p50, ms"),
            Column("calls_p99", "calls p99, ms"),
            Column("excess_p50", "excess p50, ms"),
            Column("excess_p99", "excess p99, ms"),
            Column("calls_each", "calls of a change", ".3f"),
            Column("unwritten", "not written"),
        ),
        targets=(
            Target("*", "excess_p50", "at most", 150),
            Target("*", "excess_p99", "at most", 500),
            Target(_CREATES, "calls_each", "at most", len(_CREATE_CALLS)),
            Target(_UPDATES, "calls_each", "at most", len(_UPDATE_CALLS)),
            Target("*", "unwritten", "exactly", 0),
        ),
        chart=Chart(
            "bars",
            {
                "total_p50": "total p50",
                "calls_p50": "calls p50",
                "excess_p50": "excess p50",
                "excess_p99": "excess p99",
            },
            "ms",
        ),
    )


@dataclass
class _People:
    """Two kinds of change, in turn. `offers`: Account to its open Opportunity."""

    salesperson: Salesperson
    offers: dict[str, str]
    linked: list[str]

    def win(self, number: int) -> Change:
        account, offer = list(self.offers.items())[number]
        self.salesperson.win(offer)
        # The listener asks by the first 15 characters of the Opportunity's id.
        return Change(account, time.time(), (account, offer[:15]), _CREATE_CALLS)

    def edit(self, number: int) -> Change:
        account = self.linked[number % len(self.linked)]
        self.salesperson.edit("Account", account, Phone=f"+44 20 {number:07}")
        return Change(account, time.time(), (account,), _UPDATE_CALLS)


def measure(section: Section, bench: Bench) -> None:
    samples = bench.count(_SAMPLES)
    with rig(bench.directory, 1, _SIZES, beside=_WHOLE) as ready:
        ready.salesforce.fault(call="query*", delay_seconds=_SALESFORCE_SECONDS, times=None)
        with closing(Salesperson(ready.stack.environment)) as salesperson:
            people = _moved_in(ready, salesperson, samples)
            ready.let_pass(_SETTLED_SECONDS)
            won, edited = _at_work(ready, people, samples)
        log = [*ready.salesforce.requests(), *ready.netsuite.requests()]
        for name, changes in ((_CREATES, won), (_UPDATES, edited)):
            section.rows[name] = _figures(changes, log)
            bench.keep()


def _moved_in(rig: Rig, salesperson: Salesperson, samples: int) -> _People:
    """Accounts that are Customers, and others with an Opportunity to be won."""
    linked = list(rig.plant(samples))
    rig.wait(lambda: rig.journal.states().get("synced", 0) >= samples)
    accounts = salesperson.create_many(
        "Account", [{"Name": f"Light Load {number:04}"} for number in range(samples)]
    )
    fields = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2030-12-31"}
    offers = salesperson.create_many("Opportunity", [{"AccountId": a, **fields} for a in accounts])
    rig.wait(lambda: rig.journal.states().get("skipped", 0) >= samples and not rig.moving())
    rig.salesforce.forget_requests()
    rig.netsuite.forget_requests()
    return _People(salesperson, dict(zip(accounts, offers, strict=True)), linked)


def _at_work(rig: Rig, people: _People, samples: int) -> tuple[list[Change], list[Change]]:
    pause = random.Random(1)
    won, edited = [], []
    for number in range(samples):
        won.append(people.win(number))
        rig.let_pass(pause.uniform(*_PAUSE_SECONDS))
        edited.append(people.edit(number))
        rig.let_pass(pause.uniform(*_PAUSE_SECONDS))
    rig.await_rest()
    rig.let_pass(_SETTLED_SECONDS)
    rig.await_rest()
    return won, edited


def _figures(changes: list[Change], log: list[Request]) -> Figures:
    found = [journey(change, log) for change in changes]
    journeys = [one for one in found if one is not None]
    figures: dict[str, float | None] = {
        "samples": len(changes),
        "unwritten": len(changes) - len(journeys),
        "calls_each": fmean(one.made for one in journeys) if journeys else None,
    }
    for kind in ("total", "calls", "excess"):
        values = [getattr(one, kind) for one in journeys]
        figures |= {f"{kind}_p50": percentile(values, 0.5), f"{kind}_p99": percentile(values, 0.99)}
    return figures


PART = Part("latency", section, measure)
