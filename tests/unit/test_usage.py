"""What Salesforce says of the day's API calls, and who is told."""

import pytest
from fakeredis import FakeRedis
from redis import Redis

from app.salesforce.usage import ApiUsage, Usage
from tests.ports import free_port


@pytest.fixture
def redis() -> Redis:
    return FakeRedis(decode_responses=True)


@pytest.mark.parametrize(
    "header",
    [
        "api-usage=18/15000",
        "api-usage=18/15000; per-app-api-usage=17/250(appName=sample-app)",
        "per-app-api-usage=17/250(appName=sample-app); api-usage=18/15000",
    ],
)
def test_the_orgs_usage_is_read_from_the_header(header: str) -> None:
    assert ApiUsage.of_header(header, at=7.0) == ApiUsage(18, 15_000, 7.0)


@pytest.mark.parametrize(
    "header",
    ["", "api-usage=", "api-usage=a/b", "api-usage=18", "per-app-api-usage=17/250(appName=a)"],
)
def test_another_header_says_nothing(header: str) -> None:
    assert ApiUsage.of_header(header, at=7.0) is None


def test_nobody_knows_before_the_first_answer(redis: Redis) -> None:
    usage = Usage(redis)

    usage.note("")

    assert usage.read() is None
    assert usage.calls == 1


def test_all_processes_are_told_once_a_second_and_the_own_one_always(redis: Redis) -> None:
    here, there = Usage(redis), Usage(redis)

    for used in (1, 2, 3):
        here.note(f"api-usage={used}/15000")

    told, known = there.read(), here.read()
    assert told
    assert known
    assert (told.used, known.used, known.limit, here.calls) == (1, 3, 15_000, 3)


def test_what_another_process_heard_later_counts(redis: Redis) -> None:
    here = Usage(redis)
    here.note("api-usage=1/15000")
    redis.hset("cw:salesforce:usage", mapping={"used": 9, "limit": 10, "at": 4_000_000_000})

    assert here.read() == ApiUsage(9, 10, 4_000_000_000.0)


def test_an_answer_is_not_lost_for_a_redis_that_does_not_answer() -> None:
    with Redis(port=free_port(), socket_connect_timeout=1, decode_responses=True) as nowhere:
        usage = Usage(nowhere)

        usage.note("api-usage=1/15000")

    assert usage.calls == 1
