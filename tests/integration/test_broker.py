"""The worker's side of its queues, when Redis goes away, or cannot serve."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu import Connection, Consumer, Queue
from redis import Redis

from tests.eventually import eventually
from workers.broker import Transport
from workers.redis_server import RedisServer


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """One that a test may end."""
    with RedisServer(tmp_path) as started:
        yield started


def consuming(redis: RedisServer, *queues: str) -> tuple[Any, list[Any]]:
    """A connection with a channel for each queue → it, and what came by it."""
    came: list[Any] = []
    connection = Connection(redis.url, transport=Transport)
    channels = [connection.default_channel, *(connection.channel() for _ in queues[1:])]
    for channel, queue in zip(channels, queues, strict=True):
        consumer = Consumer(channel, [Queue(queue)])
        consumer.on_message = came.append
        consumer.consume()
    return connection, came


def drain(connection: Any, came: list[Any]) -> list[Any]:
    """As a worker's loop does; then it asks for the next message, and waits → what came so far."""
    with suppress(socket.timeout):
        connection.drain_events(timeout=0.1)
    return came


def test_a_worker_that_holds_messages_takes_leave_of_a_redis_that_is_gone(
    own_redis: RedisServer,
) -> None:
    connection, came = consuming(own_redis, "ingest", "sweep")
    with Celery(broker=own_redis.url, set_as_current=False) as sender:
        sender.send_task("ingest", ["A", "a test", ""], queue="ingest")

    eventually(lambda: drain(connection, came), "the message")
    drain(connection, came)
    own_redis.kill()
    connection.collect()
    connection.close()

    assert not connection.connected


def test_a_redis_that_refuses_writes_is_one_that_is_away(own_redis: RedisServer) -> None:
    connection, came = consuming(own_redis, "ingest")
    drain(connection, came)
    with Redis.from_url(own_redis.url) as redis:
        redis.config_set("min-replicas-to-write", 1)

    with pytest.raises(connection.connection_errors, match="NOREPLICAS"):
        eventually(lambda: drain(connection, came), "a refusal")

    connection.close()


def test_a_redis_without_memory_is_one_that_is_away_for_what_was_taken(
    own_redis: RedisServer,
) -> None:
    connection, came = consuming(own_redis, "ingest")
    with Celery(broker=own_redis.url, set_as_current=False) as sender:
        sender.send_task("ingest", ["A", "a test", ""], queue="ingest")
    eventually(lambda: drain(connection, came), "the message")

    with Redis.from_url(own_redis.url) as redis:
        redis.config_set("maxmemory", 1)
        with pytest.raises(connection.connection_errors, match="maxmemory"):
            came[0].ack()
        redis.config_set("maxmemory", 0)
    came[0].ack()

    connection.close()


def test_what_is_done_makes_room_though_redis_refuses_to_hear_of_it(
    own_redis: RedisServer,
) -> None:
    connection, came = consuming(own_redis, "ingest")
    connection.default_channel.basic_qos(prefetch_count=1)
    with (
        Celery(broker=own_redis.url, set_as_current=False) as sender,
        Redis.from_url(own_redis.url) as redis,
    ):
        for account in "ABC":
            sender.send_task("ingest", [account, "a test", ""], queue="ingest")
        eventually(lambda: drain(connection, came), "the first message")
        redis.config_set("maxmemory", 1)
        with pytest.raises(connection.connection_errors, match="used memory"):
            came[0].ack()
        redis.config_set("maxmemory", 0)

        eventually(lambda: len(drain(connection, came)) == 2, "the second message")
        assert redis.hlen("unacked") == 2
        came[1].ack()

        assert redis.hlen("unacked") == 0
    connection.close()
