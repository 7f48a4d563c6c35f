"""What the benchmark makes of logs and targets."""

import pytest

from proof.report.targets import Bound, Target, verdicts
from proof.rig.machine import cpu_seconds, machine
from proof.rig.sizes import Sizes
from proof.rig.traffic import Request, by_call, counted, first_after, steady_rate, writes
from proof.speed.netsuite.report import Report
from proof.speed.netsuite.scenarios import Result
from proof.speed.netsuite.targets import TARGETS


def request(call: str, status: int | None = 204, at: float = 0.0) -> Request:
    return Request(call, status, at, 0.2)


def test_the_rate_is_taken_between_the_tenth_and_the_ninetieth_percentile() -> None:
    slow_start, even, slow_end = [0.0], [10 + 0.1 * n for n in range(1, 100)], [100.0]

    rate = steady_rate([*slow_end, *even, *slow_start])

    assert rate == pytest.approx(10.0)


@pytest.mark.parametrize("times", [[], [1.0], [1.0, 1.0]])
def test_without_two_moments_there_is_no_rate(times: list[float]) -> None:
    assert steady_rate(times) is None


def test_tokens_and_metadata_are_no_cost_of_an_account() -> None:
    log = [request(call) for call in ("token", "metadata", "suiteql", "customer.put")]

    left = [found.call for found in counted(log)]

    assert left == ["suiteql", "customer.put"]


def test_a_write_is_one_that_was_answered_with_success() -> None:
    taken = [
        request("customer.put"),
        request("customer.patch"),
        request("customerSubsidiaryRelationship.post"),
    ]
    others = [
        request("customer.get"),
        request("suiteql"),
        request("customer.put", 429),
        request("customer.put", None),
    ]

    found = writes([*others, *taken])

    assert found == taken


def test_calls_are_told_by_name_the_most_frequent_first() -> None:
    log = [request("token"), request("suiteql"), request("suiteql")]

    told = by_call(log)

    assert list(told.items()) == [("suiteql", 2), ("token", 1)]


def test_the_first_write_after_an_outage_is_found_whatever_the_order() -> None:
    log = [request("customer.put", at=at) for at in (9.0, 14.0, 12.5)]

    assert first_after(log, 10.0) == 2.5
    assert first_after(log, 20.0) is None


@pytest.mark.parametrize(
    ("bound", "measured", "met"),
    [
        ("at most", 1.1, True),
        ("at most", 1.11, False),
        ("at least", 1.1, True),
        ("at least", 1.09, False),
        ("exactly", 1.1, True),
        ("exactly", 0.0, False),
        ("at most", None, False),
    ],
)
def test_a_target_is_met_or_missed(bound: Bound, measured: float | None, met: bool) -> None:
    target = Target("creates", "figure", bound, 1.1)

    assert target.is_met(measured) is met


def test_a_scenario_is_held_against_its_own_targets() -> None:
    targets = (Target("creates", "letters", "exactly", 0), Target("drop", "letters", "exactly", 0))

    [verdict] = verdicts("drop", {"letters": 2.0}, targets)

    assert verdict.target == targets[1]
    assert verdict.measured == 2.0
    assert not verdict.is_met


def test_no_scenario_has_two_targets_for_one_figure() -> None:
    named = [(target.scenario, target.figure) for target in TARGETS]

    assert len(set(named)) == len(named)


def report(**figures: float | None) -> Report:
    return Report(Sizes(), machine(), {"unchanged": Result(figures, {"netsuite": {"suiteql": 3}})})


def test_a_report_says_what_was_missed_and_shows_figures_without_a_target_last() -> None:
    found = report(seconds=1.25, netsuite_writes=0, netsuite_requests=3, letters=0, not_synced=0)

    assert found.missed("unchanged") == ["netsuite_requests"]
    assert not found.all_met()
    assert list(found.rows())[1:] == [
        ("unchanged", "netsuite_requests", "3", "exactly 0", "MISSED"),
        ("unchanged", "letters", "0", "exactly 0", "met"),
        ("unchanged", "not_synced", "0", "exactly 0", "met"),
        ("unchanged", "seconds", "1.250", "", ""),
    ]


def test_a_report_in_which_a_scenario_failed_meets_nothing() -> None:
    found = report(netsuite_writes=0, netsuite_requests=0, letters=0, not_synced=0)
    assert found.all_met()

    found.failure = "Stuck: After 900 s: {'retrying': 3}"

    assert not found.all_met()
    assert found.as_json()["met"] is False
    assert found.as_json()["failure"] == "Stuck: After 900 s: {'retrying': 3}"


def test_the_limit_follows_from_concurrency_and_latency() -> None:
    assert Sizes(concurrency=15, latency_seconds=0.2).limit_per_second == pytest.approx(75.0)


def test_a_process_that_is_gone_has_no_cpu_seconds() -> None:
    assert cpu_seconds(2**22 + 1) is None
