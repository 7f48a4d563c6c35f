"""The protocol stays proven: the smaller worlds are clean, and rules taken away are missed."""

import pytest

from tests.ledger_check import Walk
from tests.ledger_state import RULES
from tests.ledger_worlds import WORLDS


@pytest.mark.parametrize(
    "name",
    [
        "forced",
        pytest.param("chain", marks=pytest.mark.long),
        pytest.param("siblings", marks=pytest.mark.long),
    ],
)
def test_no_state_of_a_small_world_does_harm(name: str) -> None:
    walk = Walk(WORLDS[name], RULES)

    harm, steps, states = walk.check()

    assert harm is None, "\n".join(steps)
    assert states > 40_000


@pytest.mark.parametrize(
    ("rule", "name", "expected"),
    [
        ("settle heeds again", "forced", "a change is forgotten"),
        ("wait sees cycles", "circle", "a circle of waiting rows"),
        ("retry replaces the token", "lapsed", "a retry ran before its time"),
        ("the check before a write makes written unsure", "forced", "a change is lost"),
        ("wrote stores its part unless a rewrite came meanwhile", "split", "a change is lost"),
        ("a rewrite outlasts a change", "forced", "a change is lost"),
        ("a suspect runs while no other does", "suspects", "two suspects run at a time"),
        ("a loss in company is held against nobody", "lapsed", "a letter for what others"),
    ],
)
def test_a_rule_taken_away_does_harm(rule: str, name: str, expected: str) -> None:
    walk = Walk(WORLDS[name], RULES - {rule})

    harm, steps, _ = walk.check()

    assert harm is not None
    assert harm.startswith(expected)
    assert steps
