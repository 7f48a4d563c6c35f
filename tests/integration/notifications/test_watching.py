"""Who looks: a worker's task, which beat sends, and Flower's process."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from app.errors import ServiceUnavailable
from app.notifications.watch import WATCH_SECONDS
from app.pauses import Pauses
from app.settings import Settings
from tests.eventually import eventually
from tests.integration.commands import Command
from tests.integration.notifications.postroom import Hook, hooked
from tests.integration.notifications.telling import calm, settings
from tests.integration.test_startup import worker
from workers.flower.watching import Watching
from workers.redis_server import RedisServer

DOWN = ServiceUnavailable("NetSuite is down.", service="netsuite")


@pytest.fixture
def hook(redis: Redis) -> Iterator[Hook]:
    """NetSuite is down, and nobody has been told."""
    calm(redis)
    Pauses(redis).service_down(DOWN, 15.0)
    with hooked() as made:
        yield made


def python(command: Command, words: str, **given: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"from workers.celery import celery; {words}"],
        env=command.environ | given,
        cwd=command.directory,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


async def looking(watching: Watching, until: Callable[[], bool], what: str) -> None:
    """Flower's loop, until something has come about."""
    watching.start()
    await asyncio.get_running_loop().run_in_executor(None, eventually, until, what)
    watching.stop()


def test_a_worker_looks_when_beat_sends_the_task(
    command: Command, redis: Redis, hook: Hook
) -> None:
    send = (
        "due = celery.conf.beat_schedule['watch'];"
        "celery.send_task(due['task'], **due['options']); print(due['schedule'])"
    )

    with worker(command, NOTIFY_WEBHOOK_URL=hook.url):
        seconds = python(command, send, NOTIFY_WEBHOOK_URL=hook.url)
        eventually(lambda: hook.received, "a message")

    assert float(seconds) == WATCH_SECONDS
    assert hook.received[0]["event"] == "service_down"
    log = (command.directory / "worker.log").read_text()
    assert "T0KEN" not in log
    assert "watch[" not in log


def test_beat_sends_nothing_of_it_where_nobody_is_to_be_told(command: Command) -> None:
    words = "print(*sorted(celery.conf.beat_schedule))"

    tasks = python(command, words)

    assert tasks.split() == ["reconcile", "sweep"]


def test_flowers_process_looks_again_and_again(redis: Redis, hook: Hook, by_hook: Settings) -> None:
    watching = Watching(redis, by_hook, seconds=0.02)

    def two_were_told() -> bool:
        if len(hook.received) == 1:
            Pauses(redis).service_down(ServiceUnavailable("Down.", service="salesforce"), 15.0)
        return len(hook.received) == 2

    asyncio.run(looking(watching, two_were_told, "two messages"))

    assert [one["cause"] for one in hook.received] == ["netsuite", "salesforce"]


def test_flowers_process_looks_on_after_redis_was_gone(
    redis: Redis,
    redis_server: RedisServer,
    hook: Hook,
    by_hook: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate = Redis.from_url(redis_server.url, decode_responses=True)
    watching = Watching(gate, by_hook, seconds=0.02)
    redis.config_set("maxclients", 1)

    def told() -> bool:
        if caplog.records and not hook.received:
            redis.config_set("maxclients", 10000)
        return bool(hook.received)

    try:
        asyncio.run(looking(watching, told, "a message"))
    finally:
        redis.config_set("maxclients", 10000)
        gate.close()

    said = [one.message for one in caplog.records if "Nobody is told" in one.message]
    assert len(said) == 1
    assert said[0].startswith("Nobody is told of anything: Redis does not answer: ")


def test_flowers_process_has_nothing_to_look_for_where_nobody_is_to_be_told(
    redis: Redis, tmp_path: Path
) -> None:
    watching = Watching(redis, settings(tmp_path), seconds=0.01)

    async def start_and_stop() -> None:
        watching.start()
        await asyncio.sleep(0)
        watching.stop()

    asyncio.run(start_and_stop())

    assert not [one for one in threading.enumerate() if one.name.startswith("watching")]
    assert redis.keys("cw:notify*") == []
