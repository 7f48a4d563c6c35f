"""Look-ups that wait for each other, and how many values one of them takes."""

import json
import time
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest
from redis import Redis

from app.netsuite.governor import Governor
from app.netsuite.lookups import Lookups
from app.netsuite.slots import Grant, Slots
from app.services import Services
from app.transport import run_of
from tests.eventually import eventually
from tests.integration.planting import Plant, ids, queries
from tests.integration.slot_users import PACE
from workers.redis_server import RedisServer


@pytest.fixture
def governor(redis: Redis, redis_server: RedisServer) -> Iterator[Governor]:
    """One slot for all."""
    own = Redis.from_url(redis_server.url, decode_responses=True)
    made = Governor(own, 1, 30.0, PACE)
    yield made
    made.close()


def has_calls(slots: Slots, count: int) -> bool:
    """Whether so many are under way, or wait."""
    told = slots.report()
    return told.busy + told.waiting == count


def test_the_writes_that_wait_are_counted_in_rounds_and_look_ups_are_not() -> None:
    slots, now = Slots(10, lambda: None), time.monotonic()
    slots.answered(slots.report(), Grant(2, 2, now + 60, now))
    lanes = [False] * 2 + [True] * 3 + [False] * 5

    with ThreadPoolExecutor(10) as pool:
        for count, ahead in enumerate(lanes, 1):
            pool.submit(slots.take, ahead, 60.0)
            eventually(partial(has_calls, slots, count))
        rounds = slots.rounds_waiting()
        for _ in lanes:
            slots.free()

    assert rounds == 2.5


def test_a_look_up_waits_only_while_more_than_one_round_of_writes_does(governor: Governor) -> None:
    def write() -> None:
        with governor.slot():
            pass

    spare = []
    with ThreadPoolExecutor(4) as pool:
        write()
        for waiting in (0, 1, 4):
            with governor.slot():
                for _ in range(waiting):
                    pool.submit(write)
                eventually(partial(has_calls, governor._slots, 1 + waiting))
                spare.append(governor.spare_seconds())
            eventually(partial(has_calls, governor._slots, 0))

    assert spare[:2] == [0.0, 0.0]
    assert spare[2] > 0


def test_a_look_up_waits_for_others_while_writes_keep_netsuite_busy(
    services: Services, plant: Plant, netsuite: httpx.Client
) -> None:
    planted = [plant(f"Acme {n}") for n in range(4)]
    lookups = Lookups(services.netsuite, spare_seconds=lambda: 0.4)
    before = queries(netsuite)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: lookups.candidates("SF-0", f"Acme {n}"), range(4)))

    assert [ids(each)[1] for each in found] == [[own] for own in planted]
    assert queries(netsuite) - before == 1


def test_however_busy_netsuite_is_it_does_not_wait_for_long(
    services: Services, plant: Plant
) -> None:
    planted = plant("Acme")
    lookups = Lookups(services.netsuite, spare_seconds=lambda: 3600.0)

    with run_of(10.0):
        found = lookups.candidates("SF-0", "Acme")

    assert ids(found)[1] == [planted]


def test_a_query_holds_five_hundred_names_however_they_are_spelt(
    services: Services, plant: Plant, netsuite: httpx.Client
) -> None:
    decomposed = unicodedata.normalize("NFD", "Café")
    first, last = plant("Café 0"), plant(f"{decomposed} 299")
    netsuite.delete("requests").raise_for_status()

    found = services.lookups.candidates_of((f"SF-{n}", f"{decomposed} {n}") for n in range(300))

    asked = netsuite.get("requests", params={"call": "suiteql"}).json()["requests"]
    names = [
        [value for value in json.loads(each["body"])["params"] if not value.startswith("SF-")]
        for each in asked
    ]
    assert [len(spelt) for spelt in names] == [500, 100]
    assert [ids(found[f"SF-{n}"])[1] for n in (0, 299)] == [[first], [last]]
