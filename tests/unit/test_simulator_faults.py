"""The fault table: which call is hit, and how often."""

import pytest

from simulators.faults import Fault, FaultTable
from simulators.requests import without_secrets


def _table(*faults: Fault) -> FaultTable:
    table = FaultTable()
    for fault in faults:
        table.add(fault)
    return table


def test_a_fault_skips_then_hits_then_is_spent() -> None:
    table = _table(Fault("query", status=503, skip=1, times=2))

    hits = [len(table.hit("query")) for _ in range(5)]

    assert hits == [0, 1, 1, 0, 0]
    assert table.list()[0]["fired"] == 2


def test_a_fault_without_times_hits_until_it_is_removed() -> None:
    table = _table(Fault("customer.*", status=503, times=None))

    before = [len(table.hit(call)) for call in ("customer.put", "customer.get", "suiteql")]
    removed = table.remove(table.list()[0]["id"])
    after = table.hit("customer.put")

    assert before == [1, 1, 0]
    assert removed
    assert after == []


def test_a_fault_may_hit_every_third_call_after_those_that_it_skips() -> None:
    table = _table(Fault("customer.put", status=503, skip=1, every=3, times=2))

    hits = [len(table.hit("customer.put")) for _ in range(11)]

    assert hits == [0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]


def test_delays_add_up_until_one_fault_decides() -> None:
    slow, broken, later = (
        Fault("*", delay_seconds=0.1, times=None),
        Fault("query", status=503),
        Fault("query", status=500),
    )
    table = _table(slow, broken, later)

    first, second = table.hit("query"), table.hit("query")

    assert first == [slow, broken]
    assert second == [slow, later]


def test_a_fault_may_look_for_a_text() -> None:
    table = _table(Fault("query", contains="Acme", status=503))

    misses, hits = table.hit("query", "/query?q=Ajax"), table.hit("query", "/query?q=Acme")

    assert misses == []
    assert len(hits) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "object"),
        ({}, "call is missing"),
        ({"call": "query"}, "needs an effect"),
        ({"call": "query", "delay_seconds": 0}, "needs an effect"),
        ({"call": "query", "status": True}, "status must be"),
        ({"call": "query", "status": 99}, "between 200 and 599"),
        ({"call": "query", "status": 503, "when": "now"}, "unknown key 'when'"),
        ({"call": "query", "headers": {"Retry-After": 1}}, "Retry-After"),
        ({"call": "query", "status": 503, "every": 0}, "every must be at least 1"),
        ({"call": "query", "delay_seconds": -1}, "delay_seconds must be"),
    ],
)
def test_a_senseless_fault_says_what_is_wrong(data: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Fault.parse(data)


def test_forms_are_logged_without_secrets() -> None:
    logged = without_secrets("grant_type=client_credentials&client_secret=hush&assertion=a.b.c")

    assert logged == "grant_type=client_credentials&client_secret=***&assertion=***"
