"""A time as a person gives it."""

import time

import click
import pytest

from workers.cli.times import Since


def since(given: str) -> int:
    return Since().convert(given, None, None)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("2025-11-23", 1_763_856_000),
        ("2025-11-23T10:15", 1_763_892_900),
        ("2025-11-23 10:15:02Z", 1_763_892_902),
        ("2025-11-23T10:15:02+01:00", 1_763_889_302),
    ],
)
def test_a_moment_is_utc_unless_it_says_otherwise(given: str, seconds: int) -> None:
    assert since(given) == seconds


@pytest.mark.parametrize(("given", "ago"), [("90m", 5400), ("6h", 21_600), ("3d", 259_200)])
def test_so_long_ago_counts_from_now(given: str, ago: int) -> None:
    before = int(time.time())

    found = since(given)

    assert before - ago <= found <= int(time.time()) - ago


@pytest.mark.parametrize(
    "given", ["", "now", "3 d", "3w", "-3d", "2999-01-01", "1960-01-01", "999999d", "0001-01-01"]
)
def test_anything_else_is_refused(given: str) -> None:
    with pytest.raises(click.BadParameter):
        since(given)
