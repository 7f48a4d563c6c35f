"""What a worker's transport makes of garbage in a queue."""

import json
import logging
import socket
from contextlib import suppress
from typing import Any

import pytest
from kombu import Connection, Consumer, Queue
from redis import Redis

from workers.broker import ASIDE
from workers.redis_server import RedisServer


def delivered(server: RedisServer, queue: str) -> list[Any]:
    """What a consumer of the queue gets until nothing comes any more."""
    found: list[Any] = []
    with Connection(server.url, transport="workers.broker:Transport") as connection:
        channel = connection.channel()
        with Consumer(channel, [Queue(queue)], on_message=found.append, accept=["json"]):
            with suppress(socket.timeout):
                while True:
                    connection.drain_events(timeout=0.3)
            for message in found:
                message.ack()
    return [message.decode() for message in found]


def test_garbage_is_set_aside_and_what_comes_after_it_is_delivered(
    redis_server: RedisServer, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    garbage = (b"\xff\xfe", b"", b"<html>", b"[" * 100_000, b"null", b'{"body": "x"}')
    redis.lpush("ingest", *garbage)
    with Connection(redis_server.url) as connection, connection.Producer() as producer:
        producer.publish(
            [["001000000000001AAA", "by hand"], {}, {}],
            routing_key="ingest",
            declare=[Queue("ingest")],
            headers={"task": "ingest", "id": "1"},
        )

    with caplog.at_level(logging.ERROR, "workers.broker"):
        calls = delivered(redis_server, "ingest")

    kept: list[Any] = [json.loads(one) for one in redis.lrange(ASIDE, 0, -1)]
    assert calls == [[["001000000000001AAA", "by hand"], {}, {}]]
    assert [one["queue"] for one in kept] == ["ingest"] * len(garbage)
    assert all(len(one["entry"]) <= 2000 for one in kept)
    assert redis.ttl(ASIDE) > 0
    assert caplog.text.count("is no message") == len(garbage)
