"""The governor: one process's calls, and several processes' against NetSuite's own count."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.errors import RateLimited
from app.netsuite.allotment import GovernorState
from app.netsuite.governor import Governor
from app.transport import run_of
from tests.contract.netsuite_account import NetSuiteAccount
from tests.eventually import eventually
from tests.integration.slot_users import PACE, users
from tests.ports import free_port
from workers.redis_server import RedisServer

SLOTS = "cw:netsuite:slots"


@pytest.fixture
def governors(redis: Redis, redis_server: RedisServer) -> Iterator[Any]:
    """Each as in a process of its own; all are closed at the end."""
    made: list[Governor] = []

    def governor(slots: int, patience: float = 30.0) -> Governor:
        own = Redis.from_url(redis_server.url, decode_responses=True)
        made.append(Governor(own, slots, patience, PACE))
        return made[-1]

    yield governor
    for one in made:
        one.close()


@pytest.fixture
def account(clouds: dict[str, str], netsuite: httpx.Client) -> Iterator[NetSuiteAccount]:
    with NetSuiteAccount(clouds, real=False) as account:
        yield account


def asking(account: NetSuiteAccount, redis_server: RedisServer, slots: int) -> tuple[object, ...]:
    """What a process is told that asks with eight threads."""
    token = account.http.headers["Authorization"]
    return redis_server.url, account.base, token, slots, 8


def lease_of(redis: Redis) -> float:
    """When that of the process whose call is under way ends, in milliseconds."""
    records = [json.loads(str(text)) for text in redis.hvals(SLOTS)]
    [ends] = [record["ends"] for record in records if record["busy"]]
    return float(ends)


def can_call(governor: Governor) -> bool:
    try:
        with governor.slot():
            return True
    except RedisError:
        return False


def admitted(account: NetSuiteAccount) -> int:
    return int(account.admin("GET", "concurrency")["admitted"])


def all_have_slots(state: GovernorState, count: int) -> bool:
    shares = state.processes.values()
    return len(shares) == count and all(share.granted for share in shares)


def test_a_call_holds_a_slot_and_gives_it_back(governors: Any, redis: Redis) -> None:
    governor = governors(2)

    with governor.slot():
        held = eventually(lambda: governor.state().in_use)
        with governor.slot(), pytest.raises(RateLimited), run_of(0.05), governor.slot():
            pass

    eventually(lambda: redis.exists(SLOTS) == 0, "idle slots to go back")
    assert held == 1


def test_what_closes_gives_its_slots_back_at_once(governors: Any, redis: Redis) -> None:
    governor = governors(2)
    with governor.slot():
        pass

    governor.close()

    assert redis.exists(SLOTS) == 0


def test_a_closed_governor_opens_again_on_use(governors: Any) -> None:
    governor = governors(2)
    governor.close()

    with governor.slot():
        state = eventually(lambda: governor.state().processes)

    assert len(state) == 1


def test_without_redis_nothing_is_sent() -> None:
    nowhere = Redis(port=free_port(), retry=Retry(NoBackoff(), 0))
    governor = Governor(nowhere, 2, 30.0, PACE)

    with pytest.raises(RedisError, match="nothing is sent"), governor.slot():
        pass

    governor.close()


def test_a_call_that_outlasts_redis_ends_well(tmp_path: Any) -> None:
    with RedisServer(tmp_path) as server:
        own = Redis.from_url(server.url, decode_responses=True, retry=Retry(NoBackoff(), 0))
        governor = Governor(own, 2, 30.0, PACE)

        with governor.slot():
            server.kill()
        refused = eventually(lambda: not can_call(governor))
        server.start()

        eventually(lambda: can_call(governor))
        governor.close()
    assert refused


def test_a_long_call_keeps_its_slot(governors: Any, redis: Redis) -> None:
    governor, other = governors(1), governors(1)

    def take() -> bool:
        with other.slot():
            return True

    with ThreadPoolExecutor(1) as pool:
        with governor.slot():
            eventually(lambda: governor.state().in_use == 1)
            waiting = pool.submit(take)
            eventually(lambda: governor.state().waiting == 1)
            lease = lease_of(redis)
            eventually(lambda: lease_of(redis) > lease + 1000 * PACE.lease, "it to be renewed")
            asked_in_vain = not waiting.done()
        served = waiting.result(10)

    assert asked_in_vain
    assert served


def test_a_wish_to_wait_that_is_too_long_is_told_at_once(governors: Any) -> None:
    governor = governors(2, patience=5.0)
    with governor.slot():
        governor.refused(40.0)
    eventually(governor.is_storm)

    def refused() -> RateLimited | None:
        try:
            with governor.slot():
                return None
        except RateLimited as error:
            return error

    error = eventually(refused)

    assert error is not None
    assert error.retry_after is not None
    assert 30 < error.retry_after <= 40


def test_another_process_learns_of_a_refusal(governors: Any) -> None:
    refused, other = governors(4), governors(4)
    refused.refused(None)

    with other.slot():
        eventually(other.is_storm)

    state = other.state()
    assert (state.allowed, state.configured, state.refusals) == (1, 4, 1)


def test_processes_stay_below_netsuites_limit_and_all_get_on(
    account: NetSuiteAccount, redis_server: RedisServer, governors: Any
) -> None:
    account.settings(concurrency=5, latency_seconds=0.02)
    watch = governors(5)

    with users(3, *asking(account, redis_server, 5)) as started:
        eventually(lambda: all_have_slots(watch.state(), 3))
        account.admin("DELETE", "concurrency")
        eventually(lambda: admitted(account) >= 100)
        statuses = [user.end() for user in started]

    report = account.admin("GET", "concurrency")
    assert (report["refused"], report["peak"]) == (0, 5)
    assert [set(told) for told in statuses] == [{"200"}] * 3


def test_fewer_slots_than_processes_go_round(
    account: NetSuiteAccount, redis_server: RedisServer
) -> None:
    account.settings(concurrency=2, latency_seconds=0.01)

    with users(3, *asking(account, redis_server, 2)) as started:
        eventually(lambda: admitted(account) >= 100)
        statuses = [user.end() for user in started]

    assert account.admin("GET", "concurrency")["refused"] == 0
    assert [set(told) for told in statuses] == [{"200"}] * 3


def test_the_slots_of_a_killed_process_come_back(
    account: NetSuiteAccount, redis_server: RedisServer, governors: Any
) -> None:
    account.settings(concurrency=5, latency_seconds=0.02)
    watch = governors(5)

    with users(2, *asking(account, redis_server, 5)) as (killed, other):
        eventually(lambda: all_have_slots(watch.state(), 2))
        killed.kill()
        eventually(lambda: [one.granted for one in watch.state().processes.values()] == [5])
        statuses = other.end()

    assert set(statuses) == {"200"}
