"""A short form of the fuzzing; `python -m proof.faults.fuzz` is the long one."""

from collections import Counter

from proof.faults.fuzz.target import FuzzResult, FuzzTarget, divided
from proof.faults.fuzz.targets import IN_PROCESS, apart


def test_whatever_comes_from_outside_is_a_clear_error_or_does_no_harm() -> None:
    results = apart(1200, 20, 110, "--in-process")

    assert [finding for result in results for finding in result.findings] == []
    assert {result.target for result in results} == {target.name for target in IN_PROCESS}
    assert sum(result.inputs for result in results) >= 1200
    assert all(result.refused for result in results)


def test_inputs_are_divided_by_shares_and_never_fewer_than_wanted() -> None:
    def run(seed: int, count: int) -> FuzzResult:
        return FuzzResult("none", count)

    cheap, dear = FuzzTarget("cheap", "", run, share=2), FuzzTarget("dear", "", run, at_most=10)

    shares = divided([cheap, FuzzTarget("other", "", run), dear], 100)

    assert shares == {"cheap": 60, "other": 30, "dear": 10}


def test_the_dear_have_no_more_than_their_share_of_a_few_inputs() -> None:
    def run(seed: int, count: int) -> FuzzResult:
        return FuzzResult("none", count)

    targets = [FuzzTarget(name, "", run) for name in ("one", "other")]

    shares = divided([*targets, FuzzTarget("dear", "", run, at_most=500)], 3)

    assert shares == {"one": 1, "other": 1, "dear": 1}


def test_a_result_survives_json() -> None:
    result = FuzzResult("events", 3, 1, Counter(MalformedEvent=2), ["TypeError: b''"], 0.5)

    assert FuzzResult.read_from(result.stored()) == result
