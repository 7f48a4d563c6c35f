"""Who waits for an account, through however many generations."""

import pytest
from redis import Redis

from app.journal import Journal

TOP = "001000000000000AAA"


@pytest.fixture
def families(redis: Redis) -> dict[str, list[str]]:
    """Three who wait for the top; for each of them as many again, and 600 for the last of these."""
    children = [f"001000000000{number:03}AAA" for number in (1, 2, 3)]
    found = {TOP: children}
    for number, child in enumerate(children, 1):
        found[child] = [f"0010000{number}0000{last:03}AAA" for last in (1, 2, 3)]
    found[found[children[-1]][-1]] = [f"001000000009{last:03}AAA" for last in range(600)]
    for parent, waiting in found.items():
        redis.sadd(f"cw:waiting:{parent}", *waiting)
    return found


def everyone(families: dict[str, list[str]]) -> set[str]:
    return {account for waiting in families.values() for account in waiting}


def test_all_who_wait_are_found_and_counted(redis: Redis, families: dict[str, list[str]]) -> None:
    journal = Journal(redis)

    found = journal.waiting_behind(TOP)

    assert len(found) == journal.waiting_count(TOP) == 612
    assert set(found) == everyone(families)


@pytest.mark.parametrize("limit", [1, 3, 5, 12, 13, 100, 612, 700])
def test_the_nearest_come_first_and_no_more_than_are_asked_for(
    redis: Redis, families: dict[str, list[str]], limit: int
) -> None:
    found = Journal(redis).waiting_behind(TOP, limit)

    assert len(found) == len(set(found)) == min(limit, 612)
    assert set(found[:3]) <= set(families[TOP])
    assert set(found) <= everyone(families)


def test_nobody_waits_for_an_account_that_is_not_known(redis: Redis) -> None:
    journal = Journal(redis)

    assert (journal.waiting_behind(TOP), journal.waiting_count(TOP)) == ([], 0)
