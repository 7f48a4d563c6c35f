"""Who gets a Customer is told on a stream, as a consumer of it hears it (docs/hand-off.md)."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from app.errors import ServiceUnavailable
from app.hand_off import GROUP, STREAM, hand_off
from app.terms import Letter
from tests.eventually import eventually
from tests.integration.ledger_desk import ANN, Desk
from tests.integration.listening import Scene
from tests.integration.office import Office
from workers.redis_server import RedisServer

DOCUMENT = Path(__file__).parents[2] / "docs/hand-off.md"
A, B = "001000000000001AAA", "001000000000002AAA"


class Consumer:
    """A program that makes orders: reads as the group, and acknowledges."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    def read(self, count: int = 100) -> list[dict[str, str]]:
        """What is new, taken and done with."""
        found = []
        for _, entries in self._redis.xreadgroup(GROUP, "one", {STREAM: ">"}, count=count):
            for entry, fields in entries:
                found.append(fields)
                self._redis.xack(STREAM, GROUP, entry)
        return found


@pytest.fixture
def office(scene: Scene) -> Iterator[Office]:
    made = Office(scene, {"subsidiaries": {"further": ["2"]}})
    yield made
    made.close()


def test_each_new_link_is_told_once(desk: Desk) -> None:
    consumer = Consumer(desk.redis)

    desk.sync(A, "17")
    desk.sync(A, "17", "another digest")
    desk.sync(B, "18")

    (first, second) = consumer.read()
    assert (first["account"], first["customer"], first["what"]) == (A, "17", "updated")
    assert (second["account"], second["customer"]) == (B, "18")
    assert int(first["at"]) > 1_600_000_000_000
    assert set(first) == {"account", "customer", "at", "what"}


def test_a_group_that_comes_late_misses_nothing(desk: Desk) -> None:
    desk.sync(A, "17")
    desk.sync(B, "18")

    consumer = Consumer(desk.redis)

    assert [entry["account"] for entry in consumer.read()] == [A, B]
    assert consumer.read() == []


def test_a_group_that_another_program_made_first_does_not_take_this_ones_place(desk: Desk) -> None:
    desk.redis.xgroup_create(STREAM, "billing", id="0", mkstream=True)

    desk.sync(A, "17")
    desk.sync(B, "18")

    assert [entry["account"] for entry in Consumer(desk.redis).read()] == [A, B]
    assert {group["name"] for group in desk.redis.xinfo_groups(STREAM)} == {"billing", GROUP}


def test_a_group_that_somebody_removed_is_made_again_from_the_beginning(desk: Desk) -> None:
    desk.sync(A, "17")
    desk.redis.xgroup_destroy(STREAM, GROUP)

    desk.sync(B, "18")

    assert [entry["account"] for entry in Consumer(desk.redis).read()] == [A, B]


def test_whoever_loses_its_customer_to_another_is_told_of_first(desk: Desk) -> None:
    desk.sync(A, "17")
    desk.ledger.skipped(desk.open_and_take(A, "upsert"), "deleted in Salesforce")

    desk.ledger.link(B, "17", ANN, taken_from=A)

    told = Consumer(desk.redis).read()
    assert [(entry["account"], entry["customer"], entry["what"]) for entry in told] == [
        (A, "17", "updated"),
        (A, "", "unlinked"),
        (B, "17", "updated"),
    ]


def test_the_documents_consumer_may_start_before_there_is_anything_to_read(
    desk: Desk, redis_server: RedisServer, tmp_path: Path
) -> None:
    (sample,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    log = tmp_path / "orders.log"
    program = tmp_path / "orders.py"
    yours = f"def remember_customer(*told):\n    print(*told, file=open({str(log)!r}, 'a'))\n"
    program.write_text(yours + sample, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, program], env={"REDIS_URL": redis_server.url}, stderr=subprocess.PIPE
    ) as consumer:
        try:
            eventually(lambda: desk.redis.exists(STREAM), "the group to be made")

            desk.sync(A, "17")
            desk.ledger.skipped(desk.open_and_take(A, "upsert"), "deleted in Salesforce")
            desk.ledger.link(B, "17", ANN, taken_from=A)

            eventually(lambda: log.exists() and log.read_text().count("\n") == 3, "three entries")
            eventually(lambda: hand_off(desk.redis).pending == 0, "all are acknowledged")
            assert consumer.poll() is None
        finally:
            consumer.kill()
    assert log.read_text().splitlines() == [f"{A} 17", f"{A} None", f"{B} 17"]


def test_another_customer_is_told_of_whoever_chose_it(desk: Desk) -> None:
    desk.sync(A, "17")
    desk.sync(A, "18", "another digest")
    desk.ledger.link(A, "19", ANN)

    told = Consumer(desk.redis).read()

    assert [(entry["customer"], entry["what"]) for entry in told] == [
        ("17", "updated"),
        ("18", "updated"),
        ("19", "updated"),
    ]


def test_whoever_was_disowned_tells_nothing(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    desk.lapse(A)

    verdicts = [
        desk.ledger.wrote(held, "17", "a.b.?", created=True),
        desk.ledger.synced(held, "17", wrote="digest", words="created", created=True),
    ]

    assert verdicts == ["fenced", "fenced"]
    assert desk.redis.exists(STREAM) == 0


def test_a_customer_that_stands_is_told_of_before_what_follows_it(desk: Desk) -> None:
    held = desk.open_and_take(A, "upsert")
    letter = Letter("ServiceUnavailable", "no answer")

    desk.ledger.wrote(held, "17", "a.b.?", created=True)
    desk.ledger.retry(held, 0, counter="attempts", letter=letter)
    held = desk.take(A, "upsert")
    desk.ledger.synced(held, "17", wrote="a.b.c", words="added to subsidiary 2")

    told = Consumer(desk.redis).read()
    assert held.written == "a.b.?"
    assert [(entry["customer"], entry["what"]) for entry in told] == [("17", "created")]


def test_how_far_the_group_has_come_is_told(desk: Desk) -> None:
    before = hand_off(desk.redis)
    desk.sync(A, "17")
    desk.sync(B, "18")

    desk.redis.xreadgroup(GROUP, "one", {STREAM: ">"}, count=1)

    told = hand_off(desk.redis)
    assert (before.length, before.pending, before.lag) == (0, None, None)
    assert (told.length, told.pending) == (2, 1)
    assert told.lag in (1, None)  # None before Redis 7


def test_over_a_run_with_failures_each_created_customer_is_told_of_once(office: Office) -> None:
    names = [f"Customer {number}" for number in range(6)]
    accounts = [office.save(name) for name in names]
    office.netsuite.fault(call="customer.put", every=3, status=503, times=2)
    office.netsuite.fault(call="customerSubsidiaryRelationship.post", every=4, status=503, times=1)
    consumer, told = Consumer(office.scene.redis), []

    for account in accounts:
        held = office.held(account)
        while True:
            try:
                office.write(held)
                break
            except ServiceUnavailable as failed:
                held = office.retried(held, failed)
        told += consumer.read()
    for account in accounts:
        office.run(account)
    told += consumer.read()

    made = {customer["externalId"]: customer["id"] for customer in office.netsuite.customers()}
    assert [(entry["account"], entry["customer"]) for entry in told] == [
        (account, made[f"SF-{account}"]) for account in accounts
    ]
    assert {entry["what"] for entry in told} == {"created"}
