"""Entries of queues: messages that Celery can take, and others."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from workers.message_form import NoMessage, ensure_envelope, ensure_task

ACCOUNT = "001000000000001AAA"
Alter = Callable[[dict[str, Any]], object]


def sent(task: str = "ingest", *arguments: object, **named: object) -> dict[str, Any]:
    """A message as Celery puts it into a queue."""
    call = json.dumps([arguments or [ACCOUNT, "by hand"], named, {"callbacks": None}])
    return {
        "body": base64.b64encode(call.encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"task": task, "id": "1", "eta": None, "retries": 0, "timelimit": [None, 9]},
        "properties": {
            "delivery_tag": "2",
            "delivery_info": {"exchange": "ingest", "routing_key": "ingest"},
            "body_encoding": "base64",
        },
    }


def ensure(message: dict[str, Any]) -> None:
    """As the transport does."""
    ensure_envelope(message)
    ensure_task(message)


@pytest.mark.parametrize(
    "message",
    [
        sent(),
        sent("ingest", [ACCOUNT, ACCOUNT], "the ERP import"),
        sent("ingest", accounts=[ACCOUNT], reason="by hand"),
        sent("upsert", ACCOUNT, "stale", "no-such-token.x"),
        sent("sweep"),
        sent("another.program", 5, {"a": None}),
    ],
)
def test_a_message_as_celery_sends_it_is_taken(message: dict[str, Any]) -> None:
    ensure(message)


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (lambda m: m.pop("properties"), "properties"),
        (lambda m: m["properties"].pop("delivery_tag"), "delivery_tag"),
        (lambda m: m["properties"].update(delivery_info=[]), "delivery_info"),
        (lambda m: m["properties"]["delivery_info"].pop("exchange"), "exchange"),
        (lambda m: m["properties"].update(body_encoding="rot13"), "body_encoding"),
        (lambda m: m.update(body={}), "body"),
        (lambda m: m.update(body="a"), "decoded"),
        (lambda m: m.update(headers="x"), "headers"),
        (lambda m: m["headers"].pop("task"), "names no task"),
        (lambda m: m["headers"].update(eta=5), "eta"),
        (lambda m: m["headers"].update(retries="x"), "retries"),
        (lambda m: m["headers"].update(timelimit=5), "timelimit"),
        (lambda m: m.update({"content-type": "application/x-python"}), "content-type"),
        (lambda m: m.update({"content-encoding": "utf-7"}), "content-encoding"),
        (lambda m: m.update(body=base64.b64encode(b"[1]").decode()), "no call"),
        (lambda m: m.update(body=base64.b64encode(b"[" * 100_000).decode()), "no JSON"),
        (lambda m: m.update(body=base64.b64encode(b"[{}, {}, {}]").decode()), "no list"),
        (lambda m: m.update(body=base64.b64encode(b"[[], [], {}]").decode()), "no object"),
        (
            lambda m: m.update(body=base64.b64encode(b'[[], {}, {"chain": [1]}]').decode()),
            "after it",
        ),
    ],
)
def test_an_entry_that_celery_would_fall_over_is_no_message(alter: Alter, words: str) -> None:
    message = sent()
    alter(message)

    with pytest.raises(NoMessage, match=words):
        ensure(message)


@pytest.mark.parametrize("entry", [None, [], "text", 5, {"unreadable": "x"}])
def test_what_is_no_object_is_no_message(entry: object) -> None:
    with pytest.raises(NoMessage):
        ensure_envelope(entry)


@pytest.mark.parametrize(
    "message",
    [
        sent("ingest", 5, "by hand"),
        sent("ingest", [5], "by hand"),
        sent("ingest", ACCOUNT, ["by hand"]),
        sent("upsert", ACCOUNT, "by hand", 0.5),
        sent("upsert", [ACCOUNT], "by hand", "t.1"),
        sent("hierarchy", account=None, reason="x", ticket="t.1"),
        sent("qualification", "\ud800", "x", "t.1"),
    ],
)
def test_a_stage_is_not_called_with_what_is_no_text(message: dict[str, Any]) -> None:
    with pytest.raises(NoMessage, match="no text"):
        ensure_task(message)
