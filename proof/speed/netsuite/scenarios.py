"""What is measured: each scenario does its work on a rig and gives its figures."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from proof.report.targets import Figures
from proof.rig.measuring import Measurement, cost, letters_ever, measured
from proof.rig.rig import Rig
from proof.rig.traffic import first_after, writes

_CREATES = "customer.p[uo]*"
"""Calls that create a Customer: PUT by external id, or POST; PATCH changes one."""
_SHARE_BEFORE_OUTAGE = 0.2


@dataclass(frozen=True, slots=True)
class Result:
    """`calls`: cloud to name of a call to how many came."""

    figures: Figures
    calls: Mapping[str, Mapping[str, int]]


Scenario = Callable[[Rig], Result]


def creates(rig: Rig) -> Result:
    """New accounts become Customers."""
    accounts = list(rig.plant(rig.sizes.accounts))
    with measured(rig, accounts) as run:
        rig.sync(accounts)
    return Result(cost(rig, run), run.calls())


def updates(rig: Rig) -> Result:
    """Accounts that are Customers already have another phone."""
    accounts = rig.linked(rig.sizes.accounts)
    rig.planter.change(accounts)
    with measured(rig, accounts) as run:
        rig.sync(accounts)
    return Result(cost(rig, run), run.calls())


def unchanged(rig: Rig) -> Result:
    """Accounts are synced again that are in NetSuite as they are."""
    accounts = rig.linked(rig.sizes.repeated)
    with measured(rig, accounts) as run:
        rig.sync(accounts)
    return Result(cost(rig, run), run.calls())


def drop(rig: Rig) -> Result:
    """NetSuite carries every create out, but every fifth gets no answer: the line breaks."""
    planted = rig.plant(rig.sizes.dropped)
    accounts = list(planted)
    rig.netsuite.fault(call=_CREATES, drop="after", every=5, times=None)
    with measured(rig, accounts) as run:
        rig.sync(accounts)
    dropped = rig.netsuite.faults_fired()
    found = Counter(rig.netsuite.customer_names())
    figures = {
        "dropped_share": dropped / len(accounts),
        "customers": found.total(),
        "missing_customers": sum(name not in found for name in planted.values()),
        "surplus_customers": found.total() - len(found.keys() & set(planted.values())),
    }
    return Result({**cost(rig, run), **figures}, run.calls())


def outage(rig: Rig) -> Result:
    """NetSuite refuses everything for a while, with a whole scenario of accounts under way."""
    accounts = list(rig.plant(round(rig.sizes.accounts / (1 - _SHARE_BEFORE_OUTAGE))))
    with measured(rig, accounts) as run:
        rig.open(accounts)
        rig.wait(lambda: rig.moving() <= rig.sizes.accounts)
        under_way = rig.moving()
        rig.take_netsuite_down()
        rig.let_pass(rig.sizes.outage_seconds)
        recovered_at = rig.bring_netsuite_back()
        rig.await_rest()
    figures = {
        "under_way_at_outage": under_way,
        "share_under_way_at_outage": under_way / rig.sizes.accounts,
        "letters_ever": letters_ever(rig, accounts),
        "seconds_to_first_write": first_after(writes(run.netsuite), recovered_at),
        "seconds_from_recovery_to_rest": run.ended - recovered_at,
        "requests_in_vain": _in_vain_before(run, recovered_at),
    }
    return Result({**cost(rig, run), **figures}, run.calls())


def _in_vain_before(run: Measurement, moment: float) -> int:
    return sum(not request.is_success for request in run.netsuite if request.at < moment)
