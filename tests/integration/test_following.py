"""The next stage in the same thread: four tasks for whoever looks, and one message."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from celery import Celery
from redis import Redis

from app.models import STAGES
from app.terms import Held
from tests.e2e.clouds import NetSuite
from tests.eventually import eventually
from tests.integration.commands import Command
from tests.integration.listening import Scene
from tests.integration.test_startup import log_of, worker
from workers import following
from workers.celery import celery


class Told:
    """What workers tell of their tasks, from here on."""

    def __init__(self) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        """By id: what was told first, and the kinds of all that was told, in order."""

    def note(self, event: dict[str, Any]) -> None:
        if not event["type"].startswith("task-"):
            return
        task = self.tasks.setdefault(event["uuid"], {"kinds": []} | event)
        task["kinds"].append(event["type"].removeprefix("task-"))

    def of(self, account: str) -> dict[str, list[str]]:
        """Stage to what was told of its task; of the last one, if there were several."""
        mine = [task for task in self.tasks.values() if account in task.get("args", "")]
        return {task["name"]: task["kinds"] for task in mine}

    def id_of(self, stage: str, account: str) -> str:
        [found] = [
            uuid
            for uuid, task in self.tasks.items()
            if task["name"] == stage and account in task["args"]
        ]
        return found


@contextmanager
def hearing(broker: Celery) -> Iterator[Told]:
    told = Told()
    with broker.connection_for_read() as connection:
        receiver = broker.events.Receiver(connection, handlers={"*": told.note})
        listening = Thread(target=receiver.capture, kwargs={"wakeup": False}, daemon=True)
        listening.start()
        try:
            yield told
        finally:
            receiver.should_stop = True
            listening.join(10)


@pytest.fixture
def broker(command: Command) -> Celery:
    return Celery(broker=command.environ["REDIS_URL"])


@pytest.fixture
def account(scene: Scene) -> str:
    """One that is won."""
    found = scene.save_account("Acme")
    won = {"AccountId": found, "Name": "A deal", "StageName": "Closed Won"}
    scene.people.create("Opportunity", won | {"CloseDate": "2026-01-31"})
    return found


@pytest.fixture
def clerks(scene: Scene) -> Iterator[NetSuite]:
    made = NetSuite(scene.environ["NETSUITE_BASE_URL"])
    made.reset()
    yield made
    made.reset()
    made.close()


def begin(broker: Celery, command: Command, account: str) -> None:
    eventually(lambda: "ready." in log_of(command), "the worker to be ready")
    broker.send_task("ingest", args=[account, "a test"], queue="ingest")


def state(redis: Redis, account: str) -> str:
    return str(redis.hget(f"cw:row:{account}", "state"))


def test_an_account_is_four_tasks_for_whoever_looks(
    command: Command, broker: Celery, redis: Redis, account: str, clerks: NetSuite
) -> None:
    with hearing(broker) as told, worker(command):
        begin(broker, command, account)
        eventually(lambda: state(redis, account) == "synced", "the account to be synced")
        eventually(lambda: "succeeded" in told.of(account).get("upsert", []), "its last event")

    assert told.of(account) == {stage: ["received", "started", "succeeded"] for stage in STAGES}
    ids = [told.id_of(stage, account) for stage in STAGES[1:]]
    assert len(set(ids)) == 3
    assert redis.get("cw:published:upsert") is None


def test_a_letter_bears_the_id_of_the_task_that_failed(
    command: Command, broker: Celery, redis: Redis, account: str, clerks: NetSuite
) -> None:
    clerks.fault(call="customer.put", status=400, code="USER_ERROR", message="Please say more.")
    with hearing(broker) as told, worker(command):
        begin(broker, command, account)
        eventually(lambda: state(redis, account) == "dead", "the letter")
        eventually(lambda: "failed" in told.of(account).get("upsert", []), "the failure")

    assert told.of(account)["hierarchy"] == ["received", "started", "succeeded"]
    assert told.of(account)["upsert"] == ["received", "started", "failed"]
    assert redis.hget(f"cw:letter:{account}", "task") == told.id_of("upsert", account)


def test_a_stage_that_is_tried_again_is_a_task_that_says_so(
    command: Command, broker: Celery, redis: Redis, account: str, clerks: NetSuite
) -> None:
    clerks.fault(call="customer.put", times=1, status=503, body="closed")
    with hearing(broker) as told, worker(command, RETRY_BACKOFF_SECONDS="0.1"):
        begin(broker, command, account)
        eventually(lambda: state(redis, account) == "synced", "the account to be synced")
        eventually(lambda: "succeeded" in told.of(account).get("upsert", []), "its last event")

    upserts = [task["kinds"] for task in told.tasks.values() if task["name"] == "upsert"]
    assert upserts[0] == ["received", "started", "retried"]


def test_a_stage_that_is_under_way_is_to_be_seen(
    command: Command, broker: Celery, redis: Redis, account: str, clerks: NetSuite
) -> None:
    clerks.fault(call="customer.put", delay_seconds=3, times=1)
    with worker(command):
        begin(broker, command, account)
        eventually(lambda: redis.hget(f"cw:row:{account}", "written") == "unsure", "the write")
        [active] = (broker.control.inspect().active() or {}).values()
        eventually(lambda: state(redis, account) == "synced", "the account to be synced")

    assert [(task["name"], task["args"][0]) for task in active] == [("upsert", account)]


def test_a_worker_of_some_stages_publishes_to_the_others(
    command: Command, broker: Celery, redis: Redis, account: str
) -> None:
    with worker(command, "-Q", "ingest,qualification"):
        begin(broker, command, account)
        eventually(lambda: redis.llen("hierarchy") == 1, "the message for the others")

    assert redis.get("cw:published:qualification") is None
    assert redis.hget(f"cw:row:{account}", "stage") == "hierarchy"


def test_what_was_left_is_taken_by_nobody_else() -> None:
    held = Held("001000000000001AAA", "hierarchy", "token")
    following.leave(held, lambda _: None)

    by_another_stage = following.take("upsert", held.account)
    afterwards = following.take("hierarchy", held.account)

    assert (by_another_stage, afterwards) == (None, None)


def test_only_a_thread_of_the_pool_goes_on() -> None:
    assert not following.works_at("hierarchy", celery)
