"""What becomes of a call that NetSuite refuses for the number of requests."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest
from redis import Redis

from app.breaker import Breaker, probing
from app.errors import AuthenticationFailed, RateLimited, RecordRejected
from app.netsuite.allotment import Pace
from app.netsuite.client import NetSuiteClient
from app.netsuite.governor import Governor
from app.retry import Backoff
from app.transport import run_of
from tests.eventually import eventually
from tests.integration.listening import Scene
from tests.integration.slot_users import PACE
from workers.redis_server import RedisServer

CURRENCIES = "SELECT id FROM currency"
QUICK = Backoff(0.001, 0.01)
SLOWLY_BACK = replace(PACE, creep=600.0)
Connect = Callable[..., tuple[NetSuiteClient, Governor]]


@pytest.fixture
def connect(scene: Scene, redis_server: RedisServer) -> Iterator[Connect]:
    """A client with a governor of its own, as in a process of its own."""
    services = scene.services()
    made: list[tuple[NetSuiteClient, Governor]] = []

    def connect(
        slots: int, pace: Pace = SLOWLY_BACK, backoff: Backoff = QUICK
    ) -> tuple[NetSuiteClient, Governor]:
        own = Redis.from_url(redis_server.url, decode_responses=True)
        governor = Governor(own, slots, 30.0, pace)
        client = NetSuiteClient(
            services.settings.netsuite_url,
            services.netsuite.auth,
            governor,
            Breaker("netsuite", services.pauses, 15.0),
            30.0,
            backoff=backoff,
        )
        made.append((client, governor))
        return client, governor

    yield connect
    for client, governor in made:
        client.close()
        governor.close()
    services.close()


def fault(netsuite: httpx.Client, **rule: object) -> str:
    """→ its id."""
    answer = netsuite.post("faults", json={"call": "suiteql", **rule})
    return str(answer.raise_for_status().json()["id"])


def calls(netsuite: httpx.Client) -> int:
    """How many queries NetSuite heard of."""
    return int(netsuite.get("requests/count", params={"call": "suiteql"}).json()["count"])


@pytest.mark.parametrize(
    "rule", [{"status": 429}, {"status": 400, "code": "CONCURRENCY_LIMIT_EXCEEDED"}]
)
def test_a_throttled_call_is_sent_again_until_it_is_carried_out(
    connect: Connect, netsuite: httpx.Client, rule: dict[str, object]
) -> None:
    client, governor = connect(4)
    fault(netsuite, times=3, **rule)

    rows = client.suiteql(CURRENCIES, [])

    assert rows
    assert governor.state().refusals == 3
    assert governor.state().allowed == 1


def test_a_throttled_probe_has_its_answer_and_takes_no_slots_from_others(
    connect: Connect, netsuite: httpx.Client
) -> None:
    client, governor = connect(4)
    client.suiteql(CURRENCIES, [])
    before, allowed = calls(netsuite), governor.state().allowed
    fault(netsuite, status=429, times=None)

    with probing(), pytest.raises(RateLimited) as limited:
        client.suiteql(CURRENCIES, [])

    assert limited.value.service_words
    assert calls(netsuite) - before == 1
    assert (governor.state().allowed, governor.state().refusals) == (allowed, 0)


def test_a_throttled_write_is_sent_again_too(connect: Connect, netsuite: httpx.Client) -> None:
    client, _ = connect(4)
    fault(netsuite, call="customer.put", status=429, times=2)
    body: dict[str, object] = {"companyName": "Throttled", "subsidiary": {"id": "1"}}

    client.write("PUT", "/services/rest/record/v1/customer/eid:Throttled", body)

    found = netsuite.get("customers", params={"external_id": "Throttled"}).json()
    assert found["count"] == 1


def test_after_some_tries_it_is_left_for_later_and_not_counted(
    connect: Connect, netsuite: httpx.Client
) -> None:
    client, _ = connect(4)
    fault(netsuite, status=429, times=None)

    with pytest.raises(RateLimited) as refused:
        client.suiteql(CURRENCIES, [])

    assert not refused.value.counts
    assert calls(netsuite) == 6


def test_it_is_left_for_later_when_the_run_has_no_time_for_another_try(
    connect: Connect, netsuite: httpx.Client
) -> None:
    client, _ = connect(4, backoff=Backoff(1e6, 1e9))
    fault(netsuite, status=429, times=None)

    with run_of(20.0), pytest.raises(RateLimited):
        client.suiteql(CURRENCIES, [])

    assert calls(netsuite) == 1


def test_netsuites_wish_to_wait_is_every_processs(connect: Connect, netsuite: httpx.Client) -> None:
    (refused, _), (other, governor) = connect(4), connect(4)
    other.suiteql(CURRENCIES, [])
    wish = fault(netsuite, status=429, headers={"Retry-After": "600"}, times=None)

    with pytest.raises(RateLimited) as told:
        refused.suiteql(CURRENCIES, [])
    netsuite.delete(f"faults/{wish}").raise_for_status()

    assert 300 < (told.value.retry_after or 0) <= 600

    def is_held_back() -> bool:
        try:
            return not other.suiteql(CURRENCIES, [])
        except RateLimited as error:
            return 300 < (error.retry_after or 0) <= 600

    eventually(is_held_back)
    assert governor.state().rest_seconds > 300


def test_a_refused_login_in_a_storm_is_throttling(connect: Connect, netsuite: httpx.Client) -> None:
    client, _ = connect(4)
    fault(netsuite, status=429, times=1)
    fault(netsuite, status=401, times=4)

    rows = client.suiteql(CURRENCIES, [])

    assert rows


def test_refused_logins_do_not_make_the_storm_last(
    connect: Connect, netsuite: httpx.Client
) -> None:
    client, governor = connect(4, replace(SLOWLY_BACK, storm=0.3))
    fault(netsuite, status=429, times=1)
    fault(netsuite, status=401, times=None)

    def is_refused() -> bool:
        try:
            client.suiteql(CURRENCIES, [])
        except RateLimited:
            return False
        except AuthenticationFailed:
            return True
        raise AssertionError("it was let in")

    eventually(is_refused)
    assert governor.state().refusals == 1


def test_a_refused_login_in_calm_weather_is_refused(
    connect: Connect, netsuite: httpx.Client
) -> None:
    client, governor = connect(4)
    fault(netsuite, status=401, times=None)

    with pytest.raises(AuthenticationFailed):
        client.suiteql(CURRENCIES, [])

    assert governor.state().refusals == 0


def test_what_is_refused_for_another_reason_is_sent_once(
    connect: Connect, netsuite: httpx.Client
) -> None:
    client, _ = connect(4)
    fault(netsuite, status=400, code="INVALID_CONTENT", times=None)

    with pytest.raises(RecordRejected):
        client.suiteql(CURRENCIES, [])

    assert calls(netsuite) == 1


def test_a_limit_that_sinks_is_followed_down_and_up_again(
    connect: Connect, netsuite: httpx.Client
) -> None:
    client, governor = connect(8, replace(PACE, window=0.1, creep=0.5))
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            with suppress(RateLimited):
                client.suiteql(CURRENCIES, [])

    def switch(concurrency: int) -> None:
        changes = {"concurrency": concurrency, "concurrency_status": 400, "latency_seconds": 0.02}
        netsuite.patch("settings", json=changes).raise_for_status()

    switch(8)
    with ThreadPoolExecutor(12) as pool:
        working = [pool.submit(work) for _ in range(12)]
        eventually(lambda: governor.state().in_use == 8)
        calm = governor.state().refusals
        switch(2)
        eventually(lambda: governor.state().allowed <= 2, "it to be lowered")
        switch(8)
        eventually(lambda: governor.state().allowed == 8, "it to creep back")
        over.set()
    for done in working:
        done.result()

    assert calm == 0
