"""What the benchmark makes of one change's way through both clouds, and of many."""

import pytest

from proof.rig.traffic import Request
from proof.speed.journey import Change, Journey, journey, percentile

ACCOUNT, OFFER = "001000000000001AAA", "006000000000001"
CALLS = ("queryAll", "suiteql", "customer.put", "customer.patch")
CHANGE = Change(ACCOUNT, committed=100.0, names=(ACCOUNT, OFFER), calls=CALLS)


def request(
    call: str, at: float, seconds: float, said: str = ACCOUNT, status: int = 204
) -> Request:
    return Request(call, status, at, seconds, said)


def test_the_excess_is_what_no_call_of_the_change_took() -> None:
    log = [
        request("customer.put", 100.75, 0.25),
        request("queryAll", 100.125, 0.125, f"WHERE Id IN ('{OFFER}')"),
        request("suiteql", 100.5, 0.25),
    ]

    found = journey(CHANGE, log)

    assert found == Journey(total=1000.0, calls=625.0, made=3)
    assert found.excess == 375.0


def test_calls_of_others_before_and_after_are_none_of_a_change() -> None:
    own = request("customer.patch", 100.5, 0.25)
    log = [
        request("queryAll", 99.5, 0.125),
        request("queryAll", 100.25, 0.125, said="001000000000002AAA"),
        request("sobject.patch", 101.0, 0.125),
        own,
    ]

    found = journey(CHANGE, log)

    assert found == journey(CHANGE, [own])


def test_the_first_write_that_was_taken_ends_the_way() -> None:
    refused = request("customer.patch", 100.25, 0.125, status=429)
    first, later = request("customer.patch", 100.5, 0.25), request("customer.patch", 103.0, 0.25)

    found = journey(CHANGE, [later, refused, first])

    assert found == Journey(total=750.0, calls=250.0, made=2)


def test_a_call_too_many_is_no_part_of_the_way() -> None:
    log = [
        request("suiteql", 100.125, 0.125, status=200),
        request("suiteql", 100.25, 0.25, status=200),
        request("customer.put", 100.5, 0.25),
    ]

    found = journey(CHANGE, log)

    assert found == Journey(total=750.0, calls=375.0, made=3)


def test_a_change_that_was_never_written_has_no_way() -> None:
    log = [request("queryAll", 100.25, 0.125), request("customer.patch", 100.5, 0.25, status=500)]

    found = journey(CHANGE, log)

    assert found is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 50.0), (0.99, 99.0), (0.0, 1.0), (1.0, 100.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    values = [float(number) for number in range(100, 0, -1)]

    found = percentile(values, share)

    assert found == value


def test_without_values_there_is_no_percentile() -> None:
    values: list[float] = []

    found = percentile(values, 0.5)

    assert found is None
